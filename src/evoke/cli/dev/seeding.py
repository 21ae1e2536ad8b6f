"""Invented libraries, made by the database itself: a hundred thousand photos in seconds.

They are like real ones in what matters to queries: twenty years, more photos in later ones and at weekends, trips
of many photos at one place, a few cameras that follow one another, tags that go together, a fifth without position.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, Float, Text, bindparam, text
from sqlalchemy.types import TypeEngine

from evoke.cli.dev import inventions
from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import queries
from evoke.domains.search import service as search
from evoke.kit.time import utc_now
from evoke.platform.postgres.engine import Database

CHUNK = 10_000
YEARS = 20


def _columns(name: str, table: Sequence[Sequence[object]]) -> str:
    """A parameter for each column of `table`, which PostgreSQL takes apart again."""
    return ", ".join(f":{name}_{column}" for column in range(len(table[0])))


def _column_types(name: str, table: Sequence[Sequence[object]]) -> dict[str, TypeEngine[Any]]:
    types: dict[type, TypeEngine[Any]] = {float: Float(53), str: Text()}
    return {f"{name}_{column}": ARRAY(types[type(value)]) for column, value in enumerate(table[0])}


_TYPES: dict[str, TypeEngine[Any]] = {
    **_column_types("city", inventions.CITIES),
    **_column_types("camera", inventions.CAMERAS),
    "owner_id": Text(),
    "photos": BigInteger(),
    "first": BigInteger(),
    "last": BigInteger(),
    "start": DateTime(timezone=True),
    "seconds": Float(53),
    "now": DateTime(timezone=True),
    "tags": ARRAY(Text()),
    "words": ARRAY(Text()),
}
_INSERT = text(f"""
WITH cities AS (
    SELECT row_number() OVER () AS number, * FROM unnest(
        {_columns("city", inventions.CITIES)}
    ) AS city (name, state, country, code, latitude, longitude, zone)
), cameras AS (
    SELECT row_number() OVER () AS number, * FROM unnest(
        {_columns("camera", inventions.CAMERAS)}
    ) AS camera (make, model, lens, f_number, focal_length)
), numbered AS (
    SELECT
        n,
        hashint8extended(n, 1) & 2147483647 AS chance,
        hashint8extended(n, 2) & 2147483647 AS luck,
        hashint8extended(n / 120, 3) & 2147483647 AS trip,
        -- The square root makes later years fuller; a trip of 120 photos takes about a week.
        sqrt(n::float8 / :photos) AS along
    FROM generate_series(:first, :last) AS n
), dated AS (
    SELECT
        *,
        date_trunc('second', :start + along * make_interval(secs => :seconds)
            + make_interval(secs => luck % 40000)) AS taken,
        CASE WHEN trip % 100 < 55 THEN {inventions.HOME} ELSE trip % {len(inventions.CITIES)} + 1 END AS city_number,
        -- One photo in five is from the camera before.
        greatest(1, ceil(along * {len(inventions.CAMERAS)})::int - (chance % 5 = 0)::int) AS camera_number
    FROM numbered
)
INSERT INTO photos (
    owner_id, id, type, file_name, mime_type, size_bytes, sha256, sha1, width, height, duration_seconds,
    taken_at, taken_at_local, time_zone, taken_at_source, file_modified_at, created_at, updated_at,
    favorite, archived, rating, description, tags,
    camera_make, camera_model, lens, f_number, exposure_time, iso, focal_length_mm,
    latitude, longitude, altitude_m, city, state, country, country_code,
    dominant_colors, processing_state, steps
)
SELECT
    CAST(:owner_id AS uuid), uuidv7(), CASE WHEN chance % 30 = 0 THEN 'video' ELSE 'image' END,
    CASE WHEN chance % 30 = 0 THEN 'VID_' ELSE 'IMG_' END || to_char(taken AT TIME ZONE city.zone, 'YYYYMMDD_HH24MISS')
        || '_' || n || CASE WHEN chance % 30 = 0 THEN '.mp4' WHEN chance % 3 = 0 THEN '.heic' ELSE '.jpg' END,
    CASE WHEN chance % 30 = 0 THEN 'video/mp4' WHEN chance % 3 = 0 THEN 'image/heic' ELSE 'image/jpeg' END,
    2000000 + chance % 6000000,
    sha256(convert_to('evoke seed ' || :owner_id || ' ' || n, 'UTF8')),
    substr(sha256(convert_to('evoke seed, too ' || :owner_id || ' ' || n, 'UTF8')), 1, 20),
    CASE WHEN luck % 4 = 0 THEN 3024 ELSE 4032 END, CASE WHEN luck % 4 = 0 THEN 4032 ELSE 3024 END,
    CASE WHEN chance % 30 = 0 THEN (luck % 900) / 10.0 END,
    taken, taken AT TIME ZONE city.zone, city.zone, 'metadata', taken, :now, :now,
    chance % 50 = 0, chance % 97 = 0, CASE WHEN luck % 9 = 0 THEN (chance % 5 + 1)::smallint ELSE 0 END,
    CASE WHEN luck % 12 = 0 THEN (:words)[chance % {len(inventions.WORDS)} + 1] ELSE '' END,
    CASE WHEN luck % 3 = 0 THEN ARRAY[
        (:tags)[trip / 97 % {len(inventions.TAGS)} + 1],
        (:tags)[(trip / 97 + 1 + luck % 2) % {len(inventions.TAGS)} + 1]
    ] ELSE '{{}}' END,
    camera.make, camera.model, camera.lens, camera.f_number,
    '1/' || (ARRAY[30, 60, 125, 250, 500, 1000])[chance % 6 + 1],
    (ARRAY[50, 100, 200, 400, 800, 1600])[luck % 6 + 1], camera.focal_length,
    CASE WHEN luck % 5 > 0 THEN city.latitude + (chance % 2000 - 1000) / 20000.0 END,
    CASE WHEN luck % 5 > 0 THEN city.longitude + (luck % 2000 - 1000) / 20000.0 END,
    CASE WHEN luck % 5 > 0 THEN (chance % 800)::float8 END,
    CASE WHEN luck % 5 > 0 THEN city.name END, CASE WHEN luck % 5 > 0 THEN city.state END,
    CASE WHEN luck % 5 > 0 THEN city.country END, CASE WHEN luck % 5 > 0 THEN city.code END,
    '{{#E8C547,#3D5A2A}}', 'done', '{{"metadata": "skipped", "place": "skipped", "renditions": "skipped"}}'
