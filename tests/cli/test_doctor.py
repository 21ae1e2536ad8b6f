"""`evoke doctor`: what is wrong is found, and the way to mend it named."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke.cli.doctor import machine, variables
from evoke.platform.crypto import sources
from evoke.platform.processes import SUPERVISED
from evoke.settings import Settings, describe
from tests.cli.conftest import Evoke, Outcome, runner


def levels(outcome: Outcome) -> dict[str, str]:
    return {check["name"]: check["level"] for check in outcome.json["checks"]}


def check(outcome: Outcome, name: str) -> dict[str, str]:
    found: dict[str, str] = next(each for each in outcome.json["checks"] if each["name"] == name)
    return found


@pytest.fixture
def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


async def test_a_good_installation_is_good(
    evoke: Evoke, client: httpx.AsyncClient, tmp_path: Path, free_port: str
) -> None:
    outcome = await evoke("doctor", "--json", EVOKE_PORT=str(client.base_url.port))
    assert outcome.status == 0
    assert outcome.json["ok"] is True
    found = levels(outcome)
    assert "FAIL" not in found.values()
    for name in (
        "python",
        "packages",
        "data folder",
        "master key",
        "port",
        "database",
        "pgvector",
        "schema",
        "storage",
    ):
        assert found[name] == "ok", check(outcome, name)
    assert "Evoke answers" in check(outcome, "port")["message"]
    outcome = await evoke("doctor", EVOKE_PORT=free_port)
    assert outcome.status == 0
    assert "ok    database: PostgreSQL 18" in outcome.stdout
    assert "is free; the server is not running" in outcome.stdout


async def test_names_that_nobody_reads_are_told(
    evoke: Evoke, resources: object, free_port: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("EVOKE_HOTS=0.0.0.0\nOTHER_PROGRAM=1\nEVOKE_LOG_LEVEL=INFO\n")
    given = {"EVOKE_PORT": free_port, "EVOKE_STORAGE__ENCRIPT": "no", "EVOKE_STORAGE": "{}", SUPERVISED: "1"}
    outcome = await evoke("doctor", "--json", **given)
    assert outcome.status == 0
    found = check(outcome, "settings")
    assert found["level"] == "warn"
    assert found["message"] == (
        "Nobody reads: EVOKE_HOTS (did you mean EVOKE_HOST?), "
        "EVOKE_STORAGE__ENCRIPT (did you mean EVOKE_STORAGE__ENCRYPT?)."
    )


async def test_settings_that_are_not_valid_end_it(evoke: Evoke) -> None:
    outcome = await evoke("doctor", "--json", EVOKE_PORT="many")
    assert (outcome.status, outcome.json["ok"]) == (1, False)
    assert "PORT" in check(outcome, "settings")["message"]
    assert "database" not in levels(outcome)


@pytest.mark.parametrize(
    ("name", "level", "variables"),
    [
        ("database", "FAIL", {"DATABASE_URL": "postgresql://evoke:x@127.0.0.1:1/evoke"}),
        ("redis", "warn", {"REDIS_URL": "redis://127.0.0.1:1/0"}),
        ("storage", "FAIL", {"EVOKE_STORAGE__URL": "ftp://somewhere"}),
        ("storage", "FAIL", {"EVOKE_STORAGE__URL": "/proc/no/folder"}),
        ("data folder", "FAIL", {"EVOKE_DATA_DIR": "/proc/no/folder"}),
    ],
)
async def test_what_cannot_be_reached_is_told(
    evoke: Evoke, free_port: str, name: str, level: str, variables: dict[str, str]
) -> None:
    outcome = await evoke("doctor", "--json", EVOKE_PORT=free_port, **variables)
    found = check(outcome, name)
    assert found["level"] == level
    assert found["mend"]
    assert outcome.status == (1 if level == "FAIL" else 0)


async def test_a_port_of_another_program_is_told(evoke: Evoke) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        outcome = await evoke("doctor", "--json", EVOKE_PORT=str(other.getsockname()[1]))
    assert outcome.status == 1
    assert "is taken" in check(outcome, "port")["message"]


async def test_a_key_is_looked_at_and_never_made(evoke: Evoke, tmp_path: Path, free_port: str) -> None:
    path = tmp_path / "config" / "master.key"
    assert check(await evoke("doctor", "--json", EVOKE_PORT=free_port), "master key")["level"] == "warn"
    assert not path.exists()
    sources.load_or_create(path)
    path.chmod(0o640)
    outcome = await evoke("doctor", "--json", EVOKE_PORT=free_port)
    assert (outcome.status, check(outcome, "master key")["level"]) == (1, "FAIL")
    assert "chmod 600" in check(outcome, "master key")["message"]


async def test_an_embedded_database_that_is_unfit_is_told(tmp_path: Path, free_port: str) -> None:
    foreign = tmp_path / "postgres" / "cluster"
    foreign.mkdir(parents=True)
    (foreign / "PG_VERSION").write_text("99\n")
    evoke = runner({"EVOKE_DATA_DIR": str(tmp_path), "DATABASE_URL": "", "EVOKE_PORT": free_port})
    outcome = await evoke("doctor", "--json")
    assert (outcome.status, check(outcome, "database")["level"]) == (1, "FAIL")
    assert check(outcome, "postgresql")["level"] == "ok"


async def test_settings_are_shown_without_secrets(evoke: Evoke, free_port: str, database_url: str) -> None:
    secrets: dict[str, Any] = {
        "JWT_SECRET_KEY": "a-very-secret-text-of-some-length",
        "EVOKE_STORAGE__OPTIONS": '{"secret_access_key": "hush-hush"}',
        "EVOKE_HTTP__METRICS_TOKEN": "another-secret",
        "EVOKE_PORT": free_port,
    }
    outcome = await evoke("doctor", "--settings", "--json", **secrets)
    shown = outcome.json["settings"]
    assert shown["EVOKE_PORT"] == int(free_port)
    assert shown["EVOKE_STORAGE__OPTIONS"] == {"secret_access_key": variables.HIDDEN}
    assert shown["EVOKE_HTTP__METRICS_TOKEN"] == shown["EVOKE_JWT_SECRET_KEY"] == variables.HIDDEN
    assert len(shown) == len(describe())
    text = (await evoke("doctor", "--settings", **secrets)).stdout
    assert f"EVOKE_PORT={free_port}\n" in text
    for secret in ("hush-hush", "another-secret", "a-very-secret", database_url):
        assert secret not in text
        assert secret not in outcome.stdout


@pytest.mark.parametrize(
    ("free", "level"), [(10**6, "FAIL"), (499 * 10**6, "FAIL"), (10**9, "warn"), (6 * 10**9, "ok")]
)
def test_little_space_is_told(settings: Settings, free: int, level: str) -> None:
    finding = machine.disk(settings, free)
    assert (finding.level, bool(finding.mend)) == (level, level != "ok")


def test_packages_that_are_missing_are_told() -> None:
    found = list(machine.packages(["pytest", "no-such-package"], {"no_such_module": ("extra", "it is without")}))
    assert [finding.level for finding in found] == ["FAIL", "warn"]
    assert "no-such-package" in found[0].message
    assert "pytest" not in found[0].message
    assert found[1].mend == "pip install 'evoke[extra]'"


@pytest.mark.parametrize(("year", "level"), [(1970, "FAIL"), (2026, "ok"), (2030, "ok"), (2090, "FAIL")])
def test_a_clock_without_a_battery_is_told(year: int, level: str) -> None:
    assert machine.clock(datetime(year, 1, 1, tzinfo=UTC)).level == level
