"""Every pixel format that files come in, brought to the four that scale well: L, RGB, RGBA, CMYK."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from evoke.platform.pictures import profiles


def scalable(image: Image.Image) -> Image.Image:
    """The same picture as L, RGB, RGBA or CMYK. A palette, a transparent colour or a wide range is resolved here."""
    mode = image.mode
    if mode in ("RGB", "L", "CMYK", "RGBA") and "transparency" not in image.info:
        return image
    if mode.startswith("I;16"):
        return _eight_bits(np.asarray(image), 256.0)
    if mode in ("I", "F"):
        return _eight_bits(np.asarray(image), None)
    if mode == "1":
        return image.convert("L")
    if mode == "LAB":
        return profiles.to_srgb(image, profiles.lab())
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def opaque(image: Image.Image) -> Image.Image:
    """RGB when an alpha channel hides nothing."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Turned and mirrored as the EXIF orientation says (Exif 3.0, tag 0x0112); 1 and unknown values leave it alone."""
    method = _UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)


_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _eight_bits(values: NDArray[np.generic], step: float | None) -> Image.Image:
    """`step` is the size of one of the 256 levels; without it the range is guessed from the largest value."""
    numbers = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if step is None:
        top = float(numbers.max(initial=0.0))
        # A floating-point picture ends at 1, an integer one at the next power that holds it.
        step = 1 / 255 if top <= 1 else 1.0 if top <= 255 else 256.0 if top <= 65535 else top / 255
    return Image.fromarray(np.clip(numbers / step, 0, 255).astype(np.uint8))