FROM dated JOIN cities AS city ON city.number = city_number JOIN cameras AS camera ON camera.number = camera_number
ON CONFLICT (owner_id, sha256) DO NOTHING
RETURNING size_bytes
""").bindparams(*(bindparam(name, type_=type_) for name, type_ in _TYPES.items()))  # noqa: S608 - numbers and names of ours


async def add_photos(database: Database, actor: Actor, photos: int, now: datetime | None = None) -> AsyncIterator[int]:
    """Add them, a transaction for each CHUNK, and answer after each how many were new."""
    now = now or utc_now()
    start = datetime(now.year - YEARS, 1, 1, tzinfo=UTC)
    values: dict[str, Any] = {
        "owner_id": str(actor.user_id),
        "photos": photos,
        "start": start,
        # A day before now at the latest, with the 40,000 seconds that chance may add.
        "seconds": (now - start - timedelta(days=1, seconds=40_000)).total_seconds(),
        "now": now,
        "tags": list(inventions.TAGS),
        "words": list(inventions.WORDS),
        **{f"city_{column}": list(found) for column, found in enumerate(zip(*inventions.CITIES, strict=True))},
        **{f"camera_{column}": list(found) for column, found in enumerate(zip(*inventions.CAMERAS, strict=True))},
    }
    for first in range(1, photos + 1, CHUNK):
        last = min(photos, first + CHUNK - 1)
        async with database.transaction() as session:
            sizes = list(await session.scalars(_INSERT, {**values, "first": first, "last": last}))
            await queries.add_usage(session, actor.user_id, photos=len(sizes), size_bytes=sum(sizes))
        yield len(sizes)


async def index(database: Database, actor: Actor) -> None:
    """Write the search documents, and let the planner know what came."""
    await search.reindex(database, actor.user_id, 2000)
    async with database.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.exec_driver_sql("VACUUM ANALYZE photos, search_documents, search_terms")
