"""What Evoke asks of a generator, and what it gets: the Analyst finds words, the Artist draws.

Two ports with several implementations (Gemini, the local one, the fake of the tests) behind one contract test. No
domain's tables are known here, and nothing that identifies a person is ever part of a brief.

Every method may raise the errors of `evoke.platform.generation.errors`, and nothing else that a caller could mend.
Every method may be cancelled at any time.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Maker = Literal["gemini", "local"]
Category = Literal["good", "bad", "not_sure"]
Style = Literal["abstract", "diagram", "metaphor"]

FEELINGS: Final[dict[str, tuple[str, ...]]] = {
    "good": ("super_happy", "pumped", "cozy", "chill", "content"),
    "bad": ("fuming", "freaked_out", "mad_as_hell", "blah", "down", "bored_stiff"),
}
"""The feelings a person can choose to have drawn, by category; `not_sure` is all of them."""
EMOTIONS: Final = (
    "joy", "sadness", "anger", "fear", "disgust", "surprise", "anxiety", "contentment", "frustration", "excitement",
)  # fmt: skip
"""The emotions of a journal entry."""

MAX_COLORS: Final = 4
FEELING_SIDE: Final = 512
"""Pixels of each side of the picture of a feeling."""
STORY_SIDE: Final = 1024
"""Pixels of each side of the picture of a story or an entry."""
CENTER: Final = (0.5, 0.5)
CORNERS: Final = ((0.22, 0.22), (0.78, 0.22), (0.22, 0.78), (0.78, 0.78))
"""Where a story's stressor and its factors are, as shares of width and height: the client puts its tap targets there.

The fifth factor shares a corner with the one it is most related to; with three the last corner is empty.
"""


@dataclass(frozen=True)
class Payer:
    """On whose account a call goes. For our own books: it is never sent to anybody. None is somebody unknown."""

    owner_id: uuid.UUID | None = None


# ---- Words -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """One answer a person may choose; `emotion_indicators` are ids of EMOTIONS."""

    text: str
    emotion_indicators: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """A question with two to five options."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Turn:
    """A question that was asked, the option that was chosen, and what the person added in their own words."""

    question: str
    chosen: str
    added: str = ""


@dataclass(frozen=True)
class Conversation:
    """An intake so far. `language` is ISO 639-1, of the person's own words."""

    situation: str
    turns: tuple[Turn, ...] = ()
    language: str = "en"


@dataclass(frozen=True)
class Questions:
    """What to ask next; no scenarios when enough is known. `context` is what was understood, in a sentence or two."""

    scenarios: tuple[Scenario, ...]
    context: str
    made_by: Maker

    @property
    def is_complete(self) -> bool:
        return not self.scenarios


@dataclass(frozen=True)
class Summary:
    """A conversation in the first person (`situation`), and to the person (`text`, one to five `insights`)."""

    situation: str
    text: str
    insights: tuple[str, ...]
    made_by: Maker


@dataclass(frozen=True)
class EntryBrief:
    """A journal entry. `emotions` are of EMOTIONS, `intensity` is 0 to 1."""

    situation: str
    notes: str
    emotions: tuple[str, ...]
    intensity: float
    style: Style
    language: str = "en"


@dataclass(frozen=True)
class EntryAnalysis:
    """What an entry is about. `palette` has two to MAX_COLORS colours (#RRGGBB), `shapes` one to four descriptions of
    forms for the picture; `labels`, one to five of two to four words, are what a diagram may name."""

    summary: str
    insights: tuple[str, ...]
    palette: tuple[str, ...]
    shapes: tuple[str, ...]
    labels: tuple[str, ...]
    made_by: Maker


@dataclass(frozen=True)
class StoryBrief:
    """A story of 50 to 5000 characters with the feelings (of FEELINGS) that go with it."""

    text: str
    category: Category
    feelings: tuple[str, ...]
    language: str = "en"


