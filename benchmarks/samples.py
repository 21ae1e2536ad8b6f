"""Photographs to measure with: as costly to decode and encode as those of a phone, and each one different."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, TiffImagePlugin

# (make, model, lens) with plausible values; the names are made up.
_CAMERAS = (
    ("Northlight", "N-12", "N-12 wide 26mm"),
    ("Harbour", "Pocket 7", "Harbour 24-70mm F2.8"),
    ("Kestrel", "K1", "K 35mm F1.8"),
)
_BASES = 4
_ORIENTATIONS = (1, 1, 1, 6, 6, 3, 8)  # as phones are held


def make_photos(folder: Path, count: int, *, megapixels: float = 12.0, seed: int = 1) -> list[Path]:
    """Writes `count` JPEGs of 4:3 with date, camera, exposure and GPS in their EXIF; one seed always gives one set."""
    folder.mkdir(parents=True, exist_ok=True)
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5) // 2 * 2
    size = (width, width * 3 // 4)
    rng = np.random.default_rng(seed)
    bases = [Image.fromarray(_scene(rng, size)) for _ in range(min(_BASES, count))]
    choice = random.Random(seed)
    paths = []
    for index in range(count):
        path = folder / f"IMG_{index:06d}.jpg"
        _variation(bases[index % len(bases)], choice).save(path, "JPEG", quality=92, exif=_exif(choice, index))
        paths.append(path)
    return paths


def _scene(rng: np.random.Generator, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Detail falls off with frequency as in nature, over a sky-like gradient, under the noise of a sensor."""
    width, height = size
    light = np.zeros((height, width), dtype=np.float32)
    cells, strength = 6, 60.0
    while cells < width // 2:
        octave = rng.standard_normal((cells * 3 // 4 + 1, cells)).astype(np.float32)
        light += strength * np.asarray(Image.fromarray(octave).resize(size, Image.Resampling.BICUBIC))
        cells, strength = cells * 2, strength * 0.62
    gradient = np.linspace(70, -50, height, dtype=np.float32)[:, None]
    tint = rng.uniform(0.7, 1.1, size=3).astype(np.float32)
    channels = [115 + gradient * weight + light * weight for weight in tint]
    noise = rng.standard_normal((height, width)).astype(np.float32) * 5.5
    scene = np.stack([channel + noise for channel in channels], axis=-1)
    pixels: NDArray[np.uint8] = np.clip(scene, 0, 255).astype(np.uint8)
    return pixels


def _variation(base: Image.Image, choice: random.Random) -> Image.Image:
    """Another photo of the same scene: shifted, perhaps mirrored. Cheap, so that making them does not take the day."""
    shift = 8 * choice.randrange(1, base.width // 16)
    moved = base.copy()
    moved.paste(base.crop((shift, 0, base.width, base.height)), (0, 0))
    moved.paste(base.crop((0, 0, shift, base.height)), (base.width - shift, 0))
    return moved.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if choice.random() < 0.5 else moved


def _exif(choice: random.Random, index: int) -> Image.Exif:
    make, model, lens = choice.choice(_CAMERAS)
    taken = datetime(2012, 1, 1, tzinfo=UTC) + timedelta(hours=11 * index, seconds=choice.randrange(36_000))
    rational = TiffImagePlugin.IFDRational
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = make, model
    exif[ExifTags.Base.Orientation] = choice.choice(_ORIENTATIONS)
    exif[ExifTags.Base.DateTime] = taken.strftime("%Y:%m:%d %H:%M:%S")
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
    details[ExifTags.Base.SubsecTimeOriginal] = f"{choice.randrange(1000):03d}"
    details[ExifTags.Base.OffsetTimeOriginal] = f"{choice.choice('+-')}{choice.randrange(10):02d}:00"
    details[ExifTags.Base.FNumber] = rational(choice.choice((18, 28, 40, 80)), 10)
    details[ExifTags.Base.ExposureTime] = rational(1, choice.choice((30, 125, 887, 2000)))
    details[ExifTags.Base.ISOSpeedRatings] = choice.choice((50, 100, 400, 1600))
    details[ExifTags.Base.FocalLength] = rational(choice.choice((24, 35, 50)), 1)
    details[ExifTags.Base.LensModel] = lens
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    for reference, name, limit in (("NS", "Latitude", 70), ("EW", "Longitude", 180)):
        degrees = choice.uniform(0, limit)
        gps[ExifTags.GPS[f"GPS{name}Ref"]] = choice.choice(reference)
        gps[ExifTags.GPS[f"GPS{name}"]] = (
            rational(int(degrees), 1),
            rational(int(degrees % 1 * 60), 1),
            rational(round(degrees * 60 % 1 * 6000), 100),
        )
    return exif
