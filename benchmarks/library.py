"""A library of 100,000 invented photos behind the HTTP server, for those who measure lists and searches."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.installation import Installation, Person, running

PHOTOS = 100_000


@dataclass(frozen=True)
class Library:
    installation: Installation
    owner: Person


@contextmanager
def seeded() -> Iterator[Library]:
    """The API runs, the workers do not."""
    with running() as installation:
        installation.start_api()
        owner = installation.register(0)
        installation.complete("evoke", "dev", "seed", "--photos", str(PHOTOS))
        yield Library(installation, owner)
