"""Few, muted colours that can be told apart: what everything here is drawn with.

Colours are thought of as CIE LCh (lightness 0 to 100, chroma, hue in degrees; D65), where a step looks like a step.
"""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Rgb = tuple[int, int, int]

ACCENTS: Final[dict[str, str]] = {
    "super_happy": "#FFE4A0",
    "pumped": "#FFB5A0",
    "cozy": "#D4B896",
    "chill": "#A8E6CF",
    "content": "#D4C4E8",
    "fuming": "#E8A0A0",
    "freaked_out": "#C8A0E8",
    "mad_as_hell": "#E8B0A0",
    "blah": "#B0C4D4",
    "down": "#A0B8D4",
    "bored_stiff": "#D4D0C4",
}
"""The colours that the client shows the feelings in."""

COMPANIONS: Final[dict[str, tuple[str, ...]]] = {
    "super_happy": ("#F4BFA6", "#A9D3CC", "#E9B8BE", "#B9CFE6"),
    "pumped": ("#F3D08F", "#D9A3BC", "#A8CBD2", "#E79A94"),
    "cozy": ("#EAD2B0", "#D9A793", "#E0B7A8", "#B4C0A0"),
    "chill": ("#9DC3DA", "#B9C9E8", "#84BFB2", "#DCE3B4"),
    "content": ("#B3C9B4", "#E9C6CF", "#A9B4DA", "#EBDDB6"),
    "fuming": ("#CE94A4", "#F1C6A2", "#BBA3B8", "#E3AE8E"),
    "freaked_out": ("#9FB6DE", "#E3AFCB", "#A9D3C4", "#9C8FC6"),
    "mad_as_hell": ("#CF938A", "#EBCB9C", "#B7A0B4", "#B9BECB"),
    "blah": ("#D2C9C9", "#93AFC0", "#C9C3DC", "#B4CABC"),
    "down": ("#8FA3C2", "#B6BEDA", "#9DBAC0", "#C3C0D6"),
    "bored_stiff": ("#BFCBD2", "#D6BFA6", "#BCC6AE", "#D3B9BE"),
}
"""What stands well beside the accent of a feeling that is drawn alone."""

EMOTION_ACCENTS: Final[dict[str, str]] = {
    "joy": "#FFE4A0",
    "sadness": "#A0B8D4",
    "anger": "#E8A0A0",
    "fear": "#B7A6D6",
    "disgust": "#B9C79C",
    "surprise": "#F3C9A6",
    "anxiety": "#C8B4E0",
    "contentment": "#B3D6BE",
    "frustration": "#E8B0A0",
    "excitement": "#FFB5A0",
}

MAX_CHROMA: Final = 36.0
"""Muted: above this a colour shouts. The strongest accent of the client has 38."""
MAX_SATURATION: Final = 0.44
"""Of HSV, for every colour of a palette: the strongest accent of the client (FFE4A0) has 0.37."""
MIN_CONTRAST: Final = 4.6
"""Of the ink to whatever is written on; WCAG 2.2 asks for 4.5."""
APART: Final = 17.0
"""CIE76 distance that any two colours of a palette keep; clusters nearer than 14 are reported as one colour."""

# IEC 61966-2-1 (sRGB) to CIE XYZ under D65 and back, and the white point of D65.
_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_FROM_XYZ = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_WHITE = (0.95047, 1.0, 1.08883)


@dataclass(frozen=True)
class Tone:
    """A colour as lightness, chroma and hue."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def of(cls, color: str) -> "Tone":
        """From #RRGGBB. Raises ValueError for anything else."""
        lightness, a, b = _lab(rgb(color))
        return cls(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)

    @property
    def lab(self) -> tuple[float, float, float]:
        angle = math.radians(self.hue)
        return self.lightness, self.chroma * math.cos(angle), self.chroma * math.sin(angle)

    def at(self, lightness: float, *, chroma: float | None = None) -> "Tone":
        return Tone(lightness, self.chroma if chroma is None else chroma, self.hue)

    def muted(self) -> "Tone":
        """The pastel of the same hue."""
        return Tone(min(max(self.lightness, 66.0), 90.0), min(self.chroma, MAX_CHROMA), self.hue)

    def mixed(self, other: "Tone", share: float) -> "Tone":
        """With `share` of the other, on the straight line between them in Lab."""
        mix = [mine + (theirs - mine) * share for mine, theirs in zip(self.lab, other.lab, strict=True)]
        return Tone(mix[0], math.hypot(mix[1], mix[2]), math.degrees(math.atan2(mix[2], mix[1])) % 360)

    def distance(self, other: "Tone") -> float:
        """CIE76."""
        return math.dist(self.lab, other.lab)

    @property
    def rgb(self) -> Rgb:
        """sRGB; what lies outside loses chroma, not hue."""
        for kept in range(20, -1, -1):
            channels = _channels(self.lightness, self.chroma * kept / 20, self.hue)
            if all(-0.001 <= channel <= 1.001 for channel in channels):
                break
        red, green, blue = (round(min(max(channel, 0.0), 1.0) * 255) for channel in channels)
        return red, green, blue


