"""Stars, as the several programs write them."""

import math

from evoke.platform.metadata import numbers, values

# Windows writes a percentage: 1, 25, 50, 75, 99 are its five stars.
_PERCENT_OF_A_STAR = 25


def stars(xmp: values.Tags, exif: values.Tags) -> int | None:
    """0 to 5 stars: XMP's, else EXIF's, else a percentage of Windows. Rejected (-1) and nonsense are None."""
    for value in (xmp.get("xmp:Rating"), exif.get("Image.Rating")):
        count = numbers.number(value)
        if count is not None:
            return round(count) if 0 <= count <= 5 else None
    for value in (xmp.get("MicrosoftPhoto:Rating"), exif.get("Image.RatingPercent")):
        percent = numbers.number(value)
        if percent is not None and 0 <= percent <= 100:
            return math.floor(percent / _PERCENT_OF_A_STAR + 0.5) + 1 if percent else 0
    return None
