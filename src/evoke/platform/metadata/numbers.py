"""Numbers out of tag values: fractions as text, XMP's texts, and lists of which the first counts."""

import math
import re

from evoke.platform.metadata import values

_FRACTION = re.compile(r"\s*([+-]?\d{1,12})\s*/\s*([+-]?\d{1,12})\s*")
_DECIMAL = re.compile(r"\s*[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})\s*")


def number(value: values.JsonValue) -> float | None:
    """The finite number that `value` is or spells, or None; x/0 is no number."""
    if isinstance(value, list):
        return number(value[0]) if value else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    found = _FRACTION.fullmatch(value)
    if found:
        below = int(found[2])
        return int(found[1]) / below if below else None
    return float(value) if _DECIMAL.fullmatch(value) else None


def positive(value: values.JsonValue, *, below: float = math.inf) -> float | None:
    """`number`, if it is over zero and under `below`."""
    found = number(value)
    return found if found is not None and 0 < found < below else None


def exposure_time(seconds: float) -> str:
    """Seconds as photographers write them: a fraction of one up to a quarter, else decimals (`1/887`, `0.5`, `30`).

    The same limit as exiftool's, so that the texts match what people know from other programs.
    """
    if seconds < 0.25001:
        return f"1/{round(1 / seconds)}"
    return f"{seconds:.1f}".removesuffix(".0")
