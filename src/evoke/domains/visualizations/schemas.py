"""What clients send and get about visualizations."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from evoke.domains.accounts.schemas import Moment
from evoke.domains.journal.schemas import Support
from evoke.platform.generation.ports import Maker, Style

Kind = Literal["entry", "feeling", "story"]
MAX_LIMIT = 100
MAX_OFFSET = 1_000_000
MAX_SEED = 2**53 - 1
"""What every JSON parser reads as the integer that it is."""

_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b21"
_ENTRY_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11"
_WHEN = "2026-03-21T16:04:22Z"
_URL = "https://photos.example.org/api/v1/photos/01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b31"
_SIGNED = "?v=1&owner=01985f0e7b5a7cc29d514c3a7d1c2b01&expires=1774310400&signature=c2lnbmF0dXJl"
_ABOUT: dict[str, Any] = {
    "id": _ID,
    "entry_id": _ENTRY_ID,
    "kind": "entry",
    "style": "abstract",
    "created_at": _WHEN,
}
_COMPLETED: dict[str, Any] = {
    **_ABOUT,
    "status": "completed",
    "image_url": f"{_URL}/original{_SIGNED}",
    "thumbnail_url": f"{_URL}/thumbnail{_SIGNED}",
    "summary": "A day that asked for courage and gave some back.",
    "insights": ["What you feared most did not happen."],
    "visual_elements": [
        {"type": "color_palette", "values": ["#FFE4A0", "#A8E6CF"]},
        {"type": "shape", "description": "overlapping circles"},
    ],
    "completed_at": "2026-03-21T16:04:49Z",
    "generated_by": "local",
    "photo_id": "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b31",
    "feelings": ["joy", "surprise"],
    "support": None,
}


def example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class NewVisualization(BaseModel):
    entry_id: uuid.UUID
    style: Style = "abstract"

    model_config = example({"entry_id": _ENTRY_ID, "style": "abstract"})


class Accepted(BaseModel):
    visualization_id: uuid.UUID
    status: Literal["processing"]
    estimated_time_seconds: int
    polling_url: str

    model_config = example(
        {
            "visualization_id": _ID,
            "status": "processing",
            "estimated_time_seconds": 30,
            "polling_url": f"/api/v1/visualizations/{_ID}",
        }
    )


class About(BaseModel):
    """What is the same in every state. `entry_id` is null for feelings and stories."""

    id: uuid.UUID
    entry_id: uuid.UUID | None
    kind: Kind
    style: Style
    created_at: Moment


class InProgress(About):
    status: Literal["pending", "processing"]
    progress: int = Field(description="Percent.")
    message: str = Field(description="What is being done.")
    estimated_time_remaining_seconds: int

    model_config = example(
        {
            **_ABOUT,
            "status": "processing",
            "progress": 62,
            "message": "Drawing the picture",
            "estimated_time_remaining_seconds": 11,
        }
    )


class Palette(BaseModel):
    type: Literal["color_palette"]
    values: list[str]

    model_config = example({"type": "color_palette", "values": ["#FFE4A0", "#A8E6CF"]})


class Shape(BaseModel):
    type: Literal["shape"]
    description: str

    model_config = example({"type": "shape", "description": "overlapping circles"})


class Completed(About):
    status: Literal["completed"]
    image_url: str = Field(description="Opens without signing in, until it expires.")
    thumbnail_url: str
    summary: str
    insights: list[str]
    visual_elements: list[Annotated[Palette | Shape, Field(discriminator="type")]]
    completed_at: Moment
    generated_by: Maker
    photo_id: uuid.UUID = Field(description="The picture in the library.")
    feelings: list[str]
    support: Support | None = None

    model_config = example(_COMPLETED)


class Failed(About):
    status: Literal["failed"]
    error_message: str
    retry_allowed: bool
    error_code: str

    model_config = example(
        {
            **_ABOUT,
            "status": "failed",
            "error_message": "Pictures cannot be drawn at the moment. Try again soon.",
            "retry_allowed": True,
            "error_code": "VISUALIZATION_ERROR",
        }
    )


Shown = InProgress | Completed | Failed
Visualization = Annotated[Shown, Field(discriminator="status")]


class VisualizationQuery(BaseModel):
    limit: int = Field(20, ge=1, le=MAX_LIMIT)
    offset: int = Field(0, ge=0, le=MAX_OFFSET)


class VisualizationPage(BaseModel):
    visualizations: list[Visualization]
    total: int
    limit: int
    offset: int

    model_config = example({"visualizations": [_COMPLETED], "total": 1, "limit": 20, "offset": 0})
