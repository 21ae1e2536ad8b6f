"""Everything over the stand-in for Gemini: what is paid for, what is said when it fails, and who is not held up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke.bootstrap import Resources, compose
from evoke.settings import Settings
from tests.factories import library
from tests.factories.gemini import Fault, StandIn, gemini
from tests.factories.people import Person, data
from tests.factories.pictures import jpeg
from tests.factories.processes import Program
from tests.visualizations import stage
from tests.visualizations.stage import STORY, VISUALIZATIONS, error

pytestmark = pytest.mark.unmeasured

__all__ = ["gemini"]

FEELING = {"feeling_category": "good", "selected_emotions": ["cozy", "chill"]}
TALE = {"story_text": STORY, "feeling_category": "bad", "selected_emotions": ["down"]}
MANY = 200


@pytest.fixture
def given() -> dict[str, Any]:
    """Settings of generation that a test changes."""
    return {}


@pytest.fixture
async def resources(settings: Settings, gemini: StandIn, given: dict[str, Any]) -> AsyncIterator[Resources]:
    assert settings.database_url is not None
    generation = settings.generation.model_copy(update=given)
    own = {"gemini_api_key": gemini.key, "google_gemini_base_url": gemini.base_url, "gemini_max_retries": 0}
    values = settings.model_dump() | own | {"generation": generation.model_dump()}
    chosen = Settings(_env_file=None, **values)  # type: ignore[call-arg]  # an argument of the base class
    resources = compose(chosen, settings.database_url.get_secret_value())
    yield resources
    await resources.close()


async def test_an_entry_drawn_by_gemini_is_paid_for_once(
    client: httpx.AsyncClient, resources: Resources, person: Person, gemini: StandIn
) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    async with library.working(resources):
        done = await stage.until_status(client, person, id_, "completed", "failed")
    assert done["status"] == "completed", done
    assert done["generated_by"] == "gemini"
    assert (gemini.billed_texts, gemini.billed_pictures) == (1, 1)
    sent = repr([call.body for call in gemini.calls])
    for secret in (person.email, str(person.actor.user_id), id_):
        assert secret not in sent
    picture = repr([call.body for call in gemini.calls_for("picture")])
    assert "better than I had feared" not in picture
    spent: Any = data(await client.get("/api/v1/journal/spending", headers=person.headers))
    assert {row["kind"]: row["calls"] for row in spent["spending"]} == {"text": 1, "picture": 1}
    assert spent["total_cost_usd"] > 0.13


async def test_feelings_and_stories_say_who_made_them(client: httpx.AsyncClient) -> None:
    for path, form in (("feeling", FEELING), ("story", TALE)):
        drawn: Any = data(await client.post(f"{VISUALIZATIONS}/{path}", json=form))
        assert drawn["generated_by"] == "gemini"
    assert drawn["story_analysis"]["generated_by"] == "gemini"


class TestBudget:
    @pytest.fixture
    def given(self) -> dict[str, Any]:
        return {"daily_budget_usd": 0.2}

    async def test_a_budget_that_is_spent_says_so_and_pays_nothing(
        self, client: httpx.AsyncClient, resources: Resources, person: Person, gemini: StandIn
    ) -> None:
        assert (await client.post(f"{VISUALIZATIONS}/feeling", json=FEELING)).status_code == 200
        answer = await client.post(f"{VISUALIZATIONS}/feeling", json=FEELING)
        assert error(answer) == (503, "GENERATION_SERVICE_ERROR")
        assert answer.json()["error"]["details"]["reason"] == "budget"
        id_ = await stage.asked(client, person, await stage.write(client, person))
        async with library.working(resources):
            failed = await stage.until_status(client, person, id_, "completed", "failed")
        assert (failed["status"], failed["error_code"]) == ("failed", "BUDGET_EXHAUSTED")
        assert gemini.billed_pictures == 1


class TestLocalInstead:
    @pytest.fixture
    def given(self) -> dict[str, Any]:
        return {"on_failure": "local"}

    async def test_the_local_one_draws_when_gemini_fails_and_says_so(
        self, client: httpx.AsyncClient, gemini: StandIn
    ) -> None:
        gemini.script(Fault.UNAVAILABLE, times=None)
        drawn: Any = data(await client.post(f"{VISUALIZATIONS}/story", json=TALE))
        assert drawn["generated_by"] == drawn["story_analysis"]["generated_by"] == "local"


class TestNoKey:
    async def test_gemini_alone_and_no_key(
        self, settings: Settings, serve: Callable[[Resources], Awaitable[httpx.AsyncClient]], person: Person
    ) -> None:
        assert settings.database_url is not None
        generation = settings.generation.model_copy(update={"provider": "gemini"})
        chosen = settings.model_copy(update={"generation": generation})
        bare = compose(chosen, settings.database_url.get_secret_value())
        try:
            client = await serve(bare)
            answer = await stage.ask(client, person, await stage.write(client, person))
            assert error(answer) == (503, "VISUALIZATION_ERROR")
            details = answer.json()["error"]["details"]
            assert details["service"] == "nanobanana_api"
            assert int(answer.headers["Retry-After"]) == details["retry_after_seconds"]
            assert (await client.get(f"{VISUALIZATIONS}/health")).json()["status"] == "degraded"
            answer = await client.post(f"{VISUALIZATIONS}/feeling", json=FEELING)
            assert error(answer) == (503, "GENERATION_SERVICE_ERROR")
        finally:
            await bare.close()


async def test_health_looks_without_spending(client: httpx.AsyncClient, gemini: StandIn) -> None:
    for _ in range(3):
        health = (await client.get(f"{VISUALIZATIONS}/health")).json()
    assert health["status"] == "healthy"
    assert health["checks"]["gemini_api"]["status"] == "healthy"
    assert type(health["checks"]["gemini_api"]["latency_ms"]) is int
    ready = (await client.get("/health/ready")).json()
    assert ready["status"] == "ready"
    assert ready["checks"]["gemini_api"] == ready["checks"]["nanobanana_api"] == {"status": "ok"}
    assert (gemini.billed_texts, gemini.billed_pictures) == (0, 0)
    assert len(gemini.calls) == 2, "one look for each service, however often it is asked for"
    gemini.script(Fault.UNAVAILABLE, times=1, when="picture")
    await client.post(f"{VISUALIZATIONS}/feeling", json=FEELING)
    health = (await client.get(f"{VISUALIZATIONS}/health")).json()
    assert (health["status"], health["checks"]["nanobanana_api"]["error"]) == ("degraded", "overloaded")
    assert (await client.get("/health/ready")).json()["status"] == "degraded"


async def test_many_that_hang_hold_nobody_else_up(
    client: httpx.AsyncClient, resources: Resources, person: Person, gemini: StandIn
) -> None:
    await library.upload(client, person, jpeg())
    gemini.script(Fault.HELD, times=None)
    limits = httpx.Limits(max_connections=MANY + 10)
    async with httpx.AsyncClient(base_url=client.base_url, timeout=120, limits=limits) as crowd:
        hanging = [asyncio.create_task(crowd.post(f"{VISUALIZATIONS}/feeling", json=FEELING)) for _ in range(MANY)]
        in_flight = resources.settings.generation.max_in_flight
        await gemini.until(lambda: len(gemini.calls_for("picture")) >= in_flight)
        for _ in range(5):
            assert (await client.get("/health")).status_code == 200
            timeline: Any = data(await client.get("/api/v1/photos", headers=person.headers))
            assert len(timeline["photos"]) == 1
        async with asyncio.timeout(stage.PATIENCE_SECONDS):
            # Nothing of the database is held while they wait.
            while resources.database.pool_status()["in_use"]:
                await asyncio.sleep(0.05)
        assert len(gemini.calls_for("picture")) == in_flight
        assert not all(task.done() for task in hanging)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
    async with asyncio.timeout(stage.PATIENCE_SECONDS):
        for call in gemini.calls_for("picture"):
            await call.gone.wait()
    gemini.clear()
    assert (await client.post(f"{VISUALIZATIONS}/feeling", json=FEELING)).status_code == 200


async def test_drawings_that_hang_keep_no_photo_waiting(
    client: httpx.AsyncClient, resources: Resources, person: Person, gemini: StandIn, tmp_path: Path
) -> None:
    gemini.script(Fault.HELD, times=None)
    for _ in range(3):
        await stage.asked(client, person, await stage.write(client, person))
    assert resources.settings.database_url is not None
    own = {
        "DATABASE_URL": resources.settings.database_url.get_secret_value(),
        "EVOKE_DATA_DIR": str(resources.settings.data_dir),
        "GEMINI_API_KEY": gemini.key,
        "GOOGLE_GEMINI_BASE_URL": gemini.base_url,
        "EVOKE_WORKER__SHUTDOWN_GRACE_SECONDS": "0",
    }
    with Program("evoke", "worker", "--concurrency", "1", settings=own, folder=tmp_path) as worker:
        await gemini.until(lambda: len(gemini.calls_for("text")) == 3)
        photo = await library.upload(client, person, jpeg())
        await library.processed(client, person, photo["id"], seconds=stage.PATIENCE_SECONDS)
        assert not any(call.gone.is_set() for call in gemini.calls)
        # Not within the loop of the stand-in: a worker that stops says goodbye to it.
        assert await asyncio.to_thread(worker.stop) == 0, worker.said()
