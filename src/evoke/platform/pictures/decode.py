"""From a file to upright pixels, once, at no more than the size that is needed."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from evoke.platform.pictures import errors, jxl, limits, modes, profiles, truncation

Source = bytes | Path | IO[bytes]

# A cheap box filter shrinks first, as far as leaves this factor to Lanczos. Measured on photographs of 12 and 24
# megapixels against Lanczos from the full size: 46 to 50 dB at 40 % of the time, where bicubic gives 41 and Hamming 38.
REDUCING_GAP = 1.3

# Openers are called directly and not through Image.open: it would try every format it knows on a hostile file, and
# its guard against bombs is one number for the whole process, below what large phone sensors make.
_OPENERS: dict[str, Callable[[IO[bytes], str], ImageFile.ImageFile]] = {
    "image/jpeg": JpegImagePlugin.JpegImageFile,
    "image/png": PngImagePlugin.PngImageFile,
    "image/webp": WebPImagePlugin.WebPImageFile,
    "image/gif": GifImagePlugin.GifImageFile,
    "image/tiff": TiffImagePlugin.TiffImageFile,
    "image/bmp": BmpImagePlugin.BmpImageFile,
    "image/heic": pillow_heif.HeifImageFile,
    "image/heif": pillow_heif.HeifImageFile,
    "image/avif": AvifImagePlugin.AvifImageFile,
}
JXL = "image/jxl"
RENDERABLE = frozenset([*_OPENERS, JXL])

# Bytes for each pixel beyond Pillow's own image: planes and copies that the library behind the format makes.
_COPIES = {"image/webp": 8, "image/heic": 5, "image/heif": 5, "image/avif": 6, "image/tiff": 4, "image/gif": 4}
_PROGRESSIVE_BYTES = 3  # coefficients of a progressive JPEG with 4:2:0 chroma, held whole while it decodes


@dataclass(frozen=True, slots=True)
class Picture:
    """Upright pixels, RGB or RGBA, with nothing of the file's metadata.

    `width` and `height` are those of the original as seen, `pixels` may be smaller. `profile` is None for sRGB;
    else a profile without a maker, which belongs to the pixels wherever they are written.
    """

    pixels: Image.Image
    width: int
    height: int
    profile: bytes | None


def load(
    source: Source, mime_type: str, *, longest_edge: int | None = None, within: limits.Limits = limits.DEFAULT
) -> Picture:
    """Decodes the first picture of a file of the sniffed type, scaled down to `longest_edge` pixels if it is larger.

    Raises one of `errors.PictureUnreadable`; never anything else, whatever the bytes are.
    """
    if mime_type not in RENDERABLE:
        raise errors.Unsupported(_why_not(mime_type))
    with opened(source) as stream, _unreadable_is_typed(stream):
        image, orientation, size = _decode(stream, mime_type, longest_edge, within)
        icc = image.info.get("icc_profile")
        pixels = shrink(modes.scalable(image), longest_edge)
        pixels, profile = _colors(pixels, icc if profiles.fits(icc, image.mode) else None)
        pixels = modes.upright(modes.opaque(pixels), orientation)
        if pixels is image:
            pixels = image.copy()  # a plain image, that holds on to neither the file nor its bytes
    pixels.info = {}
    width, height = reversed(size) if orientation >= 5 else size
    return Picture(pixels, width, height, profile)


def shrink(image: Image.Image, longest_edge: int | None, *, gap: float = REDUCING_GAP) -> Image.Image:
    """Scaled so that the longer side is `longest_edge`; never up, and no side below one pixel."""
    if longest_edge is None or max(image.size) <= longest_edge:
        return image
    return image.resize(fitting(image.size, longest_edge), Image.Resampling.LANCZOS, reducing_gap=gap)


def fitting(size: tuple[int, int], longest_edge: int) -> tuple[int, int]:
    scale = longest_edge / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _decode(
    stream: IO[bytes], mime_type: str, longest_edge: int | None, within: limits.Limits
) -> tuple[Image.Image, int, tuple[int, int]]:
    """The loaded picture as stored, the orientation still to be applied, the full size as stored."""
    if mime_type == JXL:
        image, turn = jxl.open_jxl(stream, within)
        image.load()
        return image, _orientation(image) if turn else 1, image.size
    image = _OPENERS[mime_type](stream, "")
    size = image.size
    within.check_pixels(*size)
    needed = size[0] * size[1] * _COPIES.get(mime_type, 0)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        if longest_edge is not None and max(size) > longest_edge:
            image.draft(None, fitting(size, longest_edge))
        needed += size[0] * size[1] * _PROGRESSIVE_BYTES * ("progressive" in image.info)
    within.check_bytes(needed + image.width * image.height * _bytes_per_pixel(image.mode))
    image.load()
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return image, 1, image.size  # Pillow turns a TIFF while it loads it
    return image, _orientation(image), size


def _bytes_per_pixel(mode: str) -> int:
    return {"1": 1, "L": 1, "P": 1}.get(mode, 2 if mode.startswith("I;16") else 4)


def _orientation(image: Image.Image) -> int:
    """1 to 8. Damaged EXIF is no reason to refuse a picture."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # the parser raises whatever a damaged directory leads it to
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _colors(image: Image.Image, icc: bytes | None) -> tuple[Image.Image, bytes | None]:
    """RGB or RGBA with the profile that its values are in."""
    if icc is None or image.mode not in ("RGB", "RGBA") or profiles.is_srgb(icc):
        return profiles.to_srgb(image, None if image.mode in ("RGB", "RGBA") else icc), None
    kept = profiles.compact(icc)
    return (image, kept) if kept is not None else (profiles.to_srgb(image, icc), None)


def _why_not(mime_type: str) -> str:
    if mime_type.startswith("image/x-"):
        return "Raw camera files are kept, but not shown yet."
    return f"A file of the type {mime_type} cannot be shown as a picture."


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """A seekable stream over the bytes; one that was given is left open."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    elif isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        yield source


@contextmanager
def _unreadable_is_typed(stream: IO[bytes]) -> Iterator[None]:
    try:
        yield
    except errors.PictureUnreadable:
        raise
    except Image.DecompressionBombError as error:
        raise errors.TooManyPixels(str(error)) from error
    except MemoryError as error:
        raise errors.TooManyPixels("There is not enough memory to decode the picture.") from error
    except Exception as error:  # decoders raise anything at all on hostile bytes: struct.error, KeyError, SyntaxError
        if _speaks_of_an_end(error) or truncation.is_cut(stream):
            raise errors.Truncated from error
        raise errors.Undecodable(f"The file is damaged, or not what it begins like: {_short(error)}.") from error


def _speaks_of_an_end(error: Exception) -> bool:
    text = str(error).lower()
    return isinstance(error, EOFError) or any(word in text for word in ("truncated", "end of file", "eof"))


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".") or type(error).__name__
