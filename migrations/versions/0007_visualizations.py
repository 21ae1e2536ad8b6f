"""Visualizations, and the books of what generators cost.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARTITIONS = 8
PARTITIONED = ("visualizations", "generation_spending")

TABLES = (
    """
    CREATE TABLE visualizations (
        owner_id UUID NOT NULL,
        id UUID NOT NULL,
        entry_id UUID,
        kind TEXT NOT NULL,
        style TEXT NOT NULL,
        status TEXT NOT NULL,
        progress SMALLINT DEFAULT 0 NOT NULL,
        message TEXT DEFAULT '' NOT NULL,
        version INTEGER DEFAULT 1 NOT NULL,
        job_id UUID,
        seed BIGINT NOT NULL,
        feelings TEXT[] DEFAULT '{}' NOT NULL,
        photo_id UUID,
        replaced_photo_id UUID,
        generated_by TEXT,
        words BYTEA,
        error_code TEXT,
        error_message TEXT,
        retry_allowed BOOLEAN DEFAULT false NOT NULL,
        expected_seconds INTEGER NOT NULL,
        took_seconds FLOAT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE,
        completed_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_visualizations PRIMARY KEY (owner_id, id),
        CONSTRAINT ck_visualizations_kind CHECK (kind IN ('entry', 'feeling', 'story')),
        CONSTRAINT ck_visualizations_style CHECK (style IN ('abstract', 'diagram', 'metaphor')),
        CONSTRAINT ck_visualizations_status CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
        CONSTRAINT ck_visualizations_progress CHECK (progress BETWEEN 0 AND 100),
        CONSTRAINT ck_visualizations_completed CHECK (status <> 'completed' OR photo_id IS NOT NULL),
        CONSTRAINT fk_visualizations_owner_id FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE
    ) PARTITION BY HASH (owner_id)
    """,
    """
    CREATE TABLE generation_spending (
        owner_id UUID NOT NULL,
        day DATE NOT NULL,
        model TEXT NOT NULL,
        kind TEXT NOT NULL,
        calls BIGINT NOT NULL,
        failures BIGINT NOT NULL,
        input_tokens BIGINT NOT NULL,
        output_tokens BIGINT NOT NULL,
        pictures BIGINT NOT NULL,
        micros BIGINT NOT NULL,
        reserved BIGINT NOT NULL,
        CONSTRAINT pk_generation_spending PRIMARY KEY (owner_id, day, model, kind)
    ) PARTITION BY HASH (owner_id)
    """,
    """
    CREATE TABLE generation_days (
        day DATE NOT NULL,
        model TEXT NOT NULL,
        kind TEXT NOT NULL,
        calls BIGINT NOT NULL,
        failures BIGINT NOT NULL,
        input_tokens BIGINT NOT NULL,
        output_tokens BIGINT NOT NULL,
        pictures BIGINT NOT NULL,
        micros BIGINT NOT NULL,
        reserved BIGINT NOT NULL,
        CONSTRAINT pk_generation_days PRIMARY KEY (day, model, kind)
    )
    """,
)

INDEXES = (
    """
    CREATE UNIQUE INDEX uq_visualizations_owner_id_entry_id
    ON visualizations (owner_id, entry_id)
    WHERE entry_id IS NOT NULL
    """,
    """
    CREATE INDEX ix_visualizations_created
    ON visualizations (owner_id, created_at, id)
    """,
    """
    CREATE INDEX ix_visualizations_photo
    ON visualizations (owner_id, photo_id)
    WHERE photo_id IS NOT NULL
    """,
    """
    CREATE INDEX ix_visualizations_open
    ON visualizations (owner_id)
    WHERE status IN ('pending', 'processing')
    """,
    """
    CREATE INDEX ix_visualizations_took
    ON visualizations (kind, style, generated_by, completed_at)
    WHERE took_seconds IS NOT NULL
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
    for table in ("generation_days", "generation_spending", "visualizations"):
        op.execute(f"DROP TABLE {table}")
