"""The use cases of visualizations, one module each."""

from evoke.domains.visualizations.service import (
    asking,
    caring,
    drawing,
    erasing,
    estimating,
    exporting,
    history,
    reading,
    removing,
    wishing,
)

__all__ = [
    "asking",
    "caring",
    "drawing",
    "erasing",
    "estimating",
    "exporting",
    "history",
    "reading",
    "removing",
    "wishing",
]
