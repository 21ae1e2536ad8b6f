"""How much a single picture may cost before it is refused."""

from dataclasses import dataclass

from evoke.platform.pictures import errors


@dataclass(frozen=True, slots=True)
class Limits:
    """Checked against what a file declares, before a single pixel is decoded.

    `max_pixels`: width x height; the largest phone sensors make 200 megapixels.
    `max_bytes`: what the decoded pixels would take in memory, copies that a decoder makes included. A JPEG counts at
    the scale it is decoded at, so a large one may pass where a PNG of the same size does not.
    """

    max_pixels: int = 300_000_000
    max_bytes: int = 2 * 1024**3

    def check_pixels(self, width: int, height: int) -> None:
        """Raises TooManyPixels; Undecodable when there is no pixel at all."""
        if width < 1 or height < 1:
            raise errors.Undecodable("The file declares a picture without a single pixel.")
        if width * height > self.max_pixels:
            raise errors.TooManyPixels(
                f"The picture declares {width} x {height} pixels; {self.max_pixels:,} in all are the limit.",
                width=width,
                height=height,
            )

    def check_bytes(self, needed: int) -> None:
        """Raises TooManyPixels."""
        if needed > self.max_bytes:
            raise errors.TooManyPixels(
                f"Decoding it needs about {needed >> 20} MiB of memory; {self.max_bytes >> 20} MiB is the limit."
            )


DEFAULT = Limits()
