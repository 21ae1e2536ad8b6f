"""Bombs, cut files and garbage end in a typed error, whatever the format."""

import contextlib
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoke.platform.pictures import decode, errors, limits, truncation
from tests.pictures import drawing
from tests.pictures.drawing import encoded, quadrants

FORMATS = list(drawing.PILLOW_NAMES)
SAMPLES = {mime_type: encoded(drawing.texture((96, 64)), mime_type) for mime_type in FORMATS}


@pytest.mark.parametrize("mime_type", [name for name in FORMATS if name not in ("image/heic", "image/avif")])
def test_bombs_are_refused_by_what_they_declare(mime_type: str) -> None:
    edge = 16_380 if mime_type == "image/webp" else 50_000
    with pytest.raises(errors.TooManyPixels) as refused:
        decode.load(drawing.declaring(mime_type, edge, edge), mime_type, within=limits.Limits(max_pixels=100_000_000))
    assert refused.value.code == "TOO_MANY_PIXELS"


@pytest.mark.parametrize("mime_type", ["image/heic", "image/avif"])
def test_bombs_that_the_library_refuses_itself(mime_type: str) -> None:
    with pytest.raises(errors.PictureUnreadable) as refused:
        decode.load(drawing.declaring(mime_type, 60_000, 60_000), mime_type)
    assert refused.value.code in ("TOO_MANY_PIXELS", "UNDECODABLE")


def test_the_limit_is_the_callers() -> None:
    within = limits.Limits(max_pixels=96 * 64)
    assert decode.load(SAMPLES["image/png"], "image/png", within=within).width == 96
    with pytest.raises(errors.TooManyPixels) as refused:
        decode.load(encoded(quadrants((97, 64)), "image/png"), "image/png", within=within)
    assert refused.value.details == {"width": 97, "height": 64}


def test_memory_counts_at_the_scale_that_is_decoded() -> None:
    within = limits.Limits(max_bytes=1_000_000)
    image = quadrants((1600, 1200))
    assert decode.load(encoded(image, "image/jpeg"), "image/jpeg", longest_edge=200, within=within).width == 1600
    for mime_type, options in (("image/png", {}), ("image/jpeg", {"progressive": True})):
        with pytest.raises(errors.TooManyPixels, match="memory"):
            decode.load(encoded(image, mime_type, **options), mime_type, longest_edge=200, within=within)


def test_a_picture_without_pixels() -> None:
    with pytest.raises(errors.Undecodable, match="without a single pixel"):
        limits.DEFAULT.check_pixels(0, 10)


@pytest.mark.parametrize("mime_type", FORMATS)
def test_empty_files_are_cut(mime_type: str) -> None:
    with pytest.raises(errors.Truncated):
        decode.load(b"", mime_type)


@pytest.mark.parametrize("mime_type", FORMATS)
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_cut_files_say_so(mime_type: str, part: float) -> None:
    data = SAMPLES[mime_type]
    with pytest.raises(errors.Truncated) as refused:
        decode.load(data[: int(len(data) * part)], mime_type)
    assert refused.value.code == "TRUNCATED"


@pytest.mark.parametrize("mime_type", FORMATS)
def test_every_beginning_of_a_file_is_read_or_refused(mime_type: str) -> None:
    data = SAMPLES[mime_type]
    # Without its end mark alone, a file still holds the whole picture.
    for length in [*range(1, 64), *range(64, len(data) - 16, len(data) // 20)]:
        with pytest.raises(errors.PictureUnreadable):
            decode.load(data[:length], mime_type)


@pytest.mark.parametrize("mime_type", FORMATS)
def test_garbage_behind_a_right_beginning(mime_type: str) -> None:
    with pytest.raises(errors.PictureUnreadable) as refused:
        decode.load(SAMPLES[mime_type][:12] + b"\x5a" * 5000, mime_type)
    assert refused.value.message


@pytest.mark.parametrize("mime_type", FORMATS)
def test_a_file_of_another_type_is_undecodable(mime_type: str) -> None:
    other = SAMPLES["image/png" if mime_type != "image/png" else "image/gif"]
    with pytest.raises(errors.Undecodable) as refused:
        decode.load(other, mime_type)
    assert refused.value.code == "UNDECODABLE"


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    mime_type=st.sampled_from(FORMATS),
    damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_damage_never_raises_anything_else(mime_type: str, damage: list[tuple[float, int]]) -> None:
    data = bytearray(SAMPLES[mime_type])
    for where, value in damage:
        data[int(where * len(data))] = value
    # Anything but a picture or this error fails the test.
    with contextlib.suppress(errors.PictureUnreadable):
        picture = decode.load(bytes(data), mime_type, longest_edge=48, within=limits.Limits(max_pixels=4_000_000))
        assert max(picture.pixels.size) <= 48


def test_what_cannot_be_judged_is_not_called_cut() -> None:
    closed = io.BytesIO(b"bytes")
    closed.close()
    assert not truncation.is_cut(closed)
    assert not truncation.is_cut(io.BytesIO(b"no format that we know"))
    assert not truncation.is_cut(io.BytesIO(b"\x00\x00\x00\x0cftypheic\x00\x00\x00\x00mdat"))  # 0: to the end
    assert not truncation.is_cut(io.BytesIO(b"\x00\x00\x00\x0cftypheic\x00\x00\x00\x05mdat...."))
    assert truncation.is_cut(io.BytesIO(b"\x00\x00\x00\x0cftypheic\x00\x00\x00\x01mdat" + (99).to_bytes(8, "big")))
    assert truncation.is_cut(io.BytesIO(b"\x00\x00\x00\x0cftypheic\x00\x00"))
