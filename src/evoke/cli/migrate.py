"""`evoke migrate`: bring the database to the schema of this version."""

from typing import Annotated

import typer

from evoke.bootstrap import database_server
from evoke.cli import session
from evoke.platform.postgres import migrate as migrations

app = typer.Typer(add_completion=False)


@app.command()
def migrate(quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False) -> None:
    """Bring the database up to date. `evoke serve` does it by itself; several at once are safe."""
    applied = session.run(_migrate())
    if quiet:
        return
    if applied:
        print(f"Applied {session.plural(len(applied), 'migration')}: {', '.join(applied)}.")
    else:
        print(f"The database is up to date (schema {migrations.head()}).")


async def _migrate() -> list[str]:
    settings = session.settings()
    async with database_server(settings) as url:
        return await migrations.upgrade(url)
