"""A line of text in pieces that each have one direction, in the order in which the eye meets them (UAX #9)."""

from dataclasses import dataclass

from bidi import algorithm


@dataclass(frozen=True)
class Piece:
    """`text` in the order it is spoken; `is_rtl` says that it runs from right to left."""

    text: str
    is_rtl: bool


def pieces(line: str, *, is_rtl: bool) -> list[Piece]:
    """From left to right. `is_rtl` is the direction of the whole text. `line` has no direction controls."""
    levels = _levels(line, 1 if is_rtl else 0)
    runs: list[tuple[int, str]] = []
    for character, level in zip(line, levels, strict=True):
        if runs and runs[-1][0] == level:
            runs[-1] = (level, runs[-1][1] + character)
        else:
            runs.append((level, character))
    # Rule L2, on runs: from the highest level down, every stretch at that level or above is reversed.
    for threshold in range(max((level for level, _ in runs), default=0), 0, -1):
        runs = _reversed_from(runs, threshold)
    return [Piece(text, level % 2 == 1) for level, text in runs]


def runs_right_to_left(text: str) -> bool:
    """By its first letter that has a direction (rules P2 and P3)."""
    return bool(algorithm.get_base_level(text) == 1)


def _reversed_from(runs: list[tuple[int, str]], threshold: int) -> list[tuple[int, str]]:
    ordered: list[tuple[int, str]] = []
    stretch: list[tuple[int, str]] = []
    for run in runs:
        if run[0] >= threshold:
            stretch.insert(0, run)
        else:
            ordered += [*stretch, run]
            stretch = []
    return ordered + stretch


def _levels(line: str, base: int) -> list[int]:
    """One for each character. What rule X9 takes out (joiners) has the level of what stands before it."""
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    algorithm.get_embedding_levels(line, storage)
    characters = list(storage["chars"])
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    kept = {id(character) for character in storage["chars"]}
    levels: list[int] = []
    for character in characters:
        previous = levels[-1] if levels else base
        levels.append(character["level"] if id(character) in kept else previous)
    return levels
