"""Looking at the library: one photo, the timeline, its buckets, what is there already."""

import base64
import binascii
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import queries, schemas
from evoke.domains.photos.filters import PhotoFilter
from evoke.kit import pages
from evoke.kit.errors import Invalid, NotFound
from evoke.platform.postgres.engine import ReadSession

DIGEST_LENGTHS = {20: "sha1", 32: "sha256"}


async def get(session: ReadSession, actor: Actor, photo_id: uuid.UUID) -> Row[Any]:
    """Raises NotFound, also for somebody else's photo."""
    row = await queries.find(session, actor, photo_id)
    if row is None:
        raise NotFound("There is no such photo.")
    return row


async def page(session: ReadSession, actor: Actor, query: schemas.ListQuery) -> tuple[Sequence[Row[Any]], str | None]:
    """A page of the timeline and the cursor of the next one, None at the end."""
    after = None
    if query.cursor:
        after = tuple(pages.decode_cursor(query.cursor, _moment, uuid.UUID))
    statement = queries.page(actor, query.photo_filter, order=query.order, after=after).limit(query.limit + 1)
    rows = await session.rows(statement)
    if len(rows) <= query.limit:
        return rows, None
    last = rows[query.limit - 1]
    return rows[: query.limit], pages.encode_cursor([last.taken_at, last.id])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def buckets(session: ReadSession, actor: Actor, given: PhotoFilter, unit: schemas.Unit) -> schemas.Timeline:
    rows = await queries.list_buckets(session, actor, given, unit)
    return schemas.Timeline(
        buckets=[
            schemas.Bucket(start=row.start.date().isoformat(), count=row.count, cover_id=row.cover_id) for row in rows
        ]
    )


async def metadata(session: ReadSession, actor: Actor, photo_id: uuid.UUID) -> schemas.MetadataAnswer:
    """Every tag of the file; empty until the file was read."""
    await get(session, actor, photo_id)
    found = await queries.find_metadata(session, actor, photo_id)
    if found is None:
        return schemas.MetadataAnswer(metadata={}, read_at=None)
    return schemas.MetadataAnswer(metadata=found.tags, read_at=found.read_at)


async def check(session: ReadSession, actor: Actor, items: Sequence[schemas.CheckItem]) -> schemas.CheckAnswer:
    """Which of these files are there already. Raises Invalid for what is no SHA-256 or SHA-1."""
    digests = [_digest(number, item.checksum) for number, item in enumerate(items)]
    rows = await queries.list_checksums(session, actor, sha256=_of_length(digests, 32), sha1=_of_length(digests, 20))
    known = {digest: row for row in rows for digest in (row.sha256, row.sha1)}
    results = []
    for item, digest in zip(items, digests, strict=True):
        row = known.get(digest)
        results.append(
            schemas.CheckResult(
                id=item.id,
                exists=row is not None,
                photo_id=row.id if row else None,
                trashed=bool(row and row.trashed_at),
            )
        )
    return schemas.CheckAnswer(results=results)


def _of_length(digests: Iterable[bytes], length: int) -> list[bytes]:
    return list({digest for digest in digests if len(digest) == length})


def _digest(number: int, text: str) -> bytes:
    """A digest in hex or base64; which of the two follows from the length (40 and 64 are hex, 28 and 44 base64)."""
    try:
        given = bytes.fromhex(text) if len(text) in (40, 64) else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        given = b""
    if len(given) not in DIGEST_LENGTHS:
        raise Invalid(
            f"items.{number}.checksum is not a SHA-256 or SHA-1 in hex or base64.",
            field=f"items.{number}.checksum",
            reason="not a SHA-256 or SHA-1 in hex or base64",
        )
    return given
