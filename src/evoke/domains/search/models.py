"""Tables of search, keyed and partitioned by owner as the photos are."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from evoke.platform.postgres.base import BY_OWNER, Base


class SearchDocument(Base):
    """The words of one photo. Weights: A tags, description and caption, B places, C file name, D camera."""

    __tablename__ = "search_documents"
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "photo_id"], ["photos.owner_id", "photos.id"], ondelete="CASCADE"),
        # A pending list would have to be read through by every search until a vacuum comes by.
        Index("ix_search_documents_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        BY_OWNER,
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    photo_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(TSVECTOR)
    version: Mapped[int] = mapped_column(Integer)
    """The `documents.VERSION` that cut the words."""
    photo_updated_at: Mapped[datetime]
    """`updated_at` of the photo as it was read; a photo that has another is out of date here."""


class SearchTerm(Base):
    """A word of letters that occurs, or did, in a library: what typing errors are compared with."""

    __tablename__ = "search_terms"
    __table_args__ = (BY_OWNER,)

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
