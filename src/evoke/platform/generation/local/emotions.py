"""The emotions of an entry: their colours, and how they show in words."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from evoke.platform.generation.local import library, matching
from evoke.platform.generation.local.emotion_colors import EMOTION_COLORS
from evoke.platform.generation.local.words import words_of
from evoke.platform.generation.ports import EMOTIONS, MAX_COLORS, Category

__all__ = ["EMOTION_COLORS", "FEELING_TONES", "TONES", "category_of", "in_words", "palette"]

TONES: Final[dict[str, library.Tone]] = {
    "joy": "joy",
    "sadness": "sadness",
    "anger": "anger",
    "fear": "fear",
    "disgust": "anger",
    "surprise": "joy",
    "anxiety": "fear",
    "contentment": "calm",
    "frustration": "anger",
    "excitement": "joy",
}
FEELING_TONES: Final[dict[str, library.Tone]] = {
    "super_happy": "joy",
    "pumped": "joy",
    "cozy": "calm",
    "chill": "calm",
    "content": "calm",
    "fuming": "anger",
    "freaked_out": "fear",
    "mad_as_hell": "anger",
    "blah": "flat",
    "down": "sadness",
    "bored_stiff": "flat",
}
_PLEASANT: Final = frozenset({"joy", "contentment", "excitement"})
_UNPLEASANT: Final = frozenset({"sadness", "anger", "fear", "disgust", "anxiety", "frustration"})
_PAPER: Final = (0xF7, 0xF4, 0xEF)
_INK: Final = (0x6E, 0x73, 0x80)
# How far a colour goes towards paper when nothing is felt strongly.
_FAINT: Final = 0.4
# A word that is negated or looks like a name weighs less than this.
_SPOKEN: Final = 0.5


def category_of(emotions: Iterable[str]) -> Category:
    """Good when only pleasant ones are named, bad when only unpleasant ones are, else not sure."""
    named = set(emotions)
    pleasant, unpleasant = bool(named & _PLEASANT), bool(named & _UNPLEASANT)
    if pleasant == unpleasant:
        return "not_sure"
    return "good" if pleasant else "bad"


def palette(emotions: Sequence[str], intensity: float) -> tuple[str, ...]:
    """Two to MAX_COLORS muted colours (#RRGGBB), all different: those of the emotions, paler the less is felt, and
    for one emotion alone a lighter and a darker one of its kind."""
    named = list(dict.fromkeys(emotion for emotion in emotions if emotion in EMOTION_COLORS))[:MAX_COLORS]
    base = [_rgb(EMOTION_COLORS[emotion]) for emotion in named] or [_rgb(EMOTION_COLORS["contentment"])]
    shown = [_mixed(color, _PAPER, _FAINT * (1 - min(max(intensity, 0.0), 1.0))) for color in base]
    if len(shown) == 1:
        shown += [_mixed(base[0], _PAPER, 0.6), _mixed(base[0], _INK, 0.3)]
    return tuple(dict.fromkeys("#{:02X}{:02X}{:02X}".format(*color) for color in shown))


def in_words(text: str, language: str) -> list[str]:
    """The emotions that the words of a text speak of, the clearest first; what is negated is left out.

    `language` is one of the library's.
    """
    sums = _cues(language).weigh(words_of(text, language))
    spoken = [emotion for emotion, weight in sums.items() if weight >= _SPOKEN]
    return sorted(spoken, key=lambda emotion: (-sums[emotion], EMOTIONS.index(emotion)))


@cache
def _cues(language: str) -> matching.Cues:
    table = library.conversation(language)["emotions"]
    return matching.Cues(language, {emotion: library.cues(table[emotion]["cues"]) for emotion in EMOTIONS})


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _mixed(color: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue
