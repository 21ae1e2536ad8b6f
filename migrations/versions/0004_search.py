"""Search: the words of each photo, the words of each library.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTITIONS = 8
PARTITIONED = ("search_documents", "search_terms")

TABLES = (
    """
    CREATE TABLE search_documents (
        owner_id UUID NOT NULL,
        photo_id UUID NOT NULL,
        words TSVECTOR NOT NULL,
        version INTEGER NOT NULL,
        photo_updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_search_documents PRIMARY KEY (owner_id, photo_id),
        CONSTRAINT fk_search_documents_owner_id_photo_id FOREIGN KEY(owner_id, photo_id)
            REFERENCES photos (owner_id, id) ON DELETE CASCADE
    ) PARTITION BY HASH (owner_id)
    """,
    """
    CREATE TABLE search_terms (
        owner_id UUID NOT NULL,
        term TEXT NOT NULL,
        CONSTRAINT pk_search_terms PRIMARY KEY (owner_id, term),
        CONSTRAINT fk_search_terms_owner_id FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE
    ) PARTITION BY HASH (owner_id)
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
    # With statistics on it, an owner who came after them counts as having no rows at all, and the planner joins that
    # owner's photos and documents by comparing each with each. Without them everybody has one in two hundred.
    for table in ("photos", "search_documents"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN owner_id SET STATISTICS 0")
    op.execute("CREATE INDEX ix_search_documents_words ON search_documents USING gin (words) WITH (fastupdate = off)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE photos ALTER COLUMN owner_id SET STATISTICS -1")
    for table in PARTITIONED:
        op.execute(f"DROP TABLE {table}")
