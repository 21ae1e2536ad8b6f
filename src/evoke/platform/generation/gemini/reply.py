"""A response of generateContent as far as we read it: what the model said, whether it finished, what it took.

The SDK's own classes are not used for it: they decode a picture of several megabytes on the event loop, warn of every
finish reason that is newer than they are, and raise whatever an odd body leads them to.
"""

from dataclasses import dataclass

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from evoke.platform.generation.errors import ContentFiltered
from evoke.platform.generation.gemini.failures import Fault
from evoke.platform.generation.gemini.pricing import PICTURE_TOKENS, Spent
from evoke.platform.generation.ports import Usage

log = structlog.get_logger(__name__)

FINISHED = "STOP"
"""The one finish reason that is success."""
FILTERED = frozenset({"SAFETY", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT"})
"""Finish reasons that would be the same for the same words."""


class _Message(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="ignore")


class _Blob(_Message):
    data: str = ""


class _Part(_Message):
    text: str | None = None
    inline_data: _Blob | None = None
    thought: bool | None = None


class _Content(_Message):
    parts: list[_Part] | None = None


class _Candidate(_Message):
    content: _Content | None = None
    finish_reason: str | None = None


class _Feedback(_Message):
    block_reason: str | None = None


class _Count(_Message):
    modality: str = ""
    token_count: int = 0


class _Usage(_Message):
    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    candidates_tokens_details: list[_Count] | None = None


class _Response(_Message):
    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback | None = None
    usage_metadata: _Usage | None = None


@dataclass(frozen=True)
class Reply:
    """`text` is joined of all parts that are no thoughts; `picture` (base64) is the last one that is no thought."""

    finish: str
    block: str
    text: str
    picture: str | None
    usage: Usage
    spent: Spent

    def check(self) -> None:
        """Raises ContentFiltered, or Fault when the answer did not come to its end."""
        if self.block or self.finish in FILTERED:
            log.info("generation.filtered", reason=(self.block or self.finish)[:60])
            raise ContentFiltered
        if self.finish != FINISHED:
            raise Fault("bad_answer", "paid", 200, hint=self.finish[:60] or "no candidate")


def parse(body: str) -> Reply:
    """Raises Fault for a body that is not a response: it may have been paid for."""
    try:
        found = _Response.model_validate_json(body)
    except ValidationError as error:
        hint = error.errors(include_input=False, include_url=False)[0]["type"]
        raise Fault("bad_answer", "unknown", 200, hint=hint) from None
    candidate = (found.candidates or [_Candidate()])[0]
    said = [part for part in (candidate.content and candidate.content.parts) or () if not part.thought]
    pictures = [part.inline_data.data for part in said if part.inline_data is not None]
    usage, spent = _counted(found.usage_metadata or _Usage(), len(pictures))
    return Reply(
        finish=candidate.finish_reason or "",
        block=(found.prompt_feedback and found.prompt_feedback.block_reason) or "",
        text="".join(part.text for part in said if part.text),
        picture=pictures[-1] if pictures else None,
        usage=usage,
        spent=spent,
    )


def _counted(found: _Usage, pictures: int) -> tuple[Usage, Spent]:
    output = found.candidates_token_count or 0
    drawn = sum(each.token_count for each in found.candidates_tokens_details or () if each.modality == "IMAGE")
    drawn = drawn or pictures * PICTURE_TOKENS
    thoughts = found.thoughts_token_count or 0
    given = (found.prompt_token_count or 0) + (found.tool_use_prompt_token_count or 0)
    return (
        Usage(input_tokens=given, output_tokens=output + thoughts, pictures=pictures),
        Spent(input_tokens=given, text_tokens=max(0, output - drawn) + thoughts, picture_tokens=drawn),
    )
