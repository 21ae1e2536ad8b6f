"""The colours of emotions, by themselves: they are wanted where nothing else of this package is."""

from typing import Final

EMOTION_COLORS: Final[dict[str, str]] = {
    "joy": "#F6DFA4",
    "sadness": "#A9BFD8",
    "anger": "#E3A9A0",
    "fear": "#BBA6D6",
    "disgust": "#B5C9A1",
    "surprise": "#F3C6A5",
    "anxiety": "#B9B7E0",
    "contentment": "#BFDCC6",
    "frustration": "#DDB59A",
    "excitement": "#F4B8B0",
}
"""The colour of each of EMOTIONS, muted, #RRGGBB: one table for the API, the pages and the pictures."""
