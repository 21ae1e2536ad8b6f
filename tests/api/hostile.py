"""What no sane client sends, and how an answer to it looks."""

import httpx

from evoke.api.envelope import FailureEnvelope
from tests.factories import people, wire

NUL, LONE, LONG = "a\x00b", "\ud800", "x" * 50_000
TEXTS = {"nul": NUL, "long": LONG, "backwards": "\u202egpj.exe", "quotes": "'; DROP TABLE photos; --", "like": "%_\\"}
NUMBERS = ["9" * 30, "-1", str(2**31), str(2**63), "1e400", "-1e400", "nan", "inf", "٣", "0x10", "1_0", "9" * 5000, ""]
MOMENTS = [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59.9999999",
    "0000-01-01",
    "1e18",
    "-1e18",
]


def assert_sound(answer: httpx.Response | wire.Answer, told: object) -> None:
    """An answer of ours that is not our fault."""
    assert answer.status_code < 500, (told, answer.text[:500])
    assert answer.headers["x-request-id"], told
    if answer.status_code >= 400:
        FailureEnvelope.model_validate(answer.json())
        assert len(answer.content) < 20_000, told


async def ask_each(client: httpx.AsyncClient, person: people.Person, path: str, names: list[str]) -> None:
    for name in names:
        for what, value in TEXTS.items():
            answer = await client.get(path, params={name: value}, headers=person.headers)
            assert_sound(answer, (path, name, what))
            if what == "nul":
                assert answer.status_code == 400, (path, name)
                assert answer.json()["error"]["details"]["field"] == name, answer.text
