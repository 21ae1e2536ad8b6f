"""What a video says of itself, and its poster."""

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoke.platform.pictures import errors, limits, render, video
from tests.pictures.drawing import UPRIGHT, corners, kind_of, quadrants

av = pytest.importorskip("av", reason="videos need the extra `video`")

APPLE = {
    "com.apple.quicktime.content.identifier": "5F2C8E",
    "com.apple.quicktime.creationdate": "2020-05-06T07:08:09+0200",
    "com.apple.quicktime.location.ISO6709": "+48.1371+011.5754+519/",
    "creation_time": "2020-05-06T05:08:09.000000Z",
}


def film(
    form: str, codec: str = "mpeg4", *, turned: int = 0, tags: dict[str, str] | None = None, frames: int = 30
) -> bytes:
    """Three seconds of the four quarters; `turned`: how far a player has to turn them, counter-clockwise."""
    buffer = io.BytesIO()
    options = {"movflags": "use_metadata_tags"} if form == "mov" else {}
    stored = quadrants().rotate(-turned, expand=True)
    with av.open(buffer, "w", format=form, options=options) as container:
        container.metadata.update(tags or {})
        stream: Any = container.add_stream(codec, rate=10)
        stream.width, stream.height = stored.size
        stream.pix_fmt = "yuv420p"
        if turned:
            stream.set_display_rotation(turned)
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(stored), format="rgb24")))
        container.mux(stream.encode())
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("form", "codec", "mime_type"),
    [
        ("mp4", "mpeg4", "video/mp4"),
        ("mov", "mpeg4", "video/quicktime"),
        ("3gp", "mpeg4", "video/3gpp"),
        ("avi", "mpeg4", "video/x-msvideo"),
        ("webm", "libvpx", "video/webm"),
        ("matroska", "mpeg4", "video/x-matroska"),
    ],
)
def test_every_container(form: str, codec: str, mime_type: str) -> None:
    data = film(form, codec)
    kind = kind_of(data)
    assert kind is not None
    assert (kind.mime_type, kind.type) == (mime_type, "video")
    found, picture = video.read(data, mime_type)
    assert (found.width, found.height, found.rotation) == (96, 64, 0)
    assert found.duration_seconds == pytest.approx(3.0, abs=0.15)
    assert corners(picture.pixels) == UPRIGHT


@pytest.mark.parametrize(("turned", "clockwise"), [(90, 270), (180, 180), (-90, 90)])
def test_rotation_is_applied(turned: int, clockwise: int) -> None:
    found, picture = video.read(film("mov", turned=turned), "video/quicktime")
    assert found.rotation == clockwise
    assert (found.width, found.height) == picture.pixels.size == (96, 64)
    assert corners(picture.pixels) == UPRIGHT


def test_tags() -> None:
    tags = video.probe(film("mov", tags=APPLE), "video/quicktime").tags
    for name, value in APPLE.items():
        assert tags[name.lower()] == value


def test_the_poster_is_rendered_like_a_photo(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(film("mp4"))
    rendered = render.render_picture(video.poster(path, "video/mp4"))
    assert (rendered.width, rendered.height) == (96, 64)
    assert rendered.preview_mime_type == "image/jpeg"


def test_a_single_frame_is_enough() -> None:
    assert corners(video.poster(film("mp4", frames=1), "video/mp4").pixels) == UPRIGHT


@pytest.mark.parametrize("part", [0.0, 0.01, 0.2, 0.5])
def test_cut_videos(part: float) -> None:
    data = film("mp4")
    with pytest.raises(errors.VideoUnreadable) as refused:
        video.probe(data[: int(len(data) * part)], "video/mp4")
    assert refused.value.code == "VIDEO_UNREADABLE"


@pytest.mark.parametrize("mime_type", ["video/mp4", "video/webm", "video/x-msvideo"])
def test_garbage(mime_type: str) -> None:
    with pytest.raises(errors.VideoUnreadable):
        video.probe(b"\x00\x00\x00\x18ftypisom" + b"\x5a" * 4000, mime_type)


def test_a_playlist_in_disguise_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(film("mp4"))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    with pytest.raises(errors.VideoUnreadable):
        video.probe(playlist, "video/mp4")


def test_sound_alone_is_no_video() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=44_100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44_100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(errors.VideoUnreadable, match="no video track"):
        video.probe(buffer.getvalue(), "video/mp4")


def test_an_unknown_codec() -> None:
    with pytest.raises(errors.VideoUnreadable, match="codec"):
        video.probe(film("mp4", "libx264").replace(b"avc1", b"zzz1"), "video/mp4")


SAMPLES = [("mp4", "libx264", "video/mp4"), ("webm", "libvpx", "video/webm"), ("avi", "mpeg4", "video/x-msvideo")]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    sample=st.sampled_from(SAMPLES),
    damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=16),
    length=st.floats(0.1, 1.0),
)
def test_damage_never_raises_anything_else(
    sample: tuple[str, str, str], damage: list[tuple[float, int]], length: float
) -> None:
    form, codec, mime_type = sample
    data = bytearray(film(form, codec, frames=6))
    for where, value in damage:
        data[int(where * len(data))] = value
    # Anything but a picture or this error fails the test.
    with contextlib.suppress(errors.PictureUnreadable):
        assert video.poster(bytes(data[: int(length * len(data))]), mime_type).width > 0


def test_limits() -> None:
    with pytest.raises(errors.TooManyPixels):
        video.probe(film("mp4"), "video/mp4", within=limits.Limits(max_pixels=1000))


@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])  # the size stands in the frames, and in the header
def test_damaged_frames_end_in_an_error(codec: str) -> None:
    data = bytearray(film("mp4", codec))
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[start:end] = b"\xff" * (end - start)
    with pytest.raises(errors.VideoUnreadable):
        video.probe(bytes(data), "video/mp4")
