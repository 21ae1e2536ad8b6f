"""`evoke search`: photos by words and dates, from the command line."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
import typer
from rich.console import Console
from rich.table import Table

from evoke.cli import session
from evoke.domains.search import schemas, service

app = typer.Typer(add_completion=False)
_ZONES = "zoneinfo/"


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help='Words and dates: sunflower "march 2019" -sea')],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many results.")] = 20,
    user: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Whose library; needed when there are several.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the API would answer.")] = False,
) -> None:
    """Find photos: in names, descriptions, tags, places, cameras and dates. Small typing errors are forgiven.

    Write `--` before a query that begins with a minus: evoke search -- -sea
    """
    answer = session.run(_search(" ".join(query), limit, user))
    if as_json:
        options = orjson.OPT_UTC_Z | orjson.OPT_INDENT_2
        sys.stdout.write(orjson.dumps(answer, default=str, option=options).decode() + "\n")
        return
    _show(answer)


async def _search(query: str, limit: int, user: str | None) -> dict[str, Any]:
    async with session.opened() as resources:
        actor = await session.find_actor(resources, user)
        request = schemas.SearchRequest(q=query[: schemas.MAX_QUERY], limit=limit, time_zone=local_zone())
        async with resources.database.read() as reading:
            return await service.search(reading, actor, request, resources.search)


def local_zone() -> str:
    """The IANA name of this machine's time zone, "UTC" when it cannot be told: what "yesterday" means here."""
    named = os.environ.get("TZ", "").removeprefix(":")
    linked = str(Path("/etc/localtime").resolve())
    for name in (named, linked.partition(_ZONES)[2]):
        try:
            if name:
                return ZoneInfo(name).key
        except (ValueError, OSError):
            continue
    return "UTC"


def _show(answer: dict[str, Any]) -> None:
    results, total = answer["results"], answer["total"]
    if not results:
        print("Nothing found.")
        return
    if answer["understood"]["relaxed"] == "any_word":
        print("Nothing has all of these words. These photos have some of them:")
    table = Table("Taken", "File", "Place", "Tags", "Id", box=None)
    for result in results:
        table.add_row(*(session.one_line(cell) for cell in _cells(result["photo"])))
    # Whoever reads it from a pipe wants whole cells rather than whole lines.
    width = None if sys.stdout.isatty() else 400
    Console(highlight=False, markup=False, width=width).print(table)
    if total["value"] > len(results):
        more = "more than " if total["relation"] == "gte" else ""
        print(f"{len(results):,} of {more}{total['value']:,}; --limit shows more.")


def _cells(photo: dict[str, Any]) -> tuple[str, ...]:
    place = photo["location"] or {}
    where = ", ".join(name for name in (place.get("city"), place.get("country")) if name)
    taken = photo["taken_at_local"].strftime("%Y-%m-%d %H:%M")
    return (taken, photo["file_name"], where, ", ".join(photo["tags"]), str(photo["id"]))
