"""The ten emotions of an entry, as the API describes them: names, colours, icons.

The colours are those that pictures are drawn with; the icons are names of SF Symbols that the journal app has.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Emotion = Literal[
    "joy", "sadness", "anger", "fear", "disgust", "surprise", "anxiety", "contentment", "frustration", "excitement"
]
IDS: tuple[str, ...] = get_args(Emotion)
MOST = 10
"""In one entry."""


@dataclass(frozen=True)
class Described:
    """`color` is #RRGGBB."""

    id: str
    name: str
    description: str
    icon: str

    @property
    def color(self) -> str:
        from evoke.platform.generation.local.emotions import EMOTION_COLORS  # here: it takes long to import

        return EMOTION_COLORS[self.id]


CATALOG = (
    Described("joy", "Joy", "Lightness and delight in what is there", "face.smiling"),
    Described("sadness", "Sadness", "Heaviness over something lost or missed", "cloud.rain"),
    Described("anger", "Anger", "Heat when a line was crossed", "flame"),
    Described("fear", "Fear", "Alarm at something that threatens", "exclamationmark.triangle"),
    Described("disgust", "Disgust", "The wish to keep something away", "hand.raised"),
    Described("surprise", "Surprise", "A start at what was not expected", "sparkles"),
    Described("anxiety", "Anxiety", "Unrest about what may come", "wind"),
    Described("contentment", "Contentment", "Being at ease with how it is", "heart"),
    Described("frustration", "Frustration", "Pushing against what won't move", "exclamationmark.circle"),
    Described("excitement", "Excitement", "Energy for what is ahead", "star"),
)
