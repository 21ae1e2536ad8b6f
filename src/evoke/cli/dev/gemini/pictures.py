"""Pictures that the stand-in draws: soft gradients of four colours, another for each request."""

import io
import random
from functools import lru_cache
from typing import Literal

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SIZES = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "4:5": (928, 1152),
    "5:4": (1152, 928),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
    "1:4": (512, 2048),
    "4:1": (2048, 512),
    "1:8": (384, 3072),
    "8:1": (3072, 384),
}
"""Pixels at 1K, from Google's table."""
SCALES = {"1K": 1, "2K": 2, "4K": 4}
TOKENS = {"1K": 1120, "2K": 1120, "4K": 2000}
"""What a picture is billed as."""


def size(ratio: str, image_size: str) -> tuple[int, int]:
    """Width and height in pixels."""
    width, height = SIZES[ratio]
    return width * SCALES[image_size], height * SCALES[image_size]


@lru_cache(maxsize=64)
def draw(seed: int, size: tuple[int, int], encoding: Literal["PNG", "JPEG"] = "PNG") -> bytes:
    """A picture of `size`, the same for the same seed. Takes about 60 ms at 1K: call it from a thread."""
    chance = random.Random(seed)  # noqa: S311 - a look, not a secret
    colors = [tuple(chance.randrange(40, 240) for _ in range(3)) for _ in range(4)]
    blocks = Image.new("RGB", (4, 4))
    for place in range(16):
        blocks.putpixel((place % 4, place // 4), colors[place] if place < 4 else chance.choice(colors))
    output = io.BytesIO()
    picture = blocks.resize(size, Image.Resampling.BICUBIC)
    if encoding == "JPEG":
        picture.save(output, encoding, quality=85)
    else:
        notes = PngInfo()
        # The service's pictures carry metadata, too: whoever keeps them unchanged keeps this.
        notes.add_text("Software", "Evoke's stand-in for Gemini")
        picture.save(output, encoding, compress_level=1, pnginfo=notes)
    return output.getvalue()
