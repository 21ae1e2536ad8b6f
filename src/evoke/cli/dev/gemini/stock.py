"""Words and colours that the stand-in answers with, by what a property of a schema seems to be for."""

import re
from collections.abc import Iterable

QUESTIONS = (
    "What was the first thing you noticed in yourself?",
    "Which part of it has stayed with you the longest?",
    "Who else was there when it began?",
    "How did your body let you know?",
    "What would have made that moment easier?",
    "When did you feel something like this before?",
)
OPTIONS = (
    "I felt left out of it",
    "I was relieved that it was over",
    "I kept thinking about what I should have said",
    "I wanted somebody to ask me how I was",
    "I was proud and did not show it",
    "I could not say what it was",
)
LABELS = (
    "Unclear Expectations",
    "Fear of Missing Out",
    "Need for Rest",
    "Old Worries Return",
    "Being Compared",
    "Too Many Demands",
    "Wish for Closeness",
    "Sudden Change",
    "Unspoken Disagreement",
    "Hope for Recognition",
)
SENTENCES = (
    "The wish to do well left little room for a pause.",
    "What was not said took up more room than what was.",
    "A small remark met a worry that had been there before.",
    "It is hard to rest while something is still open.",
    "Much depended on others, and waiting made it heavier.",
    "Being seen by somebody turned an ordinary hour into a good one.",
    "Two things mattered at the same time, and only one could be chosen.",
    "The day asked for more than it gave back.",
)
SHAPES = (
    "overlapping rounded waves",
    "a ring of soft circles",
    "thin lines that meet in the middle",
    "a spiral that opens outwards",
    "two mirrored leaves",
    "rows of small triangles",
)
COLORS = ("#A8C4D4", "#E8C4A0", "#C4D4A8", "#D4A8C4", "#B0B0D8", "#E0D0A8", "#A8D4C8", "#D8B0A8")
LANGUAGES = ("en",)

_BY_HINT: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), stock)
    for pattern, stock in (
        (r"#rrggbb|\bhex|colou?r|palette", COLORS),
        (r"language|iso.?639|locale", LANGUAGES),
        (r"insight|summary|context|explanation|situation|sentence", SENTENCES),
        (r"question", QUESTIONS),
        (r"option|answer|choice", OPTIONS),
        (r"shape|\bforms?\b", SHAPES),
        (r"label|stressor|factor|title|name|theme|category", LABELS),
    )
)


def suited(names: Iterable[str], description: str = "") -> tuple[str, ...]:
    """The stock for a text under `names` (its own name first, then those around it) with this description."""
    own, *around = names
    for hint in (own, description, *around):
        for pattern, stock in _BY_HINT:
            if pattern.search(hint.lower()):
                return stock
    return SENTENCES


def fitted(text: str, least: int, most: int | None) -> str:
    """`text` within these lengths, ended between words where that is possible."""
    more = SENTENCES if text.endswith((".", "?")) else tuple(sentence.rstrip(".") for sentence in SENTENCES)
    number = 0
    while len(text) < least:
        text += " " + more[number % len(more)]
        number += 1
    if most is None or len(text) <= most:
        return text
    short = text[:most]
    between_words = short if text[most] == " " else short.rpartition(" ")[0]
    return between_words if len(between_words) >= max(least, 1) else short
