"""What clients send and get when they have feelings or a story drawn.

Fields are wide here: the journal contract wants codes of its own for what is wrong with them (`wishes.py`).
"""

import uuid
from typing import Any

from pydantic import BaseModel, Field

from evoke.domains.journal.schemas import Support
from evoke.domains.visualizations.schemas import MAX_SEED, example
from evoke.platform.generation.ports import Maker

MANY = 100
"""Feelings in one wish, some of them perhaps twice; there are eleven."""
Seed = Field(None, ge=0, le=MAX_SEED, description="The same seed gives the same local picture; none is by chance.")
Feelings = Field(None, max_length=MANY, description="At least one feeling of the category.")
Category = Field(None, max_length=100, description="good, bad or not_sure.")

_PICTURE: dict[str, Any] = {
    "image_data": "iVBORw0KGgo=",
    "image_format": "png",
    "image_size": {"width": 512, "height": 512},
    "prompt_used": "Concentric circles, mirrored left to right, in four colours.",
    "dominant_colors": ["#F2E6D0", "#D4B896", "#A8E6CF"],
    "generation_time_ms": 96,
    "generated_by": "local",
    "visualization_id": None,
    "support": None,
}


class FeelingWish(BaseModel):
    feeling_category: str | None = Category
    selected_emotions: list[str] | None = Feelings
    seed: int | None = Seed

    model_config = example({"feeling_category": "good", "selected_emotions": ["cozy", "chill"]})


class StoryWish(FeelingWish):
    story_text: str | None = Field(None, description="50 to 5000 characters, without blanks around them.")

    model_config = example(
        {
            "story_text": "Since the team was halved I answer for two jobs, and every evening I carry the rest home.",
            "feeling_category": "bad",
            "selected_emotions": ["down", "freaked_out"],
        }
    )


class FirstWish(FeelingWish):
    """As the first version of the journal app sends it."""

    free_text: str | None = None

    model_config = example({"free_text": "A quiet evening at last.", "selected_emotions": ["cozy"]})


class Size(BaseModel):
    width: int
    height: int

    model_config = example({"width": 512, "height": 512})


class Drawn(BaseModel):
    image_data: str = Field(description="PNG, base64.")
    image_format: str = "png"
    image_size: Size
    prompt_used: str
    dominant_colors: list[str] = Field(description="#RRGGBB, three or four, the one that covers most first.")
    generation_time_ms: int
    generated_by: Maker
    visualization_id: uuid.UUID | None = Field(description="Where it is in your history; null when not signed in.")
    support: Support | None = None

    model_config = example(_PICTURE)


class FactorOut(BaseModel):
    factor: str
    insight: str
    corner: int = Field(description="0 to 3: top left, top right, bottom left, bottom right.")

    model_config = example(
        {"factor": "Missing Rest", "insight": "What never ends leaves no room to recover.", "corner": 0}
    )


_FACTORS = [
    {"factor": "High Demands", "insight": "There is more to do than one day holds.", "corner": 0},
    {"factor": "Little Control", "insight": "Others decide what comes next.", "corner": 1},
    {"factor": "Missing Rest", "insight": "What never ends leaves no room to recover.", "corner": 2},
]
_ANALYSIS = {"central_stressor": "Work Pressure", "factors": _FACTORS, "language": "en", "generated_by": "local"}


class StoryAnalysisOut(BaseModel):
    central_stressor: str
    factors: list[FactorOut]
    language: str = Field(description="ISO 639-1.")
    generated_by: Maker = Field(description="Who found the words; `generated_by` outside is who drew.")

    model_config = example(_ANALYSIS)


class DrawnStory(Drawn):
    story_analysis: StoryAnalysisOut

    model_config = example({**_PICTURE, "image_size": {"width": 1024, "height": 1024}, "story_analysis": _ANALYSIS})
