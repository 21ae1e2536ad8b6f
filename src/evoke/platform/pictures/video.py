"""What a video is, and one picture of it, through the optional package `av` (FFmpeg inside its wheels, LGPL)."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from PIL import Image

from evoke.platform.pictures import decode, errors, limits

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# Cameras often begin with a black or shaken frame; a tenth in, but no later than this, is past it.
_POSTER_SECONDS = 3.0
# The demuxer follows from the sniffed type and is never guessed by FFmpeg: its guesses include playlists, which make it
# open other files and addresses.
_DEMUXERS = {"video/webm": "matroska", "video/x-matroska": "matroska", "video/x-msvideo": "avi"}
_ISO_DEMUXER = "mov"

# Packets looked at for one that decodes; damaged videos may have none.
_POSTER_PACKETS = 600


@dataclass(frozen=True, slots=True)
class Video:
    """`width`, `height`: as seen. `rotation`: clockwise degrees that the stored frames are turned by, 0 to 270.

    `tags`: what the container says of itself, keys in lower case as they stand there, such as `creation_time` and
    `com.apple.quicktime.` with `creationdate`, `location.iso6709`, `content.identifier`, `make`, `model`.
    """

    duration_seconds: float | None
    width: int
    height: int
    rotation: int
    codec: str
    tags: dict[str, str]


def probe(source: decode.Source, mime_type: str, *, within: limits.Limits = limits.DEFAULT) -> Video:
    """Reads the headers and one frame. Raises VideoUnsupported, VideoUnreadable, TooManyPixels."""
    return read(source, mime_type, within=within)[0]


def poster(source: decode.Source, mime_type: str, *, within: limits.Limits = limits.DEFAULT) -> decode.Picture:
    """A frame from near the beginning, upright, for `render.render_picture`. Raises as `probe` does."""
    return read(source, mime_type, within=within)[1]


def read(
    source: decode.Source, mime_type: str, *, within: limits.Limits = limits.DEFAULT
) -> tuple[Video, decode.Picture]:
    """Both at once: the file is opened, and its frame decoded, only once."""
    with decode.opened(source) as file, _container(file, mime_type) as container:
        if not container.streams.video:
            raise errors.VideoUnreadable("The file holds no video track.")
        stream = container.streams.video[0]
        context: Any = stream.codec_context  # None when FFmpeg has no decoder for it
        if context is None or not context.width or not context.height:
            raise errors.VideoUnreadable("The video names no codec or no size that could be decoded.")
        within.check_pixels(context.width, context.height)
        duration = _duration(container, stream)
        frame = _frame(container, stream, duration)
        # FFmpeg counts counter-clockwise.
        rotation = -round(frame.rotation / 90) * 90 % 360
        image = _turned(frame.to_image(), rotation)
        image.info = {}
        tags = {key.lower(): value for key, value in {**stream.metadata, **container.metadata}.items()}
        codec = context.name
    video = Video(duration, image.width, image.height, rotation, codec, tags)
    return video, decode.Picture(image, image.width, image.height, None)


@contextmanager
def _container(file: IO[bytes], mime_type: str) -> Iterator["InputContainer"]:
    try:
        import av  # optional, and 100 MB of codecs that most processes never need
    except ImportError:
        raise errors.VideoUnsupported from None
    try:
        demuxer = _DEMUXERS.get(mime_type, _ISO_DEMUXER)
        with av.open(file, "r", format=demuxer, metadata_errors="replace") as container:
            yield container
    except av.FFmpegError as error:
        raise errors.VideoUnreadable(f"The video is damaged or not whole: {error.strerror}.") from error
    except (ValueError, OverflowError, IndexError) as error:
        raise errors.VideoUnreadable(f"The video is damaged: {error}.") from error
    except MemoryError as error:
        raise errors.TooManyPixels("There is not enough memory to decode the video.") from error


def _duration(container: "InputContainer", stream: "VideoStream") -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / 1_000_000
    else:
        return None
    return seconds if seconds > 0 else None


def _frame(container: "InputContainer", stream: "VideoStream", duration: float | None) -> Any:
    """The key frame before the wanted moment, or the next one that decodes; failing that, the very first."""
    stream.codec_context.skip_frame = "NONKEY"
    for seconds in (min(_POSTER_SECONDS, duration / 10) if duration else 0.0, 0.0):
        container.seek(int(seconds * 1_000_000), backward=True)
        frame = _first(container, stream)
        if frame is not None:
            return frame
    raise errors.VideoUnreadable("No frame of the video can be decoded.")


def _first(container: "InputContainer", stream: "VideoStream") -> Any:
    import av

    for packet in itertools.islice(container.demux(stream), _POSTER_PACKETS):
        with suppress(av.FFmpegError):  # a damaged packet; the next may be whole
            for frame in packet.decode():
                return frame
    return None


def _turned(image: Image.Image, clockwise: int) -> Image.Image:
    method = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}.get(
        clockwise
    )
    return image if method is None else image.transpose(method)
