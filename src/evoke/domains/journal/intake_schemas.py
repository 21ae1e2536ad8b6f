"""What clients send and get about guided conversations."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from evoke.domains.journal.conversations import Scenario, State
from evoke.domains.journal.fields import Emotions, Intensity, Situation, clean
from evoke.domains.journal.schemas import ENTRY_EXAMPLE, Entry, ShownMoment, Support, example

MAX_ADDED = 2000
_SESSION = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b21"
_OPTION = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b23"
_SITUATION = "My manager moved my project to somebody else without asking me."
_SCENARIO: dict[str, Any] = {
    "id": "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b22",
    "question": "What stung most about it?",
    "options": [
        {"id": _OPTION, "text": "That nobody asked me", "emotion_indicators": ["anger", "frustration"]},
        {
            "id": "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b24",
            "text": "That my work was not seen",
            "emotion_indicators": ["sadness"],
        },
    ],
}
_CONTEXT = "A decision about your work was made without you."


class Analyze(BaseModel):
    situation: Situation

    model_config = example({"situation": _SITUATION})


class Refine(BaseModel):
    session_id: uuid.UUID
    selected_option_id: str = Field(min_length=1, max_length=100)
    additional_context: Annotated[Annotated[str, Field(max_length=MAX_ADDED)] | None, BeforeValidator(clean)] = None

    model_config = example({"session_id": _SESSION, "selected_option_id": _OPTION, "additional_context": None})


class Complete(BaseModel):
    session_id: uuid.UUID
    final_emotions: Emotions
    intensity: Intensity

    model_config = example({"session_id": _SESSION, "final_emotions": ["anger"], "intensity": 0.6})


class Analyzed(BaseModel):
    session_id: uuid.UUID
    scenarios: list[Scenario]
    ai_context: str = Field(description="What was understood.")
    generated_by: Literal["gemini", "local"]
    support: Support | None = None

    model_config = example(
        {
            "session_id": _SESSION,
            "scenarios": [_SCENARIO],
            "ai_context": _CONTEXT,
            "generated_by": "local",
            "support": None,
        }
    )


class Refined(Analyzed):
    is_complete: bool = Field(description="Nothing more to ask: complete it now.")

    model_config = example(
        {
            "session_id": _SESSION,
            "is_complete": False,
            "scenarios": [_SCENARIO],
            "ai_context": _CONTEXT,
            "generated_by": "local",
            "support": None,
        }
    )


class Completed(BaseModel):
    entry: Entry
    ai_summary: str
    insights: list[str]
    generated_by: Literal["gemini", "local"]
    support: Support | None = None

    model_config = example(
        {
            "entry": {**ENTRY_EXAMPLE, "source": "intake_flow", "notes": None},
            "ai_summary": "Being passed over in a decision about your own work made you angry.",
            "insights": ["What hurts in a decision made without you is often less its result than not being asked."],
            "generated_by": "local",
            "support": None,
        }
    )


class Told(BaseModel):
    """One question and what was answered."""

    question: str
    answer: str
    added: str

    model_config = example({"question": "What stung most about it?", "answer": "That nobody asked me", "added": ""})


class Intake(BaseModel):
    """A conversation as it stands."""

    session_id: uuid.UUID
    state: State
    situation: str
    answers: list[Told]
    scenarios: list[Scenario]
    ai_context: str
    entry_id: uuid.UUID | None
    created_at: ShownMoment
    updated_at: ShownMoment

    model_config = example(
        {
            "session_id": _SESSION,
            "state": "asking",
            "situation": _SITUATION,
            "answers": [],
            "scenarios": [_SCENARIO],
            "ai_context": _CONTEXT,
            "entry_id": None,
            "created_at": "2026-03-21T16:04:22Z",
            "updated_at": "2026-03-21T16:04:22Z",
        }
    )
