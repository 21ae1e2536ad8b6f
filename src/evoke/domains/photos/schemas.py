"""What clients send and get about photos."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, field_validator

from evoke.domains.photos.filters import FilterQuery
from evoke.kit import texts

Order = Literal["asc", "desc"]
Unit = Literal["year", "month", "day"]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
WallClock = Annotated[
    datetime, WithJsonSchema({"type": "string", "description": "Wall clock, without a zone: 2019-03-21T11:04:22."})
]
"""The format date-time of JSON Schema would ask for a zone."""
_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11"


class Checksum(BaseModel):
    sha256: str
    sha1: str


class Camera(BaseModel):
    make: str | None
    model: str | None
    lens: str | None


class Exposure(BaseModel):
    f_number: float | None
    exposure_time: str | None = Field(description="Seconds, as photographers write them: 1/887.")
    iso: int | None
    focal_length_mm: float | None


class Location(BaseModel):
    latitude: float
    longitude: float
    altitude_m: float | None
    city: str | None
    state: str | None
    country: str | None
    country_code: str | None


class Person(BaseModel):
    id: uuid.UUID
    name: str
    face_id: uuid.UUID

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": _ID, "name": "Person 1", "face_id": _ID}]})


class Caption(BaseModel):
    text: str
    source: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "A field of sunflowers", "source": "user"}]})


class Urls(BaseModel):
    """Signed: they open without a header until they expire."""

    thumbnail: str
    preview: str
    original: str


class StepError(BaseModel):
    step: str
    code: str
    message: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"step": "renditions", "code": "TRUNCATED", "message": "The file ends before its picture does."}
            ]
        }
    )


class Processing(BaseModel):
    state: Literal["queued", "running", "done", "partial", "failed"]
    steps: dict[str, Literal["queued", "running", "done", "failed", "skipped"]]
    errors: list[StepError]


class PhotoOut(BaseModel):
    id: uuid.UUID
    type: Literal["image", "video"]
    file_name: str
    mime_type: str
    size_bytes: int
    checksum: Checksum
    width: int | None
    height: int | None
    duration_seconds: float | None
    taken_at: AwareDatetime
    taken_at_local: WallClock
    time_zone: str | None
    taken_at_source: Literal["sidecar", "metadata", "file_name", "file", "user"]
    created_at: AwareDatetime
    updated_at: AwareDatetime
    favorite: bool
    archived: bool
    trashed_at: AwareDatetime | None
    rating: int
    description: str
    camera: Camera
    exposure: Exposure
    location: Location | None
    tags: list[str]
    people: list[Person]
    text: str | None
    caption: Caption | None
    feelings: list[str]
    thumbhash: str | None = Field(description="base64")
    dominant_colors: list[str]
    urls: Urls
    live_video_id: uuid.UUID | None
    visualization_id: uuid.UUID | None
    processing: Processing

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "type": "image",
                    "file_name": "IMG_2682.heic",
                    "mime_type": "image/heic",
                    "size_bytes": 880703,
                    "checksum": {"sha256": "9f86d081884c7d65…", "sha1": "a94a8fe5ccb19ba6…"},
                    "width": 3024,
                    "height": 4032,
                    "duration_seconds": None,
                    "taken_at": "2019-03-21T16:04:22Z",
                    "taken_at_local": "2019-03-21T11:04:22",
                    "time_zone": "UTC-05:00",
                    "taken_at_source": "metadata",
                    "created_at": "2026-03-01T09:00:00Z",
                    "updated_at": "2026-03-01T09:00:02Z",
                    "favorite": False,
                    "archived": False,
                    "trashed_at": None,
                    "rating": 0,
                    "description": "",
                    "camera": {"make": "Apple", "model": "iPhone 7", "lens": None},
                    "exposure": {"f_number": 1.8, "exposure_time": "1/887", "iso": 20, "focal_length_mm": 3.99},
                    "location": {
                        "latitude": 41.2203,
                        "longitude": -96.0716,
                        "altitude_m": 351.3,
                        "city": "Ralston",
                        "state": "Nebraska",
                        "country": "United States",
                        "country_code": "US",
                    },
                    "tags": ["sunflower"],
                    "people": [],
                    "text": None,
                    "caption": None,
                    "feelings": [],
                    "thumbhash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
                    "dominant_colors": ["#E8C547", "#3D5A2A"],
                    "urls": {
                        "thumbnail": f"/api/v1/photos/{_ID}/thumbnail?v=1&…",
                        "preview": f"/api/v1/photos/{_ID}/preview?v=1&…",
                        "original": f"/api/v1/photos/{_ID}/original?v=1&…",
                    },
                    "live_video_id": None,
                    "visualization_id": None,
                    "processing": {"state": "done", "steps": {"metadata": "done", "renditions": "done"}, "errors": []},
                }
            ]
        },
    )


class PhotoAnswer(BaseModel):
    photo: PhotoOut


class UploadAnswer(PhotoAnswer):
    duplicate: bool | None = Field(None, description="True when the same bytes were there already.")


class PhotoPage(BaseModel):
    photos: list[PhotoOut]
    next_cursor: str | None


class ListQuery(FilterQuery):
    """The filters of a list, as query parameters."""

    order: Order = "desc"
    limit: int = Field(50, ge=1, le=1000)
    cursor: str | None = Field(None, max_length=500)


class TimelineQuery(FilterQuery):
    """The same filters, counted by wall clock."""

    unit: Unit = "month"


class Link(BaseModel):
    """What a signed address carries; `v` only tells caches apart."""

    v: int | None = None
    owner: uuid.UUID | None = None
    expires: int | None = Field(None, ge=0, le=2**53)
    signature: str | None = Field(None, max_length=64)
    download: bool = Field(False, description="Ask the browser to save the file rather than show it.")


class Bucket(BaseModel):
    start: str = Field(description="The first day of the bucket, wall clock.")
    count: int
    cover_id: uuid.UUID


class Timeline(BaseModel):
    buckets: list[Bucket]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"buckets": [{"start": "2019-03-01", "count": 42, "cover_id": _ID}]}]}
    )


class CheckItem(BaseModel):
    id: str = Field(max_length=500, description="The client's own name for it.")
    checksum: str = Field(max_length=128, description="SHA-256 or SHA-1, in hex or base64.")


class CheckQuestion(BaseModel):
    items: list[CheckItem] = Field(max_length=5000)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"id": "phone/1", "checksum": "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"}]}]
        }
    )


class CheckResult(BaseModel):
    id: str
    exists: bool
    photo_id: uuid.UUID | None
    trashed: bool


class CheckAnswer(BaseModel):
    results: list[CheckResult]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"results": [{"id": "phone/1", "exists": True, "photo_id": _ID, "trashed": False}]}]
        }
    )


class Position(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    altitude_m: float | None = Field(None, ge=-20_000, le=100_000)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"latitude": 38.7167, "longitude": -9.1333}]}
    )


class PhotoChanges(BaseModel):
    """What is named is changed. `location: null` removes it; `time_zone` alone keeps the wall clock."""

    favorite: bool | None = None
    archived: bool | None = None
    rating: int | None = Field(None, ge=0, le=5)
    description: str | None = Field(None, max_length=10_000)
    taken_at: datetime | None = Field(None, description="Without an offset: the wall clock in the photo's zone.")
    time_zone: str | None = Field(None, max_length=64, description="An IANA name, or UTC±HH:MM; null for none.")
    location: Position | None = None
    tags: list[Tag] | None = Field(None, max_length=200)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"favorite": True, "tags": ["sea"], "rating": 4}]}
    )

    @field_validator("description")
    @classmethod
    def _clean(cls, value: str | None) -> str | None:
        return texts.storable(value) if value is not None else None

    @field_validator("tags")
    @classmethod
    def _once_each(cls, value: list[str] | None) -> list[str] | None:
        cleaned = (texts.storable(tag).strip() for tag in value or ())
        return list(dict.fromkeys(tag for tag in cleaned if tag)) if value is not None else None

    @field_validator("favorite", "archived", "rating", "description", "taken_at", "tags")
    @classmethod
    def _not_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("null is no value here; leave it out to keep it")
        return value


class BulkChanges(BaseModel):
    ids: list[uuid.UUID] = Field(min_length=1, max_length=1000)
    changes: PhotoChanges

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [_ID], "changes": {"favorite": True}}]})


class Ids(BaseModel):
    ids: list[uuid.UUID] = Field(min_length=1, max_length=1000)

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [_ID]}]})


class BulkResult(BaseModel):
    id: uuid.UUID
    status: Literal["updated", "restored", "not_found"]


class BulkAnswer(BaseModel):
    results: list[BulkResult]

    model_config = ConfigDict(json_schema_extra={"examples": [{"results": [{"id": _ID, "status": "updated"}]}]})


class TrashAnswer(BaseModel):
    """The photos leave with the job; each is gone once the job has passed it."""

    count: int
    job_id: uuid.UUID | None

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 12, "job_id": _ID}]})


class MetadataAnswer(BaseModel):
    metadata: dict[str, Any] = Field(description="Groups (exif, xmp, iptc, sidecar, video) of tags.")
    read_at: AwareDatetime | None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"metadata": {"exif": {"Image.Make": "Apple"}}, "read_at": "2026-03-01T09:00:02Z"}]
        }
    )
