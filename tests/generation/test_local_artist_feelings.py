"""Pictures of feelings that are drawn on this machine."""

import asyncio
import hashlib
import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from evoke.platform.generation.local import feeling_art, palettes
from evoke.platform.generation.local.artist import LocalArtist
from evoke.platform.generation.ports import FEELING_SIDE, FEELINGS, Category, FeelingDrawing, Payer, Picture
from evoke.platform.pictures import colors

ALL = (*FEELINGS["good"], *FEELINGS["bad"])
TOGETHER = [("chill", "cozy"), ("fuming", "down"), ("super_happy", "blah", "pumped"), ALL]
CHOICES = [*((feeling,) for feeling in ALL), *TOGETHER]


def drawn(*feelings: str, seed: int = 1, category: Category = "not_sure") -> Picture:
    return LocalArtist().feeling(FeelingDrawing(category, feelings, seed))


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.png))
    image.load()
    return image


def chunks(png: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(png):
        found.append(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    return found


def distance(one: str, other: str) -> float:
    return palettes.Tone.of(one).distance(palettes.Tone.of(other))


async def test_it_is_a_bare_png_of_the_promised_size() -> None:
    picture = await LocalArtist().draw_feeling(FeelingDrawing("good", ("chill",), 5), Payer())
    image = opened(picture)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (FEELING_SIDE, FEELING_SIDE))
    assert (picture.width, picture.height, picture.made_by) == (FEELING_SIDE, FEELING_SIDE, "local")
    assert set(chunks(picture.png)) == {b"IHDR", b"IDAT", b"IEND"}


async def test_the_event_loop_stays_free_meanwhile() -> None:
    task = asyncio.create_task(LocalArtist().draw_feeling(FeelingDrawing("bad", ("fuming",), 1), Payer()))
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 3
    await task


@pytest.mark.parametrize("feelings", CHOICES, ids="+".join)
def test_each_seed_gives_another_picture_and_always_the_same(feelings: tuple[str, ...]) -> None:
    pictures = [drawn(*feelings, seed=seed).png for seed in (1, 2, 3, -1, 2**63)]
    assert len(set(pictures)) == len(pictures)
    assert drawn(*feelings, seed=2).png == pictures[1]


def test_every_process_draws_the_same() -> None:
    program = (
        "import hashlib; from evoke.platform.generation.local.artist import LocalArtist;"
        "from evoke.platform.generation.ports import FeelingDrawing;"
        "print(hashlib.sha256(LocalArtist().feeling(FeelingDrawing('bad', ('down', 'blah'), 4)).png).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {hashlib.sha256(drawn("down", "blah", seed=4, category="bad").png).hexdigest()}


def test_the_order_of_the_feelings_does_not_matter() -> None:
    assert drawn("chill", "cozy").png == drawn("cozy", "chill", "cozy").png


def test_feelings_differ() -> None:
    assert len({drawn(feeling).png for feeling in ALL}) == len(ALL)


@pytest.mark.parametrize("feelings", CHOICES, ids="+".join)
def test_few_muted_colours(feelings: tuple[str, ...]) -> None:
    for seed in range(8):
        art = feeling_art.draw(feelings, category="not_sure", seed=seed, side=FEELING_SIDE)
        assert max(palettes.saturation(color) for color in art.palette.colors) <= palettes.MAX_SATURATION
        # Flat: nearly all pixels are of the palette to the bit, the others are smoothed edges.
        pixels = np.asarray(art.image).reshape(-1, 3)
        flat = sum((pixels == color).all(axis=1).mean() for color in art.palette.colors)
        assert flat > 0.8
        found = colors.dominant_colors(art.image, count=4)
        near = [name for name in art.palette.names if any(distance(name, color) < 14 for color in found)]
        assert len(found) in (3, 4)
        assert len(near) >= 3


def test_the_colours_are_those_of_the_feelings() -> None:
    for feeling, accent in palettes.ACCENTS.items():
        art = feeling_art.draw((feeling,), category="not_sure", seed=3, side=64)
        assert min(distance(accent, name) for name in art.palette.names) < 12


@pytest.mark.parametrize("feeling", ALL)
def test_it_is_symmetrical_to_the_pixel(feeling: str) -> None:
    seen = set()
    for seed in range(10):
        art = feeling_art.draw((feeling,), category="not_sure", seed=seed, side=FEELING_SIDE)
        pixels = np.asarray(art.image)
        seen.add(art.symmetry)
        if art.symmetry in ("mirror", "double"):
            assert (pixels == pixels[:, ::-1]).all()
        if art.symmetry == "double":
            assert (pixels == pixels[::-1]).all()
        if art.symmetry == "turn":
            assert (pixels == pixels[::-1, ::-1]).all()
        if art.symmetry == "free":
            # Balanced: what two opposite quarters weigh is nearly the same.
            weight = pixels.astype(float).sum(axis=2)
            quarters = weight[:256, :256].mean(), weight[256:, 256:].mean()
            assert abs(quarters[0] - quarters[1]) < 12
    assert seen & {"mirror", "double", "turn"}


def test_the_recipe_is_told() -> None:
    art = feeling_art.draw(("chill",), category="good", seed=3, side=64)
    assert "slow concentric waves" in art.recipe
    assert all(name in art.recipe for name in art.palette.names)
    assert drawn("chill", seed=3).prompt == art.recipe


@pytest.mark.parametrize("category", ["good", "bad", "not_sure"])
def test_without_a_known_feeling_the_category_decides(category: Category) -> None:
    allowed = FEELINGS.get(category, ALL)
    for seed in range(4):
        prompt = drawn("no_such_feeling", seed=seed, category=category).prompt
        assert any(f"feelings {feeling.replace('_', ' ')};" in prompt for feeling in allowed)
