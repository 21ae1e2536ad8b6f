"""What a tag may hold once it leaves this package: bounded JSON that every store accepts.

PostgreSQL's jsonb refuses U+0000 and lone surrogates, JSON has no NaN, and a hostile file may hold megabytes
in one tag. So every value passes `clean`, and every group of tags passes `bounded`.
"""

import math
import re
from collections.abc import Mapping
from typing import TypeAlias

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
Tags: TypeAlias = Mapping[str, JsonValue]

MAX_TEXT = 16_384
MAX_ITEMS = 256
MAX_DEPTH = 10
MAX_TAGS = 4_000
MAX_GROUP = 400_000

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INVISIBLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LARGEST_EXACT = 2**63


def clean_text(text: str) -> str:
    """`text` without NUL, with U+FFFD for what is no character, at most MAX_TEXT characters and a note of the rest."""
    text = _UNSTORABLE.sub(lambda found: "" if found.group() == "\x00" else "�", text)
    if len(text) > MAX_TEXT:
        return f"{text[:MAX_TEXT]}… ({len(text) - MAX_TEXT} more characters)"
    return text


def words(value: JsonValue) -> str | None:
    """A text for people: no control characters, no blank edges; None when nothing is left or it is no text."""
    if not isinstance(value, str):
        return None
    return _INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip() or None


def clean(value: object, depth: int = 0) -> JsonValue:
    """`value` as bounded JSON. Bytes become a marker with their length, numbers that JSON has not become None."""
    match value:
        case None | bool():
            return value
        case int():
            return int(value) if abs(value) < _LARGEST_EXACT else str(value)
        case float():
            return float(value) if math.isfinite(value) else None
        case str():
            return clean_text(value)
        case bytes() | bytearray() | memoryview():
            return binary_marker(len(value))
    if depth >= MAX_DEPTH:
        return "… (nested too deeply)"
    if isinstance(value, Mapping):
        kept = list(value.items())[:MAX_ITEMS]
        return {clean_text(str(key)): clean(item, depth + 1) for key, item in kept}
    if isinstance(value, list | tuple):
        items = [clean(item, depth + 1) for item in value[:MAX_ITEMS]]
        return [*items, f"… ({len(value) - MAX_ITEMS} more)"] if len(value) > MAX_ITEMS else items
    return clean_text(str(value))


def binary_marker(size: int) -> str:
    """What stands for bytes that nobody can read."""
    return f"({size} bytes)"


def bounded(tags: Mapping[str, object]) -> tuple[dict[str, JsonValue], int]:
    """The cleaned tags up to MAX_TAGS and about MAX_GROUP characters, and how many were left out."""
    kept: dict[str, JsonValue] = {}
    room = MAX_GROUP
    for name, value in tags.items():
        cleaned = clean(value)
        room -= _weight(cleaned) + len(name)
        if room < 0 or len(kept) >= MAX_TAGS:
            return kept, len(tags) - len(kept)
        kept[clean_text(name)] = cleaned
    return kept, 0


def _weight(value: JsonValue) -> int:
    """About how many characters of JSON a value takes."""
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, list):
        return sum(_weight(item) + 1 for item in value) + 2
    if isinstance(value, dict):
        return sum(len(key) + 4 + _weight(item) for key, item in value.items()) + 2
    return 8
