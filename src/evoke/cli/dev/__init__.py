"""`evoke dev`: for those who work on Evoke itself."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from evoke.cli import session
from evoke.cli.dev import migration_files, seeding
from evoke.cli.dev.gemini import command
from evoke.domains.photos.service import counting
from evoke.kit.errors import Conflict
from evoke.platform.postgres import migrate
from evoke.platform.postgres.embedded import EmbeddedPostgres

app = typer.Typer(help="Tools for those who work on Evoke itself.", no_args_is_help=True, add_completion=False)
app.command("gemini")(command.gemini)
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@app.command("check-migrations")
def check_migrations() -> None:
    """See that the migrations, from an empty database on, make what the models say. Uses a server of its own."""
    session.settings()
    problems = migration_files.problems(migrate.folder() / "versions")
    problems += session.run(_differences())
    for problem in problems:
        print(problem)
    if problems:
        print(f"{session.plural(len(problems), 'difference')}. Write a migration, or mend the models.", file=sys.stderr)
        raise typer.Exit(1)


async def _differences() -> list[str]:
    with tempfile.TemporaryDirectory(prefix="evoke-migrations-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", extra_settings=_FAST)
        try:
            url = await asyncio.to_thread(server.start)
            await migrate.upgrade(url)
            return await migrate.differences(url)
        finally:
            await asyncio.to_thread(server.stop)


@app.command()
def seed(
    photos: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many.")],
    user: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Whose library; needed when there are several.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Also into a library that has photos already.")] = False,
) -> None:
    """Fill a library with invented photos, rows without files, to see how things are when there are many.

    The same number gives the same photos. They cannot be told from real ones afterwards: use an account made for it.
    """
    session.run(_seed(photos, user, yes))


async def _seed(photos: int, user: str | None, yes: bool) -> None:
    async with session.opened() as resources:
        actor = await session.find_actor(resources, user)
        async with resources.database.read() as reading:
            there = (await counting.totals(reading)).get(actor.user_id, counting.Total()).photos
        if there and not yes:
            raise Conflict(
                f"This library has {session.plural(there, 'photo')}. Make an account for invented ones with "
                "`evoke user create`, or say --yes."
            )
        started = time.monotonic()
        added = 0
        async for count in seeding.add_photos(resources.database, actor, photos):
            added += count
            print(f"{added:,} of {photos:,} photos", file=sys.stderr)
        print("search documents …", file=sys.stderr)
        await seeding.index(resources.database, actor)
        print(f"Added {session.plural(added, 'photo')} in {session.human_seconds(time.monotonic() - started)}.")
