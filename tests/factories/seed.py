"""Libraries by SQL: rows without files, as many as a test of plans and pages needs, within seconds."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, text

from evoke.domains.accounts.models import User
from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.models import Photo
from evoke.domains.search import service
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database

START = datetime(2010, 1, 1, tzinfo=UTC)

# Primes that share no factor, so that the values of one photo do not follow from each other.
_PHOTOS = """
INSERT INTO photos (
    owner_id, id, type, file_name, mime_type, size_bytes, sha256, sha1, width, height, taken_at, taken_at_local,
    taken_at_source, created_at, updated_at, favorite, rating, description, tags, camera_make, camera_model, lens,
    f_number, iso, focal_length_mm, latitude, longitude, city, state, country, country_code, processing_state, steps
)
SELECT
    CAST(:owner_id AS uuid), uuidv7(make_interval(secs => n)), CASE WHEN n % 97 = 0 THEN 'video' ELSE 'image' END,
    'IMG_' || to_char(taken, 'YYYYMMDD_HH24MISS') || '.jpg', 'image/jpeg', 3000000 + n,
    sha256((:owner_id || '/' || n)::bytea), substr(sha256((:owner_id || '-' || n)::bytea), 1, 20), 4032, 3024,
    taken, taken AT TIME ZONE 'UTC', 'metadata', taken, taken, n % 41 = 0,
    CASE WHEN n % 7 = 0 THEN n % 5 + 1 ELSE 0 END,
    CASE WHEN n % 13 = 0 THEN 'A day with ' || (ARRAY['friends', 'family', 'nobody', 'the dog'])[n % 4 + 1] ELSE '' END,
    CASE WHEN n % 3 = 0 THEN ARRAY[
        (ARRAY['beach', 'sunflower', 'mountain', 'birthday', 'garden', 'concert', 'snow'])[n % 7 + 1],
        (ARRAY['red', 'green', 'blue', 'yellow', 'white'])[n % 5 + 1]
    ] ELSE '{}' END,
    (ARRAY['Northlight', 'Harbour', 'Kestrel'])[n % 3 + 1], (ARRAY['N-12', 'Pocket 7', 'K1'])[n % 3 + 1],
    (ARRAY['26mm', '24-70mm F2.8', '35mm F1.8'])[n % 3 + 1],
    (ARRAY[1.8, 2.8, 4, 8])[n % 4 + 1], (ARRAY[50, 100, 400, 1600])[n % 4 + 1], (ARRAY[24, 35, 50])[n % 3 + 1],
    CASE WHEN n % 11 <> 0 THEN -60 + (n * 7919 % 120000) / 1000.0 END,
    CASE WHEN n % 11 <> 0 THEN -180 + (n * 104729 % 360000) / 1000.0 END,
    (ARRAY['Lisbon', 'Oslo', 'Kyoto', 'Quito', 'Accra', 'Cork', 'Turin', 'Perth', 'Tartu', 'Ghent'])[n % 10 + 1],
    'Region ' || n % 10,
    (ARRAY['Portugal', 'Norway', 'Japan', 'Ecuador', 'Ghana', 'Ireland', 'Italy', 'Australia', 'Estonia', 'Belgium'])
        [n % 10 + 1],
    (ARRAY['PT', 'NO', 'JP', 'EC', 'GH', 'IE', 'IT', 'AU', 'EE', 'BE'])[n % 10 + 1],
    'done', '{}'
FROM (
    SELECT CAST(n AS bigint) AS n, CAST(:start AS timestamptz) + n * make_interval(secs => :seconds) AS taken
    FROM generate_series(1, :photos) AS n
) AS given
"""


async def owner(database: Database) -> Actor:
    """An account that nobody can sign in to."""
    user_id = new_id()
    async with database.transaction() as session:
        await session.execute(
            insert(User).values(
                id=user_id,
                email=f"{user_id}@example.org",
                email_folded=f"{user_id}@example.org",
                name="User",
                password_hash="",
                role="user",
                created_at=START,
                password_changed_at=START,
            )
        )
    return Actor(user_id=user_id, role="user")


async def library(
    database: Database,
    actor: Actor,
    *,
    photos: int,
    seconds: float = 5000.0,
    words: bool = True,
    analyze: bool = True,
) -> None:
    """`photos` photos, one every `seconds` from START, with their search documents if `words`.

    With `analyze` the planner knows of them, as it does in a library that was not filled this minute.
    """
    values = {"owner_id": str(actor.user_id), "photos": photos, "start": START, "seconds": seconds}
    async with database.transaction() as session:
        await session.execute(text(_PHOTOS), values)
    if words:
        await service.reindex(database, actor.user_id, 2000)
    if analyze:
        async with database.engine.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await autocommit.exec_driver_sql("VACUUM ANALYZE photos, search_documents, search_terms")


async def photo(database: Database, actor: Actor, *, index: bool = True, **values: Any) -> uuid.UUID:
    """One photo, taken at START unless said otherwise, with its search document if `index`."""
    photo_id = new_id()
    taken = values.pop("taken_at", START)
    given: dict[str, Any] = {
        "type": "image",
        "file_name": f"{photo_id.hex}.jpg",
        "mime_type": "image/jpeg",
        "size_bytes": 1,
        "sha256": photo_id.bytes * 2,
        "sha1": photo_id.bytes + b"\0\0\0\0",
        "taken_at": taken,
        "taken_at_local": taken.replace(tzinfo=None),
        "taken_at_source": "metadata",
        "created_at": taken,
        "updated_at": taken,
        "processing_state": "done",
        "steps": {},
        **values,
    }
    async with database.transaction() as session:
        await session.execute(insert(Photo).values(owner_id=actor.user_id, id=photo_id, **given))
        if index:
            await service.index(session, actor.user_id, [photo_id])
    return photo_id
