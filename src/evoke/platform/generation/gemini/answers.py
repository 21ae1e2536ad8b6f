"""What the text model is to answer: the schemas it is given, and the reading of what came.

The bounds in a schema are a request. Reading takes whatever has the right fields, for `checks` can mend a list that is
too long; what does not even have them is unusable.
"""

import re
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from evoke.platform.generation.checks import FEWEST_FACTORS, FEWEST_OPTIONS, MOST_FACTORS, MOST_OPTIONS, Unusable
from evoke.platform.generation.ports import EMOTIONS, MAX_COLORS

Answer = TypeVar("Answer", bound=BaseModel)

_FENCED = re.compile(r"\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


def _between(fewest: int, most: int) -> Any:
    return Field(json_schema_extra={"minItems": fewest, "maxItems": most})


class OptionAnswer(BaseModel):
    text: str
    emotion_indicators: Annotated[
        list[str], Field(json_schema_extra={"items": {"type": "string", "enum": list(EMOTIONS)}, "maxItems": 3})
    ]


class ScenarioAnswer(BaseModel):
    question: str
    options: Annotated[list[OptionAnswer], _between(FEWEST_OPTIONS, MOST_OPTIONS)]


class QuestionsAnswer(BaseModel):
    context: str
    scenarios: Annotated[list[ScenarioAnswer], _between(0, 1)]


class FirstQuestionsAnswer(QuestionsAnswer):
    """While it is too early to end."""

    scenarios: Annotated[list[ScenarioAnswer], _between(1, 1)]


class SummaryAnswer(BaseModel):
    situation: str
    text: str
    insights: Annotated[list[str], _between(1, 5)]


class EntryAnswer(BaseModel):
    summary: str
    insights: Annotated[list[str], _between(1, 5)]
    palette: Annotated[list[str], _between(2, MAX_COLORS)]
    shapes: Annotated[list[str], _between(1, 4)]
    labels: Annotated[list[str], _between(1, 5)]


class FactorAnswer(BaseModel):
    factor: str
    insight: str


class StoryAnswer(BaseModel):
    language: str
    central_stressor: str
    factors: Annotated[list[FactorAnswer], _between(FEWEST_FACTORS, MOST_FACTORS)]


def read(text: str, model: type[Answer]) -> Answer:
    """`text` as the answer it should be, also out of a code fence. Raises Unusable."""
    fenced = _FENCED.fullmatch(text)
    try:
        return model.model_validate_json(fenced[1] if fenced else text)
    except ValidationError as error:
        # The error would repeat what was said; its type is enough to know what happened.
        raise Unusable(f"not the JSON asked for: {error.errors(include_input=False)[0]['type']}") from None
