"""`evoke status`: how the installation is, whether it runs or not."""

import asyncio
import shutil
from typing import Annotated, Any

import typer

from evoke import __version__
from evoke.bootstrap import database_server, embedded_server
from evoke.cli import session
from evoke.domains import jobs
from evoke.domains.accounts import service as accounts
from evoke.domains.photos.service import counting
from evoke.platform.postgres import activity, migrate
from evoke.platform.postgres.engine import Database, PoolOptions, ReadSession
from evoke.settings import Settings
from evoke.supervisor import address_of, is_healthy

app = typer.Typer(add_completion=False)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Say whether the server answers, what is in the library, and how far the jobs are.

    Works while the server is stopped too: then the database is started for a moment.
    """
    found = session.run(_status(session.settings()))
    if as_json:
        session.print_json(found)
        return
    for line in _lines(found):
        print(line)


async def _status(settings: Settings) -> dict[str, Any]:
    address = address_of(settings)
    found: dict[str, Any] = {
        "version": __version__,
        "server": {"address": address, "healthy": await asyncio.to_thread(is_healthy, address)},
        "data": {"folder": str(settings.data_dir.absolute()), "free_bytes": _free(settings)},
        "database": None,
    }
    if settings.database_url is None and embedded_server(settings).status().version is None:
        return found  # nothing was ever started here, and a look is no reason to
    async with database_server(settings) as url:
        found["database"] = {"embedded": settings.database_url is None, "schema": await migrate.current(url)}
        found["database"]["schema_wanted"] = migrate.head()
        database = Database.connect(url, pool=PoolOptions(size=1, overflow=1, application_name=session.NAME))
        try:
            async with database.read() as reading:
                await _ask(reading, found)
        finally:
            await database.close()
    return found


async def _ask(reading: ReadSession, found: dict[str, Any]) -> None:
    found["database"]["bytes"] = await activity.database_bytes(reading)
    found["database"]["version"] = await activity.server_version(reading)
    found["workers"] = await activity.count_programs(reading, session.WORKER_NAME)
    if found["database"]["schema"] != found["database"]["schema_wanted"]:
        return  # the tables may be other ones than we would ask
    totals = await counting.totals(reading)
    statistics = await jobs.queries.statistics(reading)
    states: dict[str, int] = {}
    for row in statistics.jobs:
        states[row.state] = states.get(row.state, 0) + row.count
    found |= {
        "users": len(await accounts.administration.list_users(reading)),
        "photos": sum(total.photos for total in totals.values()),
        "bytes": sum(total.size_bytes for total in totals.values()),
        "jobs": states,
        "queues": [
            {"name": queue.queue, "depth": queue.depth, "oldest_seconds": queue.oldest_seconds}
            for queue in statistics.queues
        ],
    }


def _free(settings: Settings) -> int:
    """On the disk of the data folder, or of the nearest folder above that is there."""
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _lines(found: dict[str, Any]) -> list[str]:
    server, data, database = found["server"], found["data"], found["database"]
    answers = "answers" if server["healthy"] else "does not answer (`make run` or `evoke serve` starts it)"
    lines = [
        f"Evoke {found['version']}",
        f"Server    {server['address']} {answers}",
        f"Data      {data['folder']}, {session.human_bytes(data['free_bytes'])} free",
    ]
    if database is None:
        return [*lines, "Database  none yet: nothing was started here"]
    kind = "embedded" if database["embedded"] else "from DATABASE_URL"
    version = f"{database['version'] // 10000}.{database['version'] % 10000}"
    schema = database["schema"] or "none"
    lines.append(f"Database  PostgreSQL {version}, {kind}, {session.human_bytes(database['bytes'])}, schema {schema}")
    if "photos" not in found:
        return [*lines, f"          this program wants schema {database['schema_wanted']}: run `evoke migrate`"]
    lines += [
        f"Library   {session.plural(found['photos'], 'photo')} of {session.plural(found['users'], 'user')}, "
        f"{session.human_bytes(found['bytes'])} of originals",
        "Jobs      " + (", ".join(f"{count:,} {state}" for state, count in sorted(found["jobs"].items())) or "none"),
        f"Workers   {found['workers'] or 'none running'}",
    ]
    for queue in found["queues"]:
        oldest = queue["oldest_seconds"]
        since = f", the oldest since {session.human_seconds(oldest)}" if oldest else ""
        lines.append(f"  queue {queue['name']}: {queue['depth']:,} waiting{since}")
    return lines
