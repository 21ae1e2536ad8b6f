"""The journal from the command line."""

import json
from pathlib import Path

import pytest

from evoke.bootstrap import Resources
from evoke.domains.journal.schemas import EntryQuery, NewEntry
from evoke.domains.journal.service import entries
from tests.cli.conftest import Evoke
from tests.factories import people
from tests.factories.journal import form


@pytest.fixture
async def _written(resources: Resources, person: people.Person) -> None:
    for number in range(3):
        async with resources.database.transaction() as session:
            entry = NewEntry(**form(situation=f"Entry {number}"))
            await entries.create(session, resources.journal, person.actor, entry)


async def total(resources: Resources, person: people.Person) -> int:
    found = await entries.page(resources.database, resources.journal, person.actor, EntryQuery())
    return int(found["total"])


@pytest.mark.usefixtures("_written")
async def test_out_and_in_again(evoke: Evoke, resources: Resources, person: people.Person, tmp_path: Path) -> None:
    for name in ("journal.json", "journal.csv"):
        file = tmp_path / name
        assert (await evoke("journal", "export", file)).status == 0
        assert [path.name for path in tmp_path.glob("*journal.*")] == [name]
        outcome = await evoke("journal", "import", file)
        assert (outcome.status, outcome.stdout) == (0, "0 entries imported, 3 there already.\n")
        file.unlink()
    said = await evoke("journal", "export", "-", "--format", "csv")
    assert said.stdout.count("\n") == 4
    assert await total(resources, person) == 3


async def test_rows_that_are_not_sound_are_told(
    evoke: Evoke, resources: Resources, person: people.Person, tmp_path: Path
) -> None:
    file = tmp_path / "rows"
    file.write_text(json.dumps([form(), form(intensity=3)]))
    outcome = await evoke("journal", "import", file)
    assert outcome.status == 1
    assert "--format" in outcome.stderr
    outcome = await evoke("journal", "import", file, "--format", "json")
    assert (outcome.status, outcome.stdout) == (1, "1 entry imported, 0 there already.\n")
    assert outcome.stderr.startswith("Row 2, intensity: ")
    outcome = await evoke("journal", "import", file, "--format", "json", "--json")
    assert outcome.json["failed"] == 1
    outcome = await evoke("journal", "import", tmp_path / "none.json")
    assert outcome.status == 1
    assert "cannot be read" in outcome.stderr
    outcome = await evoke("journal", "export", tmp_path / "missing" / "journal.json")
    assert "cannot be written" in outcome.stderr
    assert await total(resources, person) == 2
