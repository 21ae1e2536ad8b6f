"""From the bytes that a picture model sent to the picture that Evoke keeps. CPU-bound: for a thread."""

from typing import Final

from PIL import Image, ImageOps

from evoke.platform.generation import png
from evoke.platform.generation.checks import Unusable
from evoke.platform.pictures import decode, limits, profiles, sniff
from evoke.platform.pictures.errors import PictureUnreadable

WITHIN: Final = limits.Limits(max_pixels=40_000_000, max_bytes=512 * 1024**2)
"""The largest picture that Gemini makes (4K, 21:9) has 17 megapixels."""
SMALLEST_SHARE: Final = 0.25
"""Of the side that is wanted: a picture with a shorter one is an icon or a placeholder, and not worth enlarging."""


def square_png(received: bytes, side: int) -> bytes:
    """An RGB PNG of `side` by `side` pixels without metadata, cropped around the middle where it is not square.

    What the service says of the type is not asked for: it may say PNG and send a JPEG. Raises Unusable.
    """
    kind = sniff.sniff(received[: sniff.HEAD_BYTES])
    if kind is None or kind.mime_type not in decode.RENDERABLE:
        raise Unusable("what came is no picture")
    try:
        picture = decode.load(received, kind.mime_type, within=WITHIN)
    except PictureUnreadable as error:
        raise Unusable(f"the picture cannot be read: {error.code}") from error
    if min(picture.width, picture.height) < side * SMALLEST_SHARE:
        raise Unusable("the picture is too small")
    fitted = _fitted(_on_white(profiles.to_srgb(picture.pixels, picture.profile)), side)
    return png.encode(fitted)


def _fitted(image: Image.Image, side: int) -> Image.Image:
    if image.width == image.height and image.width % side == 0:
        return image.reduce(image.width // side)  # the usual case, at a tenth of the time of a resampling filter
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")
