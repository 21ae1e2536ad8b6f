"""The files that a journal goes out as and comes in from: a JSON list, or CSV that spreadsheets open.

A spreadsheet takes a cell that begins with =, +, -, @, a tab or a line break for a formula. Such a text goes out behind
an apostrophe, which spreadsheets show as text, and so does one that has an apostrophe in front of such a sign already:
what was put in front is then told from what was written, and every file comes back as it was.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import orjson

from evoke.domains.journal.errors import NotReadable, TooManyRows
from evoke.kit.time import rfc3339

Format = Literal["json", "csv"]
FIELDS = (
    "id", "created_at", "updated_at", "felt_at", "time_zone", "situation", "emotions", "intensity", "notes", "source",
)  # fmt: skip
MAX_ROWS = 10_000
MEDIA_TYPES: dict[Format, str] = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""


def write_json(pages: Iterable[dict[str, Any]], *, first: bool) -> bytes:
    """Some entries (`presenting.present`) of a list that END ends; `first` begins it."""
    written = b",\n".join(
        orjson.dumps({name: entry[name] for name in FIELDS}, option=orjson.OPT_UTC_Z) for entry in pages
    )
    return (b"[\n" if first else b",\n" if written else b"") + written


JSON_END = b"\n]\n"


def write_csv(entries: Iterable[dict[str, Any]], *, first: bool) -> bytes:
    """Some entries as rows (RFC 4180); `first` puts the heading before them."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    if first:
        buffer.write(_BYTE_ORDER_MARK)
        writer.writerow(FIELDS)
    writer.writerows([_cell(entry[name]) for name in FIELDS] for entry in entries)
    return buffer.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _is_risky(value) else value
    if isinstance(value, list):
        return " ".join(value)
    return repr(value) if isinstance(value, float) else rfc3339(value)


def _is_risky(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)


def read(body: bytes, kind: Format) -> list[Any]:
    """The rows of a file as they are, at most MAX_ROWS. Raises NotReadable, TooManyRows."""
    rows = _read_json(body) if kind == "json" else _read_csv(body)
    if len(rows) > MAX_ROWS:
        raise TooManyRows(
            f"An import may have {MAX_ROWS} rows.", field="body", reason="too many rows", max_length=MAX_ROWS,
            actual_length=len(rows),
        )  # fmt: skip
    return rows


def _read_json(body: bytes) -> list[Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotReadable(field="body", reason=f"not JSON: {error}") from error
    if not isinstance(found, list):
        raise NotReadable(field="body", reason="not a list")
    return found


def _read_csv(body: bytes) -> list[Any]:
    try:
        text = body.decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        heading = [name.strip().lower() for name in next(rows, [])]
        if unknown := {"situation", "emotions", "intensity"} - set(heading):
            raise NotReadable(field="body", reason=f"no column {', '.join(sorted(unknown))}")
        return list(_records(heading, rows))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotReadable(field="body", reason=f"not CSV in UTF-8: {error}") from error


def _records(heading: list[str], rows: Iterator[list[str]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if not row:  # an empty line
            continue
        record: dict[str, Any] = {
            name: _plain(cell) for name, cell in zip(heading, row, strict=False) if name in FIELDS and cell != ""
        }
        record["emotions"] = record.get("emotions", "").replace(",", " ").replace(";", " ").split()
        if (number := _number(record.get("intensity"))) is not None:
            record["intensity"] = number
        yield record


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_risky(cell) else cell


def _number(cell: str | None) -> float | None:
    try:
        return None if cell is None else float(cell)
    except ValueError:
        return None
