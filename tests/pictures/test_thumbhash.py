"""Our ThumbHash against the published description, written out here a second time the slow way."""

import math

import numpy as np
import pytest
from PIL import Image

from evoke.platform.pictures import thumbhash
from tests.pictures import drawing

Channel = list[list[float]]


def slow_encode(image: Image.Image) -> bytes:
    """Term by term and pixel by pixel, for pictures of up to 100 x 100."""
    width, height = image.size
    pixels = [[[value / 255 for value in row] for row in line] for line in np.asarray(image.convert("RGBA")).tolist()]
    flat = [pixel for line in pixels for pixel in line]
    opacity = sum(pixel[3] for pixel in flat)
    average = [sum(p[i] * p[3] for p in flat) / opacity if opacity else 0.0 for i in range(3)]
    has_alpha = opacity < width * height
    mixed = [[[average[i] * (1 - p[3]) + p[i] * p[3] for i in range(3)] + [p[3]] for p in line] for line in pixels]
    channels = [
        [[sum(p[:3]) / 3 for p in line] for line in mixed],
        [[(p[0] + p[1]) / 2 - p[2] for p in line] for line in mixed],
        [[p[0] - p[1] for p in line] for line in mixed],
        [[p[3] for p in line] for line in mixed],
    ]
    limit = 5 if has_alpha else 7
    lx = max(1, math.floor(limit * width / max(width, height) + 0.5))
    ly = max(1, math.floor(limit * height / max(width, height) + 0.5))
    coded = [slow_channel(channels[0], max(3, lx), max(3, ly)), *(slow_channel(c, 3, 3) for c in channels[1:3])]
    (l_dc, _, l_scale), (p_dc, _, p_scale), (q_dc, _, q_scale) = coded
    bits: list[tuple[float, int]] = [
        (63 * l_dc, 6),
        (31.5 + 31.5 * p_dc, 6),
        (31.5 + 31.5 * q_dc, 6),
        (31 * l_scale, 5),
    ]
    bits += [
        (has_alpha, 1),
        (ly if width > height else lx, 3),
        (63 * p_scale, 6),
        (63 * q_scale, 6),
        (width > height, 1),
    ]
    if has_alpha:
        coded.append(slow_channel(channels[3], 5, 5))
        bits += [(15 * coded[3][0], 4), (15 * coded[3][2], 4)]
    bits += [(15 * term, 4) for _, terms, _ in coded for term in terms]
    value, at = 0, 0
    for number, count in bits:
        value |= math.floor(number + 0.5) << at
        at += count
    return value.to_bytes((at + 7) // 8, "little")


def slow_channel(channel: Channel, nx: int, ny: int) -> tuple[float, list[float], float]:
    height, width = len(channel), len(channel[0])
    dc, terms = 0.0, []
    for cy in range(ny):
        cx = 0
        while cx * ny < nx * (ny - cy):
            total = 0.0
            for y in range(height):
                for x in range(width):
                    wave = math.cos(math.pi / width * cx * (x + 0.5)) * math.cos(math.pi / height * cy * (y + 0.5))
                    total += channel[y][x] * wave
            total /= width * height
            if cx or cy:
                terms.append(total)
            else:
                dc = total
            cx += 1
    scale = max(abs(term) for term in terms)
    return dc, [0.5 + 0.5 * term / scale if scale else 0.0 for term in terms], scale


def average_rgba(data: bytes) -> tuple[float, float, float, float]:
    header = int.from_bytes(data[:3], "little")
    lightness = (header & 63) / 63
    p, q = (header >> 6 & 63) / 31.5 - 1, (header >> 12 & 63) / 31.5 - 1
    blue = lightness - 2 / 3 * p
    red = (3 * lightness - blue + q) / 2
    return red, red - q, blue, (data[5] & 15) / 15 if header >> 23 else 1.0


def shaped(size: tuple[int, int], mode: str, seed: int) -> Image.Image:
    image = drawing.texture(size, seed)
    if mode == "RGBA":
        image.putalpha(drawing.texture(size, seed + 1).convert("L"))
    return image


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(20, 15), (15, 20), (16, 16), (32, 8), (8, 32), (9, 11)])
def test_it_equals_the_description(size: tuple[int, int], mode: str) -> None:
    image = shaped(size, mode, seed=sum(size))
    assert thumbhash.encode(image) == slow_encode(image)


@pytest.mark.parametrize(
    ("color", "alpha"),
    [((255, 0, 0), 255), ((0, 128, 255), 255), ((0, 0, 0), 255), ((255, 255, 255), 255), ((40, 200, 90), 120)],
)
def test_the_average_colour_can_be_read_from_it(color: tuple[int, int, int], alpha: int) -> None:
    data = thumbhash.encode(Image.new("RGBA", (50, 30), (*color, alpha)))
    wanted = [value / 255 for value in (*color, alpha)]
    assert average_rgba(data) == pytest.approx(wanted, abs=0.05)


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (500, 500), (1200, 340), (90, 80), (250, 187)])
def test_the_proportions_can_be_read_from_it(size: tuple[int, int]) -> None:
    data = thumbhash.encode(drawing.texture(size))
    assert thumbhash.aspect_ratio(data) == pytest.approx(size[0] / size[1], rel=0.13)


def test_alpha_is_noted_and_takes_its_room() -> None:
    opaque, clear = thumbhash.encode(shaped((40, 40), "RGB", 5)), thumbhash.encode(shaped((40, 40), "RGBA", 5))
    assert not opaque[2] & 0x80
    assert clear[2] & 0x80
    assert len(opaque) <= 25
    assert len(clear) <= 25


def test_wholly_transparent_and_tiny_pictures() -> None:
    assert average_rgba(thumbhash.encode(Image.new("RGBA", (9, 9))))[3] == 0
    assert len(thumbhash.encode(Image.new("RGB", (1, 1), (9, 9, 9)))) >= 5


def test_a_large_picture_has_the_hash_of_its_small_copy() -> None:
    large = drawing.quadrants((1000, 1000))
    assert thumbhash.encode(large) == thumbhash.encode(drawing.quadrants((100, 100)))
