"""The use cases of the journal, one module each."""

from evoke.domains.journal.service import (
    days,
    entries,
    erasing,
    exporting,
    importing,
    intake,
    settings,
    supporting,
)

__all__ = [
    "days",
    "entries",
    "erasing",
    "exporting",
    "importing",
    "intake",
    "settings",
    "supporting",
]