@dataclass(frozen=True)
class Factor:
    """Two to four words in Title Case, and one to three sentences: a root cause, no advice."""

    label: str
    insight: str


@dataclass(frozen=True)
class StoryAnalysis:
    """The stressor as a general category (up to five words), three to five factors in the order of the corners."""

    stressor: str
    factors: tuple[Factor, ...]
    language: str
    made_by: Maker


class Analyst(Protocol):
    """Finds words, in the language of the brief."""

    async def ask(self, conversation: Conversation, payer: Payer) -> Questions:
        """What to ask next. Implementations complete after two questions at the earliest and five at the latest."""
        ...

    async def summarize(
        self, conversation: Conversation, emotions: tuple[str, ...], intensity: float, payer: Payer
    ) -> Summary: ...

    async def analyze_entry(self, brief: EntryBrief, payer: Payer) -> EntryAnalysis: ...

    async def analyze_story(self, brief: StoryBrief, payer: Payer) -> StoryAnalysis: ...


# ---- Pictures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FeelingDrawing:
    """What a picture of feelings is drawn from. The same `seed` gives the same local picture."""

    category: Category
    feelings: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class StoryDrawing:
    """What the map of a story is drawn from: its words and nothing of the story itself.

    `corners` has four groups of labels for the places CORNERS: none, one or two in each.
    """

    stressor: str
    corners: tuple[tuple[str, ...], ...]
    language: str
    category: Category
    feelings: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class EntryDrawing:
    """What the picture of a journal entry is drawn from: the analysis and nothing of the entry's own words."""

    style: Style
    emotions: tuple[str, ...]
    intensity: float
    palette: tuple[str, ...]
    shapes: tuple[str, ...]
    labels: tuple[str, ...]
    language: str
    seed: int


@dataclass(frozen=True)
class Picture:
    """A finished picture: an RGB PNG without metadata, and the words (or the recipe) that it was made from."""

    png: bytes
    width: int
    height: int
    prompt: str
    made_by: Maker


class Artist(Protocol):
    """Draws."""

    async def draw_feeling(self, drawing: FeelingDrawing, payer: Payer) -> Picture:
        """FEELING_SIDE pixels square: abstract, symmetrical or balanced, muted, at most MAX_COLORS, no text."""
        ...

    async def draw_story(self, drawing: StoryDrawing, payer: Payer) -> Picture:
        """STORY_SIDE pixels square: a flat mind map on a light ground, labels at CENTER and CORNERS."""
        ...

    async def draw_entry(self, drawing: EntryDrawing, payer: Payer) -> Picture:
        """STORY_SIDE pixels square, in the style that was asked for."""
        ...


# ---- What it costs ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Usage:
    """What a provider says a call took. Tokens that were thought count as output, as they are billed."""

    input_tokens: int = 0
    output_tokens: int = 0
    pictures: int = 0


Outcome = Literal["paid", "unpaid", "unknown"]
"""Whether a call was billed: answered with content, refused by an error answer, or broken off after it was sent."""


@dataclass(frozen=True)
class Reservation:
    """Money set aside for one call, in millionths of a US dollar."""

    id: uuid.UUID
    payer: Payer
    model: str
    kind: Literal["text", "picture"]
    reserved_micros: int


class Meter(Protocol):
    """The books of what was paid for. Implemented on the database by the composition root."""

    async def reserve(self, payer: Payer, model: str, kind: Literal["text", "picture"], micros: int) -> Reservation:
        """Set aside what one call may cost, before it is sent. Raises TextModelDown or PictureServiceDown with
        `reason="budget"` and the seconds until midnight UTC when the day's budget does not have it."""
        ...

    async def settle(self, reservation: Reservation, usage: Usage, micros: int, outcome: Outcome) -> None:
        """Replace what was set aside by what it cost: nothing when unpaid, what was reserved when unknown."""
        ...


Report = Callable[[int, str], Awaitable[None]]
"""How far something is: percent, and a message for people."""
