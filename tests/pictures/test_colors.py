"""The colours that a person would name."""

import numpy as np
import pytest
from PIL import Image

from evoke.platform.pictures import colors
from tests.pictures import drawing


def close(found: str, wanted: tuple[int, int, int], within: int = 6) -> bool:
    return max(abs(a - b) for a, b in zip(bytes.fromhex(found[1:]), wanted, strict=True)) <= within


def stripes(*parts: tuple[tuple[int, int, int], int]) -> Image.Image:
    """Upright stripes of a colour and a width in hundredths."""
    image, at = Image.new("RGB", (400, 240)), 0
    for color, width in parts:
        image.paste(color, (at * 4, 0, (at + width) * 4, 240))
        at += width
    return image


def test_they_come_by_the_share_they_cover() -> None:
    sea, sand, leaf = (20, 60, 160), (230, 210, 150), (30, 120, 40)
    found = colors.dominant_colors(stripes((sand, 30), (sea, 50), (leaf, 20)))
    assert len(found) >= 3
    for color, wanted in zip(found[:3], (sea, sand, leaf), strict=True):
        assert close(color, wanted)


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (12, 200, 99)])
def test_one_colour_is_one_colour(color: tuple[int, int, int]) -> None:
    assert colors.dominant_colors(Image.new("RGB", (300, 200), color)) == ["#{:02X}{:02X}{:02X}".format(*color)]


def test_near_shades_count_as_one() -> None:
    found = colors.dominant_colors(stripes(((100, 100, 100), 40), ((106, 106, 106), 30), ((220, 30, 30), 30)))
    assert len(found) == 2
    assert close(found[0], (100, 100, 100), 8)
    assert close(found[1], (220, 30, 30))


def test_no_more_than_asked_for() -> None:
    rainbow = stripes(*(((i * 36 % 256, i * 97 % 256, i * 151 % 256), 10) for i in range(10)))
    assert len(colors.dominant_colors(rainbow)) == 5
    assert len(colors.dominant_colors(rainbow, count=3)) == 3


def test_what_is_transparent_has_no_colour() -> None:
    image = stripes(((200, 30, 30), 50), ((30, 30, 200), 50)).convert("RGBA")
    image.putalpha(stripes(((255, 255, 255), 50), ((0, 0, 0), 50)).convert("L"))
    found = colors.dominant_colors(image)
    assert len(found) == 1
    assert close(found[0], (200, 30, 30))
    assert colors.dominant_colors(Image.new("RGBA", (20, 20), (9, 9, 9, 0))) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 2)])
def test_the_smallest_and_thinnest_pictures(size: tuple[int, int]) -> None:
    assert colors.dominant_colors(Image.new("RGB", size, (10, 20, 30))) == ["#0A141E"]


def test_nothing_is_random() -> None:
    image = drawing.texture((300, 200))
    assert colors.dominant_colors(image) == colors.dominant_colors(image.copy())


def test_noise_still_has_colours() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    found = colors.dominant_colors(Image.fromarray(noise))
    assert 3 <= len(found) <= 5
    assert len(set(found)) == len(found)
