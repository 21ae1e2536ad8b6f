"""A row of `photos` as the JSON object of the contract.

Rows, not entities: a page of 200 is the most frequent answer there is, and building ORM objects and then
Pydantic models would cost more than the query. `schemas.PhotoOut` documents the same shape; a test holds the
two together.
"""

import base64
from typing import Any

from evoke.domains.photos.models import Photo
from evoke.domains.photos.urls import Signer

_COLUMN_NAMES = [
    "owner_id", "id", "type", "file_name", "mime_type", "size_bytes", "sha256", "sha1", "width", "height",
    "duration_seconds", "taken_at", "taken_at_local", "time_zone", "taken_at_source", "created_at", "updated_at",
    "favorite", "archived", "trashed_at", "rating", "description", "tags", "camera_make", "camera_model", "lens",
    "f_number", "exposure_time", "iso", "focal_length_mm", "latitude", "longitude", "altitude_m", "city", "state",
    "country", "country_code", "thumbhash", "dominant_colors", "rendition", "live_video_id", "processing_state",
    "steps", "problems", "sidecar_kind",
]  # fmt: skip
COLUMNS = [getattr(Photo, name) for name in _COLUMN_NAMES]
"""What a query selects so that `present` can read its rows."""


def present(row: Any, signer: Signer) -> dict[str, Any]:
    """`row` has the attributes of COLUMNS; datetimes stay datetimes, for orjson with OPT_UTC_Z."""
    return {
        "id": row.id,
        "type": row.type,
        "file_name": row.file_name,
        "mime_type": row.mime_type,
        "size_bytes": row.size_bytes,
        "checksum": {"sha256": row.sha256.hex(), "sha1": row.sha1.hex()},
        "width": row.width,
        "height": row.height,
        "duration_seconds": row.duration_seconds,
        "taken_at": row.taken_at,
        "taken_at_local": row.taken_at_local,
        "time_zone": row.time_zone,
        "taken_at_source": row.taken_at_source,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "favorite": row.favorite,
        "archived": row.archived,
        "trashed_at": row.trashed_at,
        "rating": row.rating,
        "description": row.description,
        "camera": {"make": row.camera_make, "model": row.camera_model, "lens": row.lens},
        "exposure": {
            "f_number": row.f_number,
            "exposure_time": row.exposure_time,
            "iso": row.iso,
            "focal_length_mm": row.focal_length_mm,
        },
        "location": _location(row),
        "tags": row.tags,
        "people": [],
        "text": None,
        "caption": None,
        "feelings": [],
        "thumbhash": base64.b64encode(row.thumbhash).decode() if row.thumbhash else None,
        "dominant_colors": row.dominant_colors,
        "urls": signer.urls(row.owner_id, row.id, row.rendition),
        "live_video_id": row.live_video_id,
        "visualization_id": None,
        "processing": {"state": row.processing_state, "steps": row.steps, "errors": row.problems},
    }


def _location(row: Any) -> dict[str, Any] | None:
    if row.latitude is None:
        return None
    return {
        "latitude": row.latitude,
        "longitude": row.longitude,
        "altitude_m": row.altitude_m,
        "city": row.city,
        "state": row.state,
        "country": row.country,
        "country_code": row.country_code,
    }
