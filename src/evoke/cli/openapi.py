"""`evoke openapi`: the description of the API, for clients and for the snapshot in the repository."""

import difflib
import itertools
import json
from pathlib import Path
from typing import Annotated

import typer

from evoke.api.app import create_app
from evoke.kit.errors import Misconfigured
from evoke.settings import Settings

app = typer.Typer(add_completion=False)
HINT_LINES = 30


@app.command()
def openapi(
    check: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Print nothing; compare with this file, exit 1 if it differs.")
    ] = None,
) -> None:
    """Print the OpenAPI description as JSON, with sorted keys so that two of them can be compared."""
    # Of the defaults, whatever the environment says: the same program gives the same description everywhere.
    schema = create_app(Settings.model_construct()).openapi()
    text = json.dumps(schema, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    if check is None:
        print(text, end="")
        return
    try:
        there = check.read_text(encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{check} cannot be read: {error.strerror}. Run: make openapi") from error
    if there == text:
        return
    changes = difflib.unified_diff(there.splitlines(), text.splitlines(), str(check), "the program", lineterm="", n=1)
    for line in itertools.islice(changes, HINT_LINES):
        print(line)
    raise Misconfigured(f"{check} is not what the program says. If the change is meant, run: make openapi")
