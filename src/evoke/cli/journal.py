"""`evoke journal`: the entries of somebody's journal, out to a file and in from one."""

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from evoke.cli import session
from evoke.domains.journal import portable, schemas
from evoke.domains.journal.service import exporting, importing
from evoke.kit.errors import Invalid

app = typer.Typer(add_completion=False, help="Export and import entries of the journal.", no_args_is_help=True)

STANDARD = Path("-")
User = Annotated[str | None, typer.Option(metavar="EMAIL", help="Whose journal; needed when there are several.")]
Kind = Annotated[
    portable.Format | None, typer.Option("--format", help="json or csv; by the name of the file, where it is left out.")
]


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; - is standard output.")],
    kind: Kind = None,
    user: User = None,
) -> None:
    """Write all entries to a file: JSON, or CSV for a spreadsheet. What was there is replaced."""
    chosen = _kind(file, kind, otherwise="json")
    if file == STANDARD:
        session.run(_export(sys.stdout.buffer, chosen, user))
        return
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("wb") as output:
            session.run(_export(output, chosen, user))
        part.replace(file)
    except OSError as error:
        raise Invalid(f"{session.shown(file)} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


async def _export(output: BinaryIO, kind: portable.Format, user: str | None) -> None:
    async with session.opened() as resources:
        actor = await session.find_actor(resources, user)
        async for part in exporting.export(resources.database, resources.journal, actor, kind):
            output.write(part)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `evoke journal export` writes it.")],
    kind: Kind = None,
    user: User = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Add the entries of a file. Those that are there already are passed over; rows that are not sound are named and
    stop no others, and the exit status is 1 then.
    """
    chosen = _kind(file, kind, otherwise=None)
    try:
        body = file.read_bytes()
    except OSError as error:
        raise Invalid(f"{session.shown(file)} cannot be read: {error.strerror}") from error
    outcome = session.run(_import(body, chosen, user))
    if as_json:
        session.print_json(outcome.model_dump())
    else:
        print(f"{session.plural(outcome.imported, 'entry', 'entries')} imported, {outcome.skipped:,} there already.")
        for problem in outcome.errors:
            print(f"Row {problem.row}, {problem.field}: {session.one_line(problem.reason)}", file=sys.stderr)
    raise typer.Exit(1 if outcome.failed else 0)


async def _import(body: bytes, kind: portable.Format, user: str | None) -> schemas.Imported:
    async with session.opened() as resources:
        actor = await session.find_actor(resources, user)
        prepared = await importing.prepare(resources.journal, actor, body, kind)
        async with resources.database.transaction() as writing:
            return await importing.record(writing, resources.journal, actor, prepared)


def _kind(file: Path, chosen: portable.Format | None, *, otherwise: portable.Format | None) -> portable.Format:
    """Raises Invalid where nothing says which."""
    by_name: dict[str, portable.Format] = {".json": "json", ".csv": "csv"}
    found = chosen or by_name.get(file.suffix.lower(), otherwise)
    if found is None:
        raise Invalid(f"Say what {session.shown(file)} is: --format json or --format csv.")
    return found
