"""What Gemini costs, in millionths of a US dollar.

Google's list of 20 September 2026 where nothing else is said. A model that is not listed counts as the most expensive
one that is: a budget that stops too early is mended by a setting, one that stops too late by nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

PICTURE_TOKENS: Final = 1120
"""What a picture of 1K or 2K counts as, in tokens."""
TEXT_BYTES_PER_TOKEN: Final = 2
"""Fewest bytes of UTF-8 that a token stands for in ordinary text of any language; English has about four."""
MAX_TEXT_OUTPUT_TOKENS: Final = 8192
"""The most that a text answer may have, thoughts included: asked of the service, so that a reservation holds."""
MAX_PICTURE_TEXT_TOKENS: Final = 2048
"""Thoughts and words beside a picture; they cannot be limited there, and stay below this."""


@dataclass(frozen=True)
class Price:
    """Micros for a million tokens in, a million tokens of text out (thoughts too), and for one picture."""

    input: int
    output: int
    picture: int = 0


@dataclass(frozen=True)
class Spent:
    """Tokens of one call. `picture_tokens` are part of the output but have a price of their own."""

    input_tokens: int = 0
    text_tokens: int = 0
    picture_tokens: int = 0


_EVER: Final = date.min
KNOWN: Final[Mapping[str, tuple[tuple[date, Price], ...]]] = {
    "gemini-3.8-flash": ((_EVER, Price(750_000, 3_750_000)), (date(2027, 1, 1), Price(1_500_000, 7_500_000))),
    # The list has the price of its pictures; text in and out of it is priced as that of Gemini 3 Pro.
    "gemini-3-pro-image": ((_EVER, Price(2_000_000, 12_000_000, 134_000)),),
}
"""Prices by model, each from a day on."""
DEAREST: Final[Mapping[str, Price]] = {
    # Long prompts to a Pro model, and a picture of 4K.
    "text": Price(4_000_000, 18_000_000),
    "picture": Price(4_000_000, 18_000_000, 240_000),
}
"""For models that nobody has named a price of."""


def price_of(model: str, kind: Literal["text", "picture"], day: date, more: Mapping[str, Price]) -> Price:
    """The price of `model` on `day`; `more` goes before the list."""
    name = model.removeprefix("models/")
    if name in more:
        return more[name]
    since = [price for start, price in KNOWN.get(name, ()) if start <= day]
    return since[-1] if since else DEAREST[kind]


def cost(price: Price, spent: Spent) -> int:
    """Micros, rounded up."""
    tokens = spent.input_tokens * price.input + spent.text_tokens * price.output
    return math.ceil(tokens / 1_000_000 + spent.picture_tokens * price.picture / PICTURE_TOKENS)


def most(price: Price, kind: Literal["text", "picture"], prompt_bytes: int) -> int:
    """Micros that one call with a prompt of this length can cost."""
    picture = kind == "picture"
    return cost(
        price,
        Spent(
            input_tokens=math.ceil(prompt_bytes / TEXT_BYTES_PER_TOKEN),
            text_tokens=MAX_PICTURE_TEXT_TOKENS if picture else MAX_TEXT_OUTPUT_TOKENS,
            picture_tokens=PICTURE_TOKENS if picture else 0,
        ),
    )
