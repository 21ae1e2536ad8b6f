"""What Alembic runs around migrations. `evoke.platform.postgres.migrate` gives the connection and holds the lock."""

import importlib
import importlib.util
import pkgutil
import re
from typing import Any

from alembic import context

import evoke.domains
from evoke.platform.postgres import base

# Partitions belong to their parent, and pgqueuer makes its own tables: neither is in our models.
NOT_OURS = re.compile(r".*_p\d+|pgqueuer.*")


def load_models() -> None:
    """Import every domain's models, so that `Base.metadata` knows all tables."""
    for domain in pkgutil.iter_modules(evoke.domains.__path__, "evoke.domains."):
        if importlib.util.find_spec(f"{domain.name}.models") is not None:
            importlib.import_module(f"{domain.name}.models")


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or NOT_OURS.fullmatch(name or "") is None


def points_at_ours(item: Any, _name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """PostgreSQL lists a foreign key to a partitioned table once more for each partition."""
    return kind != "foreign_key_constraint" or all(
        NOT_OURS.fullmatch(element.target_fullname.rpartition(".")[0]) is None for element in item.elements
    )


load_models()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=base.Base.metadata,
    include_name=is_ours,
    include_object=points_at_ours,
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
