"""The floor under the ingest figure: what decoding, scaling and encoding alone cost, in a bare loop.

It has what any photo library must do for its two renditions and nothing else: no metadata, no hashes, no colours, no
rows, no encryption, nothing written. The encoders run with the settings of the product, so that the ratio compares
pipelines and not qualities.
"""

import io
import multiprocessing
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import ExifTags, Image

from evoke.platform.pictures import modes, render

_LANCZOS = Image.Resampling.LANCZOS


def floor_loop(paths: Sequence[Path], *, processes: int = 2) -> float:
    """Photos a second of the bare loop over all paths; the processes are warm before the clock starts."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        pool.map(decode_resize_encode, [*paths[:1]] * processes * 4, chunksize=1)
        started = time.perf_counter()
        for _ in pool.imap_unordered(decode_resize_encode, paths, chunksize=4):
            pass
        return len(paths) / (time.perf_counter() - started)


def decode_resize_encode(path: Path) -> tuple[bytes, bytes]:
    """(preview, thumbnail) of one JPEG, the shortest way."""
    large, small = render.SIZES.preview, render.SIZES.thumbnail
    preview, thumbnail = io.BytesIO(), io.BytesIO()
    with Image.open(path) as image:
        image.draft(None, _fitting(image.size, large))
        scaled = image.resize(_fitting(image.size, large), _LANCZOS)
        upright = modes.upright(scaled, image.getexif().get(ExifTags.Base.Orientation, 1))
    upright.save(preview, "JPEG", **render.PREVIEW_OPTIONS)
    tiny = upright.resize(_fitting(upright.size, small), _LANCZOS, reducing_gap=render.THUMBNAIL_GAP)
    tiny.save(thumbnail, "WEBP", **render.THUMBNAIL_OPTIONS)
    return preview.getvalue(), thumbnail.getvalue()


def _fitting(size: tuple[int, int], longest_edge: int) -> tuple[int, int]:
    scale = longest_edge / max(size)
    return round(size[0] * scale), round(size[1] * scale)
