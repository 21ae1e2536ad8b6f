"""A row of `photos` as the JSON object of the contract.

Rows, not entities: a page of 200 is the most frequent answer there is, and building ORM objects and then
Pydantic models would cost more than the query. `schemas.PhotoOut` documents the same shape; a test holds the
two together.
"""

from binascii import b2a_base64
from typing import Any

from evoke.domains.photos.models import Photo
from evoke.domains.photos.urls import Signer

_COLUMN_NAMES = [
    "owner_id", "id", "type", "file_name", "mime_type", "size_bytes", "sha256", "sha1", "width", "height",
    "duration_seconds", "taken_at", "taken_at_local", "time_zone", "taken_at_source", "created_at", "updated_at",
    "favorite", "archived", "trashed_at", "rating", "description", "tags", "camera_make", "camera_model", "lens",
    "f_number", "exposure_time", "iso", "focal_length_mm", "latitude", "longitude", "altitude_m", "city", "state",
    "country", "country_code", "thumbhash", "dominant_colors", "rendition", "live_video_id", "processing_state",
    "steps", "problems", "sidecar_kind", "visualization_id", "feelings", "caption", "caption_source",
]  # fmt: skip
COLUMNS = [getattr(Photo, name) for name in _COLUMN_NAMES]
"""What a query selects so that `present` can read its rows."""
_DEFAULTS = {"false": False, "0": 0, "''": "", "'{}'": [], "'[]'": []}
UNSET: dict[str, Any] = {
    column.key: None if column.server_default is None else _DEFAULTS[column.server_default.arg.text]
    for column in (Photo.__table__.c[name] for name in _COLUMN_NAMES)
}
"""COLUMNS of a row that says nothing of them, where the table has a default or allows none."""


def present(row: Any, signer: Signer) -> dict[str, Any]:
    """`row` begins with COLUMNS; datetimes stay datetimes, for orjson with OPT_UTC_Z."""
    # Names for all of them at once: to look each up in the row takes twice as long.
    (
        owner_id, id_, type_, file_name, mime_type, size_bytes, sha256, sha1, width, height,
        duration_seconds, taken_at, taken_at_local, time_zone, taken_at_source, created_at, updated_at,
        favorite, archived, trashed_at, rating, description, tags, camera_make, camera_model, lens,
        f_number, exposure_time, iso, focal_length_mm, latitude, longitude, altitude_m, city, state,
        country, country_code, thumbhash, dominant_colors, rendition, live_video_id, processing_state,
        steps, problems, _sidecar_kind, visualization_id, feelings, caption, caption_source, *_more,
    ) = row  # fmt: skip
    return {
        "id": id_,
        "type": type_,
        "file_name": file_name,
        "mime_type": mime_type,
        "size_bytes": size_bytes,
        "checksum": {"sha256": sha256.hex(), "sha1": sha1.hex()},
        "width": width,
        "height": height,
        "duration_seconds": duration_seconds,
        "taken_at": taken_at,
        "taken_at_local": taken_at_local,
        "time_zone": time_zone,
        "taken_at_source": taken_at_source,
        "created_at": created_at,
        "updated_at": updated_at,
        "favorite": favorite,
        "archived": archived,
        "trashed_at": trashed_at,
        "rating": rating,
        "description": description,
        "camera": {"make": camera_make, "model": camera_model, "lens": lens},
        "exposure": {
            "f_number": f_number,
            "exposure_time": exposure_time,
            "iso": iso,
            "focal_length_mm": focal_length_mm,
        },
        "location": None
        if latitude is None
        else {
            "latitude": latitude,
            "longitude": longitude,
            "altitude_m": altitude_m,
            "city": city,
            "state": state,
            "country": country,
            "country_code": country_code,
        },
        "tags": tags,
        "people": [],
        "text": None,
        "caption": None if caption is None else {"text": caption, "source": caption_source},
        "feelings": feelings,
        "thumbhash": b2a_base64(thumbhash, newline=False).decode() if thumbhash else None,
        "dominant_colors": dominant_colors,
        "urls": signer.urls(owner_id, id_, rendition),
        "live_video_id": live_video_id,
        "visualization_id": visualization_id,
        "processing": {"state": processing_state, "steps": steps, "errors": problems},
    }
