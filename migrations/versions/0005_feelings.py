"""Feelings in the library: what a photo is tied to, and what its day felt like.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PARTITIONS = 8

COLUMNS = (
    "visualization_id UUID",
    "feelings TEXT[] DEFAULT '{}' NOT NULL",
    "caption TEXT",
    "caption_source TEXT",
)
TABLE = """
    CREATE TABLE day_feelings (
        owner_id UUID NOT NULL,
        day DATE NOT NULL,
        feelings TEXT[] NOT NULL,
        CONSTRAINT pk_day_feelings PRIMARY KEY (owner_id, day),
        CONSTRAINT fk_day_feelings_owner_id FOREIGN KEY(owner_id) REFERENCES users (id)
    ) PARTITION BY HASH (owner_id)
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE photos ADD COLUMN {column}")
    op.execute(TABLE)
    for number in range(PARTITIONS):
        op.execute(
            f"CREATE TABLE day_feelings_p{number} PARTITION OF day_feelings "
            f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TABLE day_feelings")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE photos DROP COLUMN {column.split()[0]}")
