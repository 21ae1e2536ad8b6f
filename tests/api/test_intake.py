"""The guided conversation over HTTP, with an analyst that does as it is told."""

import asyncio
import uuid
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from evoke.bootstrap import Resources
from evoke.domains.journal.tools import Options
from evoke.platform.generation.errors import ContentFiltered, GenerationTimedOut, TextModelDown
from evoke.platform.generation.ports import Conversation, Option, Payer, Questions, Scenario, Summary
from tests.factories import people
from tests.factories.generators import FakeAnalyst
from tests.factories.journal import read, refused

SITUATION = "My manager moved my project to somebody else without asking me."
INTAKE = "/api/v1/intake"


@pytest.fixture
def analyst(resources: Resources) -> FakeAnalyst:
    """What the API asks from now on."""
    analyst = FakeAnalyst()
    use(resources, analyst)
    return analyst


def use(resources: Resources, analyst: Any, **options: Any) -> None:
    resources.journal = replace(resources.journal, analyst=analyst, options=Options(**options))


class Talker:
    """One person in conversation."""

    def __init__(self, client: httpx.AsyncClient, person: people.Person) -> None:
        self.client, self.person = client, person
        self.step: dict[str, Any] = {}

    async def post(self, step: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.client.post(f"{INTAKE}/{step}", json=body, headers={**self.person.headers, **headers})

    async def begin(self, situation: str = SITUATION, **headers: str) -> dict[str, Any]:
        answer = await self.post("analyze", {"situation": situation}, **headers)
        assert answer.status_code == 200, answer.text
        self.step = answer.json()["data"]
        return self.step

    @property
    def choice(self) -> dict[str, Any]:
        option = self.step["scenarios"][0]["options"][0]["id"]
        return {"session_id": self.step["session_id"], "selected_option_id": option}

    async def choose(self, **more: Any) -> dict[str, Any]:
        answer = await self.post("refine", {**self.choice, **more})
        assert answer.status_code == 200, answer.text
        self.step = answer.json()["data"]
        return self.step

    @property
    def end(self) -> dict[str, Any]:
        return {"session_id": self.step["session_id"], "final_emotions": ["anger", "sadness"], "intensity": 0.8}


@pytest.fixture
def talker(client: httpx.AsyncClient, person: people.Person, analyst: FakeAnalyst) -> Talker:
    return Talker(client, person)


async def test_a_conversation_becomes_an_entry(talker: Talker, analyst: FakeAnalyst) -> None:
    step = await talker.begin()
    assert set(step) == {"session_id", "scenarios", "ai_context", "generated_by", "support"}
    assert uuid.UUID(step["session_id"])
    assert step["support"] is None
    (scenario,) = step["scenarios"]
    assert set(scenario) == {"id", "question", "options"}
    assert [set(option) for option in scenario["options"]] == [{"id", "text", "emotion_indicators"}] * 3
    chosen = [scenario["options"][0]["text"]]
    for number in range(3):
        step = await talker.choose(additional_context="It has happened before." if number == 0 else None)
        if not step["is_complete"]:
            chosen.append(step["scenarios"][0]["options"][0]["text"])
    assert (step["is_complete"], step["scenarios"]) == (True, [])
    last = analyst.calls[-1].brief
    assert [turn.chosen for turn in last.turns] == chosen
    assert last.turns[0].added == "It has happened before."
    answer = await talker.post("complete", talker.end)
    assert answer.status_code == 201
    done = answer.json()["data"]
    assert done["ai_summary"] == "You felt anger, sadness."
    assert done["insights"] == ["It mattered to you."]
    entry = done["entry"]
    assert entry["situation"] == f"{SITUATION} {' '.join(chosen)}"
    assert (entry["emotions"], entry["intensity"], entry["source"]) == (["anger", "sadness"], 0.8, "intake_flow")
    assert await read(talker.client, talker.person, f"entries/{entry['id']}") == entry
    assert {call.payer.owner_id for call in analyst.calls} == {talker.person.actor.user_id}


async def test_what_was_said_is_kept_and_sealed(talker: Talker, resources: Resources) -> None:
    step = await talker.begin()
    option = step["scenarios"][0]["options"][0]
    await talker.choose(additional_context="A secret addition")
    kept = await read(talker.client, talker.person, f"intake/{step['session_id']}")
    assert kept["situation"] == SITUATION
    assert kept["answers"] == [
        {"question": step["scenarios"][0]["question"], "answer": option["text"], "added": "A secret addition"}
    ]
    assert (kept["state"], kept["scenarios"], kept["entry_id"]) == ("asking", talker.step["scenarios"], None)
    async with resources.database.read() as session:
        row = await session.scalar(text("SELECT s::text FROM intake_sessions s"))
    for secret in ("manager", "secret", option["text"]):
        assert secret not in row
        assert secret.encode().hex() not in row


async def test_empty_and_oversized_words(talker: Talker, analyst: FakeAnalyst) -> None:
    for situation in ("", "  \n", "\x00"):
        details = refused(await talker.post("analyze", {"situation": situation}), "situation")
        assert details["min_length"] == 1
    refused(await talker.post("analyze", {"situation": "x" * 5001}), "situation")
    refused(await talker.post("analyze", {}), "situation")
    assert analyst.calls == []
    await talker.begin("😀" * 5000)
    refused(await talker.post("refine", {**talker.choice, "additional_context": "x" * 2001}), "additional_context")
    await talker.choose(additional_context="  ")
    for changes, field in (
        ({"final_emotions": []}, "final_emotions"),
        ({"final_emotions": ["super_happy"]}, "final_emotions"),
        ({"intensity": 1.5}, "intensity"),
        ({"session_id": "x"}, "session_id"),
    ):
        refused(await talker.post("complete", {**talker.end, **changes}), field)


async def test_only_what_is_offered_now_can_be_chosen(talker: Talker, analyst: FakeAnalyst) -> None:
    await talker.begin()
    first = talker.choice
    other = Talker(talker.client, talker.person)
    await other.begin()
    for option in (str(uuid.uuid4()), "nonsense", "x" * 100, other.choice["selected_option_id"]):
        refused(await talker.post("refine", {**first, "selected_option_id": option}), "selected_option_id")
    asked = len(analyst.calls)
    await talker.choose()
    refused(await talker.post("refine", first), "selected_option_id")
    assert len(analyst.calls) == asked + 1


async def test_a_conversation_belongs_to_one_person(talker: Talker, stranger: people.Person) -> None:
    await talker.begin()
    other = Talker(talker.client, stranger)
    for step, body in (("refine", talker.choice), ("complete", talker.end)):
        assert (await other.post(step, body)).status_code == 404
        assert (await talker.client.post(f"{INTAKE}/{step}", json=body)).status_code == 401
    answer = await talker.client.get(f"{INTAKE}/{talker.step['session_id']}", headers=stranger.headers)
    assert answer.status_code == 404
    assert (await talker.post("refine", {**talker.choice, "session_id": str(uuid.uuid4())})).status_code == 404
    await talker.choose()


async def test_a_finished_conversation_is_finished(talker: Talker) -> None:
    await talker.begin()
    choice = talker.choice
    refused(await talker.post("complete", talker.end), status=409)
    for _ in range(3):
        choice = talker.choice
        await talker.choose()
    assert (await talker.post("refine", choice)).status_code == 409
    assert (await talker.post("complete", talker.end)).status_code == 201
    for step, body in (("refine", choice), ("complete", talker.end)):
        answer = await talker.post(step, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
    assert (await read(talker.client, talker.person, "entries"))["total"] == 1


async def test_completing_at_once_makes_one_entry(talker: Talker, analyst: FakeAnalyst) -> None:
    await talker.begin()
    await talker.choose()
    with analyst.hanging():
        both = [asyncio.create_task(talker.post("complete", talker.end)) for _ in range(3)]
        await analyst.until(inside=3)
    statuses = sorted([(await each).status_code for each in both])
    assert statuses == [201, 409, 409]
    assert (await read(talker.client, talker.person, "entries"))["total"] == 1


async def test_choosing_at_once_counts_once(talker: Talker, analyst: FakeAnalyst) -> None:
    step = await talker.begin()
    options = [option["id"] for option in step["scenarios"][0]["options"][:2]]
    with analyst.hanging():
        both = [
            asyncio.create_task(talker.post("refine", {**talker.choice, "selected_option_id": option}))
            for option in options
        ]
        await analyst.until(inside=2)
    assert sorted([(await each).status_code for each in both]) == [200, 409]
    kept = await read(talker.client, talker.person, f"intake/{step['session_id']}")
    assert len(kept["answers"]) == 1


async def test_a_model_that_fails_changes_nothing(talker: Talker, analyst: FakeAnalyst) -> None:
    down = TextModelDown(service="gemini_api", retry_after_seconds=30)
    errors = (
        (down, 503, "GEMINI_API_ERROR"),
        (GenerationTimedOut(service="gemini_api", timeout_seconds=55), 504, "GENERATION_TIMEOUT"),
        (ContentFiltered(), 400, "CONTENT_FILTERED"),
    )
    for error, status, code in errors:
        analyst.fail(error)
        answer = await talker.post("analyze", {"situation": SITUATION})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        await talker.begin()
        analyst.fail(error)
        before = await read(talker.client, talker.person, f"intake/{talker.step['session_id']}")
        answer = await talker.post("refine", talker.choice)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert await read(talker.client, talker.person, f"intake/{talker.step['session_id']}") == before
        await talker.choose()
        analyst.fail(error)
        answer = await talker.post("complete", talker.end)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert (await talker.post("complete", talker.end)).status_code == 201
    analyst.fail(down)
    answer = await talker.post("analyze", {"situation": SITUATION})
    assert answer.headers["retry-after"] == "30"
    assert answer.json()["error"]["details"] == {"service": "gemini_api", "retry_after_seconds": 30}


async def test_a_model_that_hangs_is_given_up(talker: Talker, analyst: FakeAnalyst, resources: Resources) -> None:
    await talker.begin()
    use(resources, analyst, answer_seconds=0.2)
    with analyst.hanging():
        answer = await talker.post("refine", talker.choice)
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "GENERATION_TIMEOUT")
    assert answer.json()["error"]["details"]["timeout_seconds"] == 0
    await talker.choose()


async def test_a_conversation_survives_a_restart(
    talker: Talker, resources: Resources, serve: Any, person: people.Person
) -> None:
    await talker.begin()
    resources.owner_keys.forget(person.actor.user_id)
    again = Talker(await serve(resources), person)
    again.step = talker.step
    await again.choose()
    assert (await again.post("complete", again.end)).status_code == 201


class Unruly:
    """An analyst that keeps to no rule: `most` questions at once, or none at all."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked = 0

    async def ask(self, conversation: Conversation, payer: Payer) -> Questions:
        self.asked += 1
        options = (Option("Yes", ("joy",)), Option("No", ()))
        return Questions(tuple(Scenario(f"Really? {n}", options) for n in range(self.most)), "", "local")

    async def summarize(
        self, conversation: Conversation, emotions: tuple[str, ...], intensity: float, payer: Payer
    ) -> Summary:
        return Summary("\x00 " + "x" * 6000, "", (), "local")


@pytest.mark.parametrize(("most", "answers"), [(0, 2), (1, 5), (7, 5)])
async def test_it_ends_after_two_to_five_answers(talker: Talker, resources: Resources, most: int, answers: int) -> None:
    analyst = Unruly(most)
    use(resources, analyst)
    step = await talker.begin()
    count = 0
    while step["scenarios"]:
        step = await talker.choose()
        count += 1
        assert step["is_complete"] is (not step["scenarios"])
    assert count == answers
    assert analyst.asked == min(answers + 1, 5)
    answer = await talker.post("complete", talker.end)
    assert answer.json()["data"]["entry"]["situation"] == "x" * 5000


async def test_plain_questions_are_in_the_persons_language(talker: Talker, resources: Resources) -> None:
    use(resources, Unruly(0))
    german = "Meine Chefin hat mein Projekt ohne ein Wort an jemand anderen gegeben, und ich bin sehr enttäuscht."
    for situation, header, begins in (
        (german, "en-US", "Was davon"),
        ("Hm.", "fr-CH, fr;q=0.9", "Qu'est-ce"),
        ("Hm.", "xx", "Which of these"),
    ):
        step = await talker.begin(situation, **{"Accept-Language": header})
        assert step["scenarios"][0]["question"].startswith(begins)


async def test_words_of_self_harm_get_support_and_the_normal_answer(talker: Talker) -> None:
    step = await talker.begin("I want to kill myself.", **{"Accept-Language": "en-GB"})
    assert step["scenarios"]
    support = step["support"]
    assert set(support) == {"message", "lines", "emergency"}
    assert support["message"]
    assert set(support["lines"][0]) == {"name", "phone", "text", "url", "hours"}
    assert any(line["phone"] for line in support["lines"])
    assert support["emergency"]
    assert (await talker.choose())["support"] is not None
    answer = await talker.post("complete", talker.end)
    assert answer.status_code == 201
    assert answer.json()["data"]["support"] is not None
    await talker.begin()
    assert (await talker.choose(additional_context="I do not want to live any more."))["support"] is not None


async def test_a_conversation_goes_with_its_entry(talker: Talker) -> None:
    await talker.begin()
    await talker.choose()
    answer = await talker.post("complete", talker.end)
    entry_id = answer.json()["data"]["entry"]["id"]
    one = f"{INTAKE}/{talker.step['session_id']}"
    kept = (await talker.client.get(one, headers=talker.person.headers)).json()["data"]
    assert (kept["state"], kept["entry_id"]) == ("finished", entry_id)
    await talker.client.delete(f"/api/v1/entries/{entry_id}", headers=talker.person.headers)
    assert (await talker.client.get(one, headers=talker.person.headers)).status_code == 404
