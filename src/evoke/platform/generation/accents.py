"""The colours that people know their feelings by: those the app shows them in."""

from typing import Final

from evoke.platform.generation.ports import MAX_COLORS

FEELINGS: Final = {
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
"""Accent of each feeling in the client, #RRGGBB."""

_TINTS: Final = (0.45, 0.75)


def palette(feelings: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """Three or four colours for these feelings: their accents (with more than MAX_COLORS of them, those that `seed`
    picks), filled up with lighter tints of the first. Unknown feelings are passed over; with none left, greys of calm.
    """
    known = list(dict.fromkeys(FEELINGS[feeling] for feeling in feelings if feeling in FEELINGS))
    if len(known) > MAX_COLORS:
        start = seed % len(known)
        known = [known[(start + step) % len(known)] for step in range(MAX_COLORS)]
    if not known:
        known = [FEELINGS["bored_stiff"], FEELINGS["blah"]]
    tints = [tint(known[0], share) for share in _TINTS]
    return tuple([*known, *tints][: max(3, len(known))])


def tint(color: str, share: float) -> str:
    """`color` (#RRGGBB) mixed with white; a `share` of 1 is white."""
    channels = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(value + (255 - value) * share):02X}" for value in channels)
