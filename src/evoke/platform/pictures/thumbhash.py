"""ThumbHash: a picture in 5 to 25 bytes, enough for a blurred placeholder with its proportions and transparency.

The format is Evan Wallace's (https://github.com/evanw/thumbhash, https://evanw.github.io/thumbhash/). A hash is the
low frequencies of a discrete cosine transform, in a colour space of brightness L, yellow-blue P and red-green Q:

    3 bytes  DC of L (6 bits), P (6), Q (6), largest AC of L (5), whether there is alpha (1)
    2 bytes  number of L terms along the shorter side (3), largest AC of P (6), of Q (6), whether it is landscape (1)
    1 byte   with alpha only: its DC (4 bits), its largest AC (4)
    then     4 bits for each AC of L, P, Q and alpha, as a fraction of the channel's largest
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MAX_SIDE = 100  # more pixels cost time and change nothing
_TERMS = 7

Floats = NDArray[np.float64]


def encode(image: Image.Image) -> bytes:
    """The hash of an RGB or RGBA picture of any size."""
    small = image.reduce(math.ceil(max(image.size) / MAX_SIDE)) if max(image.size) > MAX_SIDE else image
    rgba = np.asarray(small.convert("RGBA"), dtype=np.float64) / 255.0
    height, width = rgba.shape[:2]
    alpha = rgba[..., 3]
    has_alpha = bool(alpha.min() < 1.0)
    channels = _lpqa(rgba, alpha)
    coefficients = _dct(channels)

    limit = 5 if has_alpha else 7  # alpha takes room from brightness
    longest = max(width, height)
    lx, ly = max(1, _round(limit * width / longest)), max(1, _round(limit * height / longest))
    l_dc, l_ac, l_scale = _terms(coefficients[0], max(3, lx), max(3, ly))
    p_dc, p_ac, p_scale = _terms(coefficients[1], 3, 3)
    q_dc, q_ac, q_scale = _terms(coefficients[2], 3, 3)
    landscape = width > height
    first = (
        _round(63 * l_dc)
        | _round(31.5 + 31.5 * p_dc) << 6
        | _round(31.5 + 31.5 * q_dc) << 12
        | _round(31 * l_scale) << 18
    )
    second = (ly if landscape else lx) | _round(63 * p_scale) << 3 | _round(63 * q_scale) << 9 | landscape << 15
    head = (first | has_alpha << 23).to_bytes(3, "little") + second.to_bytes(2, "little")
    nibbles = [*l_ac, *p_ac, *q_ac]
    if has_alpha:
        a_dc, a_ac, a_scale = _terms(coefficients[3], 5, 5)
        head += bytes([_round(15 * a_dc) | _round(15 * a_scale) << 4])
        nibbles += a_ac
    return bytes(head) + bytes(_pack(nibbles))


def aspect_ratio(thumbhash: bytes) -> float:
    """Width by height, roughly: the counts of terms along the two sides."""
    longer = 5 if thumbhash[2] & 0x80 else 7
    shorter = thumbhash[3] & 7
    return longer / shorter if thumbhash[4] & 0x80 else shorter / longer


def _lpqa(rgba: Floats, alpha: Floats) -> Floats:
    """Channels first; transparent parts take the average colour, so that they add no edges."""
    opacity = alpha.sum()
    average = (rgba[..., :3] * alpha[..., None]).sum(axis=(0, 1)) / opacity if opacity else np.zeros(3)
    r, g, b = np.moveaxis(average + alpha[..., None] * (rgba[..., :3] - average), -1, 0)
    return np.stack([(r + g + b) / 3.0, (r + g) / 2.0 - b, r - g, alpha])


def _dct(channels: Floats) -> Floats:
    """[channel, vertical frequency, horizontal frequency], divided by the number of pixels."""
    _, height, width = channels.shape
    product: Floats = _cosines(height) @ channels @ _cosines(width).T
    product /= width * height
    return product


def _cosines(length: int) -> Floats:
    result: Floats = np.cos(np.pi / length * np.outer(np.arange(_TERMS), np.arange(length) + 0.5))
    return result


def _terms(coefficients: Floats, nx: int, ny: int) -> tuple[float, list[int], float]:
    """DC, the AC terms of the triangle below the diagonal as 4-bit numbers, and the largest of them."""
    dc, *ac = [float(coefficients[cy, cx]) for cy in range(ny) for cx in range(nx) if cx * ny < nx * (ny - cy)]
    scale = max(abs(term) for term in ac)
    return dc, [_round(15 * (0.5 + 0.5 * term / scale)) if scale else 0 for term in ac], scale


def _pack(nibbles: list[int]) -> Iterator[int]:
    padded = [*nibbles, 0] if len(nibbles) % 2 else nibbles
    return (low | high << 4 for low, high in zip(padded[::2], padded[1::2], strict=True))


def _round(value: float) -> int:
    """Halves go up, as in the reference; Python's round() sends them to the even neighbour."""
    return math.floor(value + 0.5)
