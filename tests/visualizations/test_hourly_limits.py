"""How much may be drawn in an hour: fifty times by a user, ten times by whoever is not signed in."""

from itertools import cycle, islice

import httpx
import pytest

from evoke.settings import Settings
from tests.conftest import make_settings
from tests.factories.generators import FakeArtist
from tests.factories.people import Person, data
from tests.visualizations.stage import STORY, VISUALIZATIONS, error

pytestmark = pytest.mark.unmeasured

FEELING = {"feeling_category": "good", "selected_emotions": ["cozy"]}
WISHES = (
    ("feeling", FEELING),
    ("story", {**FEELING, "story_text": STORY}),
    ("generate", {**FEELING, "free_text": STORY}),
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    assert settings.database_url is not None
    return make_settings(settings.data_dir, settings.database_url.get_secret_value(), limits={"enabled": True})


@pytest.mark.parametrize("amount", [10, 50])
async def test_so_often_and_no_more(
    client: httpx.AsyncClient, person: Person, stranger: Person, artist: FakeArtist, amount: int
) -> None:
    mine, others = ({}, person.headers) if amount == 10 else (person.headers, stranger.headers)
    # What cannot be drawn costs nothing.
    refused = await client.post(f"{VISUALIZATIONS}/feeling", json={**FEELING, "selected_emotions": []}, headers=mine)
    assert refused.status_code == 400
    for path, form in islice(cycle(WISHES), amount):
        answer = await client.post(f"{VISUALIZATIONS}/{path}", json=form, headers=mine)
        assert answer.status_code == 200, answer.text
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    for path, form in WISHES:
        answer = await client.post(f"{VISUALIZATIONS}/{path}", json=form, headers=mine)
        assert error(answer) == (429, "RATE_LIMIT_EXCEEDED")
        wait = answer.json()["error"]["details"]["retry_after_seconds"]
        assert 0 < wait <= 3600
        assert int(answer.headers["Retry-After"]) == wait
        assert answer.headers["X-RateLimit-Limit"] == str(amount)
    assert len(artist.calls) == amount
    # Nobody else has spent anything.
    assert data(await client.post(f"{VISUALIZATIONS}/feeling", json=FEELING, headers=others))["generated_by"] == "local"