@dataclass(frozen=True)
class Palette:
    """A light ground, two colours, what they give where they overlap, and an ink to be read on the first three."""

    ground: Rgb
    first: Rgb
    second: Rgb
    deep: Rgb
    ink: Rgb

    @property
    def colors(self) -> tuple[Rgb, Rgb, Rgb, Rgb]:
        """In the order of the slots that a sheet is painted with; the ink is the fifth."""
        return self.ground, self.first, self.second, self.deep

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(named(color) for color in self.colors)


def for_feelings(feelings: Sequence[str], rng: random.Random) -> Palette:
    """From the accents of the feelings: of one with a companion, of three or more with the third as the deep one."""
    accents = [Tone.of(ACCENTS[feeling]) for feeling in feelings]
    rng.shuffle(accents)
    if len(accents) == 1:
        accents.append(Tone.of(rng.choice(COMPANIONS[feelings[0]])))
    return from_tones(accents, rng)


def for_entry(colors: Iterable[str], emotions: Sequence[str], rng: random.Random) -> Palette:
    """From the colours of an analysis, muted; emotions give theirs where there are fewer than two."""
    tones = [Tone.of(color).muted() for color in colors]
    accents = [Tone.of(EMOTION_ACCENTS[emotion]) for emotion in emotions if emotion in EMOTION_ACCENTS]
    tones += [tone for tone in accents if len(tones) < 2 and tone not in tones]
    if len(tones) < 2:
        tones += [Tone.of(color) for color in ("#D4C4E8", "#B0C4D4")][: 2 - len(tones)]
    return from_tones(tones, rng)


def from_tones(tones: Sequence[Tone], rng: random.Random) -> Palette:
    """Two tones or more, the first most important, made into colours that keep APART."""
    first, second = tones[0].muted(), tones[1].muted()
    warmth = first.mixed(second, 0.5)
    ground = Tone(rng.uniform(94.0, 96.5), min(warmth.chroma * 0.25, 7.0), warmth.hue)
    third = tones[2].muted() if len(tones) > 2 else first.mixed(second, 0.5)
    # Where two inks lie on each other, less light comes back, and a little more of the colour.
    deep = third.at(min(third.lightness, 76.0) - rng.uniform(4.0, 8.0), chroma=min(third.chroma + 5.0, MAX_CHROMA))
    first = _apart(first, (ground,))
    second = _apart(second, (ground, first))
    deep = _apart(deep, (ground, first, second))
    ink = Tone(27.0, min(max(warmth.chroma, 8.0), 16.0), first.hue)
    while ink.lightness > 0 and min(contrast(ink.rgb, paper.rgb) for paper in (first, second)) < MIN_CONTRAST:
        ink = ink.at(ink.lightness - 1)
    return Palette(ground.rgb, first.rgb, second.rgb, deep.rgb, ink.rgb)


def rgb(color: str) -> Rgb:
    """Of #RRGGBB. Raises ValueError for anything else."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue


def named(color: Rgb) -> str:
    return "#{:02X}{:02X}{:02X}".format(*color)


def saturation(color: Rgb) -> float:
    """Of HSV, 0 to 1."""
    return (max(color) - min(color)) / max(*color, 1)


def contrast(one: Rgb, other: Rgb) -> float:
    """1 to 21, WCAG 2.2: relative luminances with 0.05 of stray light."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _apart(tone: Tone, others: Sequence[Tone]) -> Tone:
    """The nearest colour that keeps its distance from all others: darker or lighter, fuller, or of a hue beside it."""
    best, best_cost = tone, math.inf
    for hue in (0, -16, 16, -32, 32):
        for fuller in (0.0, 5.0, 10.0):
            for lightness in range(62, 92, 2):
                moved = Tone(float(lightness), min(tone.chroma + fuller, MAX_CHROMA), (tone.hue + hue) % 360)
                gap = min(moved.distance(other) for other in others)
                cost = abs(lightness - tone.lightness) + abs(hue) * 0.35 + fuller + 50 * max(APART - gap, 0.0)
                if cost < best_cost and saturation(moved.rgb) <= MAX_SATURATION:
                    best, best_cost = moved, cost
    return best


def _luminance(color: Rgb) -> float:
    red, green, blue = (_linear(channel) for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _lab(color: Rgb) -> tuple[float, float, float]:
    """CIE 1976 L*a*b*; Lindbloom's exact constants."""
    linear = [_linear(channel) for channel in color]
    x, y, z = (
        _curve(sum(weight * value for weight, value in zip(row, linear, strict=True)) / white)
        for row, white in zip(_TO_XYZ, _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _curve(value: float) -> float:
    return math.cbrt(value) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def _channels(lightness: float, chroma: float, hue: float) -> list[float]:
    """sRGB from 0 to 1, beyond that for what the screen cannot show."""
    y = (lightness + 16) / 116
    x = y + chroma * math.cos(math.radians(hue)) / 500
    z = y - chroma * math.sin(math.radians(hue)) / 200
    xyz = [
        white * (value**3 if value**3 > 216 / 24389 else (116 * value - 16) * 27 / 24389)
        for value, white in zip((x, y, z), _WHITE, strict=True)
    ]
    linear = [sum(weight * value for weight, value in zip(row, xyz, strict=True)) for row in _FROM_XYZ]
    return [value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055 for value in linear]
