"""What a model answers: the body of a 200, well or with one of the faults that leave the status alone."""

import base64
import hashlib
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from evoke.cli.dev.gemini import instances, pictures, stock
from evoke.cli.dev.gemini.catalog import Model
from evoke.cli.dev.gemini.faults import Fault
from evoke.cli.dev.gemini.request import GenerateContentRequest, GenerationConfig
from evoke.platform.pictures import sniff

TOKENS_OF_A_PICTURE_IN = 1120
_THOUGHT_TOKENS = {"MINIMAL": 0, "LOW": 64, "MEDIUM": 128, "HIGH": 256, None: 128}
_SIGNATURE = base64.b64encode(b"a thought of the stand-in").decode()
_BLOCKED_PROMPTS = {Fault.BLOCKED_PROMPT: "SAFETY", Fault.BLOCKED_PROMPT_PROHIBITED: "PROHIBITED_CONTENT"}
_EMPTY_CANDIDATES = {
    Fault.BLOCKED_OUTPUT: "SAFETY",
    Fault.RECITATION: "RECITATION",
    Fault.PROHIBITED_CONTENT: "PROHIBITED_CONTENT",
    Fault.MAX_TOKENS: "MAX_TOKENS",
    Fault.UNKNOWN_FINISH_REASON: "MOON_IN_THE_WRONG_HOUSE",
    Fault.IMAGE_SAFETY: "IMAGE_SAFETY",
    Fault.IMAGE_PROHIBITED_CONTENT: "IMAGE_PROHIBITED_CONTENT",
    Fault.NO_IMAGE: "NO_IMAGE",
}


@dataclass(frozen=True)
class Question:
    """A checked request, and what is to become of it. `text` and `picture` are answers that somebody scripted."""

    request: GenerateContentRequest
    model: Model
    seed: int
    fault: Fault | None = None
    text: str | None = None
    picture: bytes | None = None

    @property
    def config(self) -> GenerationConfig:
        return self.request.generation_config

    @property
    def wants_picture(self) -> bool:
        return self.model.kind == "picture" and self.config.response_modalities != ["TEXT"]


@dataclass(frozen=True)
class Answer:
    """The body, whether anything was billed for it, and how many pictures were."""

    body: dict[str, Any]
    billed: bool = True
    pictures: int = 0


def seed_of(body: Mapping[str, Any]) -> int:
    """A number of the request, the same for its continuation."""
    asked = {name: value for name, value in body.items() if name not in ("continuationToken", "continuation_token")}
    return int.from_bytes(hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()[:6], "big")


def compose(question: Question) -> Answer:
    """The answer. Draws, so call it from a thread. Raises Refused for a schema that cannot be satisfied."""
    if question.fault is Fault.EMPTY:
        return Answer(_body(question, {}))
    if question.fault in _BLOCKED_PROMPTS:
        feedback = {"blockReason": _BLOCKED_PROMPTS[question.fault]}
        return Answer(_body(question, {"promptFeedback": feedback}), billed=False)
    if question.fault in _EMPTY_CANDIDATES:
        reason = _EMPTY_CANDIDATES[question.fault]
        return _answer(question, [], reason=reason, thought=_thought_tokens(question))
    if question.wants_picture and question.fault is Fault.CONTINUATION and not question.request.continuation_token:
        return _answer(question, [], reason="CONTINUATION")
    if question.wants_picture and question.fault is not Fault.WORDS_ONLY:
        return _drawn(question)
    return _written(question)


