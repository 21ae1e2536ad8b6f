"""The journal: entries, conversations, settings.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PARTITIONS = 8
PARTITIONED = ("journal_entries", "intake_sessions")

TABLES = (
    """
    CREATE TABLE journal_entries (
        owner_id UUID NOT NULL,
        id UUID NOT NULL,
        situation BYTEA NOT NULL,
        notes BYTEA,
        emotions TEXT[] NOT NULL,
        intensity FLOAT NOT NULL,
        felt_at TIMESTAMP WITH TIME ZONE NOT NULL,
        time_zone TEXT,
        felt_on DATE NOT NULL,
        source TEXT NOT NULL,
        visualization_id UUID,
        visualization_ready BOOLEAN DEFAULT false NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_journal_entries PRIMARY KEY (owner_id, id),
        CONSTRAINT ck_journal_entries_intensity CHECK (intensity BETWEEN 0 AND 1),
        CONSTRAINT ck_journal_entries_emotions CHECK (cardinality(emotions) BETWEEN 1 AND 10),
        CONSTRAINT ck_journal_entries_source CHECK (source IN ('manual', 'intake_flow', 'import')),
        CONSTRAINT fk_journal_entries_owner_id FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE
    ) PARTITION BY HASH (owner_id)
    """,
    """
    CREATE TABLE intake_sessions (
        owner_id UUID NOT NULL,
        id UUID NOT NULL,
        conversation BYTEA NOT NULL,
        state TEXT NOT NULL,
        version INTEGER NOT NULL,
        entry_id UUID,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_intake_sessions PRIMARY KEY (owner_id, id),
        CONSTRAINT ck_intake_sessions_state CHECK (state IN ('asking', 'enough', 'finished')),
        CONSTRAINT fk_intake_sessions_owner_id FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT fk_intake_sessions_owner_id_entry_id FOREIGN KEY(owner_id, entry_id)
            REFERENCES journal_entries (owner_id, id) ON DELETE CASCADE
    ) PARTITION BY HASH (owner_id)
    """,
    """
    CREATE TABLE journal_settings (
        owner_id UUID NOT NULL,
        time_zone TEXT,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_journal_settings PRIMARY KEY (owner_id),
        CONSTRAINT fk_journal_settings_owner_id FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE
    )
    """,
)

INDEXES = (
    """
    CREATE INDEX ix_journal_entries_created
    ON journal_entries (owner_id, created_at, id)
    """,
    """
    CREATE INDEX ix_journal_entries_felt
    ON journal_entries (owner_id, felt_at, id)
    """,
    """
    CREATE INDEX ix_journal_entries_zoned
    ON journal_entries (owner_id, created_at)
    WHERE time_zone IS NOT NULL
    """,
    """
    CREATE INDEX ix_intake_sessions_entry
    ON intake_sessions (owner_id, entry_id)
    WHERE entry_id IS NOT NULL
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
    # As for photos: with statistics an owner who came after them would count as having no rows at all.
    op.execute("ALTER TABLE journal_entries ALTER COLUMN owner_id SET STATISTICS 0")
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("journal_settings", "intake_sessions", "journal_entries"):
        op.execute(f"DROP TABLE {table}")
