"""The library: photos, their metadata, what they weigh.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARTITIONS = 8
PARTITIONED = ("photos", "photo_metadata")

TABLES = (
    """
    CREATE TABLE library_usage (
        owner_id UUID NOT NULL,
        photos BIGINT DEFAULT 0 NOT NULL,
        size_bytes BIGINT DEFAULT 0 NOT NULL,
        CONSTRAINT pk_library_usage PRIMARY KEY (owner_id),
        CONSTRAINT fk_library_usage_owner_id FOREIGN KEY(owner_id) REFERENCES users (id)
    )
    """,
    """
    CREATE TABLE photos (
        owner_id UUID NOT NULL,
        id UUID NOT NULL,
        type TEXT NOT NULL,
        file_name TEXT NOT NULL,
        mime_type TEXT NOT NULL,
        size_bytes BIGINT NOT NULL,
        sha256 BYTEA NOT NULL,
        sha1 BYTEA NOT NULL,
        width INTEGER,
        height INTEGER,
        duration_seconds FLOAT,
        taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
        taken_at_local TIMESTAMP WITHOUT TIME ZONE NOT NULL,
        time_zone TEXT,
        taken_at_source TEXT NOT NULL,
        file_created_at TIMESTAMP WITH TIME ZONE,
        file_modified_at TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        favorite BOOLEAN DEFAULT false NOT NULL,
        archived BOOLEAN DEFAULT false NOT NULL,
        hidden BOOLEAN DEFAULT false NOT NULL,
        trashed_at TIMESTAMP WITH TIME ZONE,
        rating SMALLINT DEFAULT 0 NOT NULL,
        description TEXT DEFAULT '' NOT NULL,
        tags TEXT[] DEFAULT '{}' NOT NULL,
        edited TEXT[] DEFAULT '{}' NOT NULL,
        camera_make TEXT,
        camera_model TEXT,
        lens TEXT,
        f_number FLOAT,
        exposure_time TEXT,
        iso INTEGER,
        focal_length_mm FLOAT,
        latitude FLOAT,
        longitude FLOAT,
        altitude_m FLOAT,
        city TEXT,
        state TEXT,
        country TEXT,
        country_code TEXT,
        thumbhash BYTEA,
        dominant_colors TEXT[] DEFAULT '{}' NOT NULL,
        rendition INTEGER DEFAULT 0 NOT NULL,
        preview_mime TEXT,
        sidecar_kind TEXT,
        live_video_id UUID,
        processing_state TEXT NOT NULL,
        steps JSONB NOT NULL,
        problems JSONB DEFAULT '[]' NOT NULL,
        CONSTRAINT pk_photos PRIMARY KEY (owner_id, id),
        CONSTRAINT uq_photos_owner_id_sha256 UNIQUE (owner_id, sha256),
        CONSTRAINT ck_photos_rating CHECK (rating BETWEEN 0 AND 5),
        CONSTRAINT ck_photos_type CHECK (type IN ('image', 'video')),
        CONSTRAINT ck_photos_size CHECK (size_bytes >= 0),
        CONSTRAINT fk_photos_owner_id FOREIGN KEY(owner_id) REFERENCES users (id)
    ) PARTITION BY HASH (owner_id)
    """,
    """
    CREATE TABLE photo_metadata (
        owner_id UUID NOT NULL,
        photo_id UUID NOT NULL,
        tags JSONB NOT NULL,
        read_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_photo_metadata PRIMARY KEY (owner_id, photo_id),
        CONSTRAINT fk_photo_metadata_owner_id_photo_id
            FOREIGN KEY(owner_id, photo_id) REFERENCES photos (owner_id, id) ON DELETE CASCADE
    ) PARTITION BY HASH (owner_id)
    """,
)

INDEXES = (
    """
    CREATE INDEX ix_photos_camera
    ON photos (owner_id, lower(camera_model), taken_at)
    WHERE camera_model IS NOT NULL
    """,
    """
    CREATE INDEX ix_photos_city
    ON photos (owner_id, lower(city), taken_at)
    WHERE city IS NOT NULL
    """,
    """
    CREATE INDEX ix_photos_country
    ON photos (owner_id, country_code, taken_at)
    WHERE country_code IS NOT NULL
    """,
    """
    CREATE INDEX ix_photos_created
    ON photos (owner_id, created_at, id)
    """,
    """
    CREATE INDEX ix_photos_everything
    ON photos (owner_id, taken_at, id)
    """,
    """
    CREATE INDEX ix_photos_favorite
    ON photos (owner_id, taken_at, id)
    WHERE favorite
    """,
    """
    CREATE INDEX ix_photos_position
    ON photos (owner_id, latitude, longitude)
    WHERE latitude IS NOT NULL
    """,
    """
    CREATE INDEX ix_photos_rating
    ON photos (owner_id, rating, taken_at)
    WHERE rating > 0
    """,
    """
    CREATE INDEX ix_photos_sha1
    ON photos (owner_id, sha1)
    """,
    """
    CREATE INDEX ix_photos_tags
    ON photos USING gin (tags)
    """,
    """
    CREATE INDEX ix_photos_timeline
    ON photos (owner_id, taken_at, id)
    WHERE trashed_at IS NULL AND NOT archived AND NOT hidden
    """,
    """
    CREATE INDEX ix_photos_trashed
    ON photos (owner_id, trashed_at)
    WHERE trashed_at IS NOT NULL
    """,
    """
    CREATE INDEX ix_photos_unfinished
    ON photos (owner_id, processing_state)
    WHERE processing_state <> 'done'
    """,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        op.execute(table)
    for table in PARTITIONED:
        for number in range(PARTITIONS):
            op.execute(
                f"CREATE TABLE {table}_p{number} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
            )
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("photo_metadata", "photos", "library_usage"):
        op.execute(f"DROP TABLE {table}")
