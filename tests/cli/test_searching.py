"""`evoke search`."""

import os
from pathlib import Path

import pytest

from evoke.bootstrap import Resources
from evoke.cli.searching import local_zone
from tests.cli import files
from tests.cli.conftest import Evoke
from tests.factories import people, seed


async def test_photos_are_found(evoke: Evoke, resources: Resources, person: people.Person, folder: Path) -> None:
    files.jpeg(folder / "sunflower.jpg", 1)
    files.jpeg(folder / "other\nname.jpg", 2)
    await evoke("import", folder)
    outcome = await evoke("search", "sunflowr", "--json")
    assert outcome.status == 0
    (result,) = outcome.json["results"]
    assert result["photo"]["file_name"] == "sunflower.jpg"
    assert outcome.json["total"] == {"value": 1, "relation": "eq"}
    table = await evoke("search", "sunflower", "photograph")
    assert "some of them" in table.stdout
    assert result["photo"]["id"] in table.stdout
    assert "Nothing found." in (await evoke("search", "nothing", "like", "this")).stdout


async def test_few_of_many_are_shown(evoke: Evoke, resources: Resources, person: people.Person) -> None:
    await seed.library(resources.database, person.actor, photos=200)
    outcome = await evoke("search", "beach", "--limit", "2")
    lines = outcome.stdout.splitlines()
    assert len([line for line in lines if ".jpg" in line]) == 2
    assert lines[-1].startswith("2 of ")
    assert "beach" in lines[1]


async def test_a_library_is_ones_own(
    evoke: Evoke, resources: Resources, person: people.Person, stranger: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "sunflower.jpg", 1)
    await evoke("import", folder, "--user", person.email)
    assert (await evoke("search", "sunflower")).status == 1
    theirs = await evoke("search", "sunflower", "--user", stranger.email, "--json")
    assert (theirs.status, theirs.json["results"]) == (0, [])


@pytest.mark.parametrize(
    ("given", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), (":Europe/Oslo", "Europe/Oslo"), ("../nonsense", None)]
)
def test_the_zone_of_this_machine(monkeypatch: pytest.MonkeyPatch, given: str, zone: str | None) -> None:
    monkeypatch.delenv("TZ", raising=False)
    default = local_zone()
    monkeypatch.setitem(os.environ, "TZ", given)
    assert local_zone() == (zone or default)
