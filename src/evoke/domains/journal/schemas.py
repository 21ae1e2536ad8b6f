"""What clients send and get about entries and settings of the journal."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, field_validator
from pydantic_core import PydanticCustomError

from evoke.domains.journal.emotions import Emotion
from evoke.domains.journal.fields import Emotions, Intensity, Moment, Notes, Situation, TimeZone
from evoke.kit.time import rfc3339

Source = Literal["manual", "intake_flow", "import"]
Sort = Literal[
    "created_at", "-created_at", "updated_at", "-updated_at", "intensity", "-intensity", "felt_at", "-felt_at"
]
MAX_LIMIT = 100
MAX_OFFSET = 10_000_000
ShownMoment = Annotated[Moment, PlainSerializer(rfc3339, return_type=str, when_used="json")]

_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11"
_NEW: dict[str, Any] = {
    "situation": "My talk went better than I had feared.",
    "emotions": ["joy", "surprise"],
    "intensity": 0.7,
    "notes": "I slept well the night before.",
}
ENTRY_EXAMPLE: dict[str, Any] = {
    "id": _ID,
    **_NEW,
    "created_at": "2026-03-21T16:04:22Z",
    "updated_at": "2026-03-21T16:04:22Z",
    "has_visualization": False,
    "visualization_id": None,
    "source": "manual",
    "felt_at": "2026-03-21T16:04:22Z",
    "time_zone": "Europe/Lisbon",
}


def example(value: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class NewEntry(BaseModel):
    situation: Situation
    emotions: Emotions
    intensity: Intensity
    notes: Notes = None
    felt_at: Moment | None = Field(None, description="When it was felt; now, where it is left out.")
    time_zone: TimeZone | None = Field(None, description="Where it was felt (IANA); yours, where it is left out.")

    model_config = example(_NEW)


class EntryChanges(BaseModel):
    """Any of the fields; what is left out stays."""

    situation: Situation | None = None
    emotions: Emotions | None = None
    intensity: Intensity | None = None
    notes: Notes = None
    felt_at: Moment | None = None
    time_zone: TimeZone | None = None

    model_config = example({"intensity": 0.4, "notes": "Looking back, it was less than that."})

    @field_validator("situation", "emotions", "intensity", "felt_at", mode="before")
    @classmethod
    def _not_null(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("null", "cannot be null; leave it out to keep it")
        return value


class Entry(BaseModel):
    id: uuid.UUID
    situation: str
    emotions: list[Emotion]
    intensity: float = Field(description="0 to 1.")
    notes: str | None
    created_at: ShownMoment
    updated_at: ShownMoment
    has_visualization: bool = Field(description="Whether its picture is there.")
    visualization_id: uuid.UUID | None = Field(description="Its picture, also while it is being drawn.")
    source: Source
    felt_at: ShownMoment
    time_zone: str | None

    model_config = example(ENTRY_EXAMPLE)


SUPPORT_EXAMPLE: dict[str, Any] = {
    "message": "It sounds as if you are carrying a lot. You do not have to carry it alone.",
    "lines": [
        {"name": "Find a line near you", "phone": None, "text": None, "url": "https://findahelpline.com", "hours": None}
    ],
    "emergency": "112",
}


class SupportLine(BaseModel):
    name: str
    phone: str | None
    text: str | None = Field(description="A number for messages.")
    url: str | None
    hours: str | None


class Support(BaseModel):
    """Somebody to talk to, where a text speaks of self-harm."""

    message: str
    lines: list[SupportLine]
    emergency: str | None

    model_config = example(SUPPORT_EXAMPLE)


class EntryAnswer(BaseModel):
    entry: Entry
    support: Support | None = None

    model_config = example({"entry": ENTRY_EXAMPLE, "support": None})


class ChangedEntry(Entry):
    """The entry as it is now; `support` is there where its words speak of self-harm."""

    support: Support | None = None

    model_config = example({**ENTRY_EXAMPLE, "support": None})


class EntryQuery(BaseModel):
    """`emotion`, `source`, `felt_after` and `felt_before` must all hold where they are given."""

    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    offset: int = Field(0, ge=0, le=MAX_OFFSET)
    sort: Sort = "-created_at"
    emotion: Emotion | None = None
    source: Source | None = None
    felt_after: Moment | None = None
    felt_before: Moment | None = None

    @property
    def filters(self) -> bool:
        return any(value is not None for value in (self.emotion, self.source, self.felt_after, self.felt_before))


class EntryPage(BaseModel):
    entries: list[Entry]
    total: int
    limit: int
    offset: int

    model_config = example({"entries": [ENTRY_EXAMPLE], "total": 1, "limit": 50, "offset": 0})


class EmotionDescription(BaseModel):
    id: Emotion
    name: str
    description: str
    color: str = Field(description="#RRGGBB")
    icon: str = Field(description="The name of an SF Symbol.")

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "joy",
                    "name": "Joy",
                    "description": "Lightness and delight in what is there",
                    "color": "#F6DFA4",
                    "icon": "face.smiling",
                }
            ]
        },
    )


class EmotionCatalog(BaseModel):
    emotions: list[EmotionDescription]


class ChosenSettings(BaseModel):
    time_zone: TimeZone | None = Field(description="Your time zone (IANA); null follows what your entries say.")

    model_config = example({"time_zone": "Europe/Lisbon"})


class Settings(BaseModel):
    time_zone: str | None = Field(description="What you chose; null: nothing.")
    effective_time_zone: str = Field(description="The zone that your days are counted in.")

    model_config = example({"time_zone": None, "effective_time_zone": "Europe/Lisbon"})


class RowProblem(BaseModel):
    row: int = Field(description="From 1; the heading of a CSV does not count.")
    field: str
    reason: str

    model_config = example({"row": 3, "field": "intensity", "reason": "Input should be less than or equal to 1"})


class Imported(BaseModel):
    imported: int
    skipped: int = Field(description="Entries whose id was there already.")
    failed: int
    errors: list[RowProblem] = Field(description="The first hundred of them.")

    model_config = example(
        {"imported": 12, "skipped": 1, "failed": 1, "errors": [{"row": 3, "field": "emotions", "reason": "missing"}]}
    )