def _written(question: Question) -> Answer:
    text = _text(question)
    thought = _thought_tokens(question)
    most = question.config.max_output_tokens
    reason = "STOP"
    if question.fault is Fault.CONTINUATION and not question.request.continuation_token:
        text, reason = text[: len(text) // 2], "CONTINUATION"
    elif question.request.continuation_token:
        text = text[len(text) // 2 :]
    if most is not None and thought + _tokens(text) > most:
        # Thoughts come first and count: little is left for words, or nothing.
        text, reason = text[: max(most - thought, 0) * 4], "MAX_TOKENS"
        thought = min(thought, most)
    parts: list[dict[str, Any]] = [{"text": text}] if text else []
    if _shows_thoughts(question):
        parts.insert(0, {"text": "**Reading.** First, what was asked for.", "thought": True})
    return _answer(question, parts, reason=reason, words=text, thought=thought)


def _text(question: Question) -> str:
    """The whole text, spoiled if that is the fault."""
    match question.fault:
        case Fault.BAD_JSON:
            return "Here is what I found: {stressor: 'Need for Rest', factors: [,]"
        case Fault.OTHER_SCHEMA:
            return '{"weather": [{"sky": "clear", "degrees": 21}], "mood": null}'
        case Fault.WORDS_ONLY:
            return "I can describe this picture for you: soft shapes, and much light."
    text = _sound_text(question) if question.text is None else question.text
    match question.fault:
        case Fault.FENCED_JSON:
            return f"```json\n{text}\n```"
        case Fault.TRUNCATED_JSON:
            return text[: len(text) // 2]
        case _:
            return text


def _sound_text(question: Question) -> str:
    config = question.config
    if config.response_schema is not None:
        return _json(instances.make(config.response_schema.as_json_schema(), question.seed))
    if config.response_json_schema is not None:
        return _json(instances.make(config.response_json_schema, question.seed))
    sentence = stock.SENTENCES[question.seed % len(stock.SENTENCES)]
    return _json({"answer": sentence}) if config.response_mime_type == "application/json" else sentence


def _drawn(question: Question) -> Answer:
    image = question.config.image_config
    image_size = (image and image.image_size) or "1K"
    size = pictures.size((image and image.aspect_ratio) or "1:1", image_size)
    parts: list[dict[str, Any]] = []
    if _shows_thoughts(question):
        parts.append({"text": "**Composing.** Two drafts, then the picture.", "thought": True})
        drafts = (pictures.draw(question.seed + draft, size) for draft in (1, 2))
        parts.extend({**_inline(draft), "thought": True} for draft in drafts)
    if "TEXT" in question.config.response_modalities or not question.config.response_modalities:
        parts.append({"text": "Here it is."})
    parts.append({**_picture(question, size), "thoughtSignature": _SIGNATURE})
    return _answer(
        question, parts, thought=_thought_tokens(question), pictures_drawn=1, picture_tokens=pictures.TOKENS[image_size]
    )


def _picture(question: Question, size: tuple[int, int]) -> dict[str, Any]:
    match question.fault:
        case Fault.JPEG_AS_PNG:
            return _inline(pictures.draw(question.seed, size, "JPEG"), "image/png")
        case Fault.UNDECODABLE_PICTURE:
            noise = hashlib.shake_256(str(question.seed).encode()).digest(4096)
            return _inline(b"\x89PNG\r\n\x1a\n" + noise, "image/png")
    if question.picture is None:
        return _inline(pictures.draw(question.seed, size))
    kind = sniff.sniff(question.picture[: sniff.HEAD_BYTES])
    return _inline(question.picture, kind.mime_type if kind else "image/png")


def _inline(content: bytes, mime_type: str = "image/png") -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(content).decode()}}


def _answer(
    question: Question,
    parts: list[dict[str, Any]],
    *,
    reason: str = "STOP",
    words: str = "",
    thought: int = 0,
    pictures_drawn: int = 0,
    picture_tokens: int = 0,
) -> Answer:
    candidate: dict[str, Any] = {"finishReason": reason, "index": 0}
    if parts:
        candidate = {"content": {"parts": parts, "role": "model"}, **candidate}
    elif reason == "MAX_TOKENS":
        candidate = {"content": {"role": "model"}, **candidate}
    if reason == "CONTINUATION":
        candidate["continuationToken"] = base64.b64encode(b"the rest").decode()
    body = _body(question, {"candidates": [candidate]}, words=words, thought=thought, picture_tokens=picture_tokens)
    return Answer(body, pictures=pictures_drawn)


def _body(
    question: Question, content: dict[str, Any], *, words: str = "", thought: int = 0, picture_tokens: int = 0
) -> dict[str, Any]:
    asked = _tokens(question.request.words)
    shown = sum(part.inline_data is not None for part in question.request.parts) * TOKENS_OF_A_PICTURE_IN
    said = _tokens(words) + picture_tokens
    usage: dict[str, Any] = {
        "promptTokenCount": asked + shown,
        "totalTokenCount": asked + shown + said + thought,
        "promptTokensDetails": _details(TEXT=asked, IMAGE=shown),
    }
    if said:
        usage |= {
            "candidatesTokenCount": said,
            "candidatesTokensDetails": _details(TEXT=_tokens(words), IMAGE=picture_tokens),
        }
    if thought:
        usage["thoughtsTokenCount"] = thought
    # Names that end in -latest are answered with the model that they stand for.
    version = "gemini-3.8-flash" if question.model.name.endswith("-latest") else question.model.name
    return {**content, "usageMetadata": usage, "modelVersion": version, "responseId": secrets.token_urlsafe(16)}


def _details(**tokens: int) -> list[dict[str, Any]]:
    return [{"modality": modality, "tokenCount": count} for modality, count in tokens.items() if count]


def _shows_thoughts(question: Question) -> bool:
    thinking = question.config.thinking_config
    return question.fault is Fault.THOUGHT_DRAFTS or (thinking is not None and thinking.include_thoughts)


def _thought_tokens(question: Question) -> int:
    thinking = question.config.thinking_config
    if thinking is not None and thinking.thinking_budget is not None and thinking.thinking_budget >= 0:
        return min(thinking.thinking_budget, _THOUGHT_TOKENS[None])
    return _THOUGHT_TOKENS[thinking.thinking_level if thinking is not None else None]


def _tokens(text: str) -> int:
    """About four letters are one."""
    return math.ceil(len(text) / 4)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def tokens_of(words: str) -> dict[str, Any]:
    """The answer of countTokens."""
    count = _tokens(words)
    return {"totalTokens": count, "promptTokensDetails": _details(TEXT=count)}
