"""pgqueuer finds its own schema in ours."""

import pytest

from evoke.platform.postgres.engine import Database
from evoke.platform.queue import package
from tests.jobs import stage


async def test_the_migration_has_what_the_installed_version_wants(database: Database) -> None:
    async with database.transaction() as session:
        plan = await package.queries(session).plan_upgrade()
    assert [statement for statement in plan.statements if "tg_evoke_discard" not in statement] == []


async def test_its_log_stays_empty(database: Database) -> None:
    await stage.put(database, "test.any")
    assert len((await stage.take(database)).claims) == 1
    assert await stage.ask(database, "SELECT count(*) FROM pgqueuer_log") == 0


def test_its_names_do_not_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """CHANNEL and FUNCTION are names that other programs use too."""
    names = package.NAMES.model_dump()
    for name in names:
        monkeypatch.setenv(name.upper(), "elsewhere")
        monkeypatch.setenv(f"PGQUEUER_{name.upper()}", "elsewhere")
    assert package.names().model_dump() == names
