"""Several writes as one statement: what belongs together takes one answer of the database, and is one transaction.

Each part is a list of CTEs, `name AS (…), …`. PostgreSQL runs all that write, whether they are read or not, in an order
of its own, and all see the tables as they were before; what one of them writes, another finds in its name only
(PostgreSQL, section 7.8.4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

MAX_STATEMENTS = 64


@dataclass(frozen=True, eq=False)
class Part:
    """`ctes` with parameters, and the `types` of those. Made once: it is known by its identity."""

    ctes: str
    types: Mapping[str, sa.types.TypeEngine[Any]]


@dataclass(frozen=True)
class Filled:
    """A part, and the values of its parameters."""

    part: Part
    values: Mapping[str, Any]


def together(parts: Sequence[Filled], answer: str) -> tuple[sa.TextClause, dict[str, Any]]:
    """The statement that runs all parts and answers with the SELECT `answer`; and its values.

    ValueError when two parts have a parameter of one name.
    """
    values = {name: value for each in parts for name, value in each.values.items()}
    return _statement(tuple(each.part for each in parts), answer), values


@lru_cache(maxsize=MAX_STATEMENTS)
def _statement(parts: tuple[Part, ...], answer: str) -> sa.TextClause:
    types = [item for part in parts for item in part.types.items()]
    if len(dict(types)) < len(types):
        raise ValueError("two parts of a statement have a parameter of one name")
    ctes = ",\n".join(part.ctes for part in parts)
    return sa.text(f"WITH {ctes}\n{answer}").bindparams(*(sa.bindparam(name, type_=type_) for name, type_ in types))
