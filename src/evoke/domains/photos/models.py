"""Tables of the library, keyed and partitioned by owner."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from evoke.platform.postgres.base import BY_OWNER, Base

SHOWN = text("trashed_at IS NULL AND NOT archived AND NOT hidden")
"""What the timeline shows when nobody asks for anything else; its indexes hold just these rows."""


class Photo(Base):
    """A photo or a video: one original, and what is known of it."""

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("owner_id", "sha256"),
        CheckConstraint("rating BETWEEN 0 AND 5", name="rating"),
        CheckConstraint("type IN ('image', 'video')", name="type"),
        CheckConstraint("size_bytes >= 0", name="size"),
        Index("ix_photos_timeline", "owner_id", "taken_at", "id", postgresql_where=SHOWN),
        Index("ix_photos_everything", "owner_id", "taken_at", "id"),
        Index("ix_photos_created", "owner_id", "created_at", "id"),
        Index("ix_photos_sha1", "owner_id", "sha1"),
        Index("ix_photos_trashed", "owner_id", "trashed_at", postgresql_where=text("trashed_at IS NOT NULL")),
        Index("ix_photos_favorite", "owner_id", "taken_at", "id", postgresql_where=text("favorite")),
        Index("ix_photos_city", "owner_id", text("lower(city)"), "taken_at", postgresql_where=text("city IS NOT NULL")),
        Index(
            "ix_photos_country",
            "owner_id",
            "country_code",
            "taken_at",
            postgresql_where=text("country_code IS NOT NULL"),
        ),
        Index(
            "ix_photos_camera",
            "owner_id",
            text("lower(camera_model)"),
            "taken_at",
            postgresql_where=text("camera_model IS NOT NULL"),
        ),
        Index("ix_photos_position", "owner_id", "latitude", "longitude", postgresql_where=text("latitude IS NOT NULL")),
        Index("ix_photos_rating", "owner_id", "rating", "taken_at", postgresql_where=text("rating > 0")),
        Index(
            "ix_photos_unfinished", "owner_id", "processing_state", postgresql_where=text("processing_state <> 'done'")
        ),
        Index("ix_photos_tags", "tags", postgresql_using="gin"),
        BY_OWNER,
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    file_name: Mapped[str]
    mime_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes]
    sha1: Mapped[bytes]
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    duration_seconds: Mapped[float | None] = mapped_column(Float)

    taken_at: Mapped[datetime]
    taken_at_local: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    time_zone: Mapped[str | None]
    taken_at_source: Mapped[str]
    file_created_at: Mapped[datetime | None]
    file_modified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    favorite: Mapped[bool] = mapped_column(server_default=text("false"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))
    hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    trashed_at: Mapped[datetime | None]
    rating: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    description: Mapped[str] = mapped_column(server_default=text("''"))
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    edited: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))

    camera_make: Mapped[str | None]
    camera_model: Mapped[str | None]
    lens: Mapped[str | None]
    f_number: Mapped[float | None] = mapped_column(Float)
    exposure_time: Mapped[str | None]
    iso: Mapped[int | None] = mapped_column(Integer)
    focal_length_mm: Mapped[float | None] = mapped_column(Float)

    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    altitude_m: Mapped[float | None] = mapped_column(Float)
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    country_code: Mapped[str | None]

    thumbhash: Mapped[bytes | None]
    dominant_colors: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    rendition: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    preview_mime: Mapped[str | None]
    sidecar_kind: Mapped[str | None]
    live_video_id: Mapped[uuid.UUID | None]
    visualization_id: Mapped[uuid.UUID | None]
    feelings: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    caption: Mapped[str | None]
    caption_source: Mapped[str | None]

    processing_state: Mapped[str]
    steps: Mapped[dict[str, Any]]
    problems: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))


class PhotoMetadata(Base):
    """Every tag that the file and its sidecar hold, beside the photo because few questions need it."""

    __tablename__ = "photo_metadata"
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "photo_id"], ["photos.owner_id", "photos.id"], ondelete="CASCADE"),
        BY_OWNER,
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    photo_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    tags: Mapped[dict[str, Any]]
    read_at: Mapped[datetime]


class DayFeelings(Base):
    """What a day felt like, by the owner's wall clock: the emotions of whatever was written down for it."""

    __tablename__ = "day_feelings"
    __table_args__ = (BY_OWNER,)

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    feelings: Mapped[list[str]]


class LibraryUsage(Base):
    """What an owner's originals weigh: one row each, changed in the transaction that adds or removes."""

    __tablename__ = "library_usage"

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    photos: Mapped[int] = mapped_column(server_default=text("0"))
    size_bytes: Mapped[int] = mapped_column(server_default=text("0"))
