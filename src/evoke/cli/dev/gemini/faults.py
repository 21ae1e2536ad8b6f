"""What can go wrong with the service, by name: one list for tests, command line and running stand-in."""

from enum import StrEnum
from typing import Literal

Kind = Literal["text", "picture", "models"]
"""What a call is for: words, a picture, or a look at the list of models (which costs nothing)."""

_BOTH: tuple[Kind, ...] = ("text", "picture")
_ALL: tuple[Kind, ...] = ("text", "picture", "models")


class Fault(StrEnum):
    """Each has its name as value, `does` as its description, and `kinds` of calls that it can happen to."""

    does: str
    kinds: tuple[Kind, ...]

    def __new__(cls, name: str, kinds: tuple[Kind, ...], does: str) -> "Fault":
        member = str.__new__(cls, name)
        member._value_ = name
        member.kinds = kinds
        member.does = member.__doc__ = does
        return member

    # Refusals: an error answer, nothing billed.
    BAD_REQUEST = "bad_request", _ALL, "400 INVALID_ARGUMENT, as if the request were wrong"
    WRONG_KEY = "wrong_key", _ALL, "400 INVALID_ARGUMENT with ErrorInfo API_KEY_INVALID"
    NO_BILLING = "no_billing", _ALL, "400 FAILED_PRECONDITION: no billing, or a region without the service"
    UNAUTHENTICATED = "unauthenticated", _ALL, "401 UNAUTHENTICATED"
    PERMISSION_DENIED = "permission_denied", _ALL, "403 PERMISSION_DENIED: the key was reported as leaked"
    MODEL_GONE = "model_gone", _ALL, "404 NOT_FOUND: the model was retired"
    QUOTA_MINUTE = "quota_minute", _ALL, "429 with a PerMinute QuotaFailure and RetryInfo (`seconds`, else 7)"
    QUOTA_MINUTE_NO_RETRY_INFO = "quota_minute_no_retry_info", _ALL, "429 with a PerMinute QuotaFailure alone"
    QUOTA_DAY = "quota_day", _ALL, "429 with a PerDay QuotaFailure and RetryInfo (`seconds`, else 12 hours)"
    QUOTA_DAY_NO_RETRY_INFO = "quota_day_no_retry_info", _ALL, "429 with a PerDay QuotaFailure alone"
    QUOTA_NO_DETAILS = "quota_no_details", _ALL, "429 without any details"
    INTERNAL = "internal", _ALL, "500 INTERNAL"
    UNAVAILABLE = "unavailable", _ALL, "503 UNAVAILABLE: overloaded"
    DEADLINE_EXCEEDED = "deadline_exceeded", _ALL, "504 DEADLINE_EXCEEDED"
    HTML_502 = "html_502", _ALL, "502 with a page of HTML, as a proxy gives it"

    # The connection: the model did its work, the answer does not arrive.
    NEVER_ANSWERS = "never_answers", _ALL, "takes the request and is silent until the client leaves"
    STALLS_IN_BODY = "stalls_in_body", _ALL, "sends half of the body, then nothing more until the client leaves"
    RESETS = "resets", _ALL, "resets the connection (RST) instead of an answer"
    CLOSES_EARLY = "closes_early", _ALL, "closes the connection instead of an answer"
    CUTS_BODY = "cuts_body", _ALL, "closes the connection after half of the body"
    SLOW = "slow", _ALL, "answers well after `seconds` (else 5)"
    HELD = "held", _ALL, "answers well, once released"

    # 200, and not what was asked for.
    NOT_JSON = "not_json", _ALL, "200 with a body that is not JSON"
    EMPTY = "empty", _BOTH, "200 with neither candidates nor a reason"
    BLOCKED_PROMPT = "blocked_prompt", _BOTH, "200 without candidates, promptFeedback.blockReason SAFETY"
    BLOCKED_PROMPT_PROHIBITED = (
        "blocked_prompt_prohibited",
        _BOTH,
        "200 without candidates, promptFeedback.blockReason PROHIBITED_CONTENT",
    )
    BLOCKED_OUTPUT = "blocked_output", _BOTH, "finishReason SAFETY, no content"
    RECITATION = "recitation", _BOTH, "finishReason RECITATION, no content"
    PROHIBITED_CONTENT = "prohibited_content", _BOTH, "finishReason PROHIBITED_CONTENT, no content"
    MAX_TOKENS = "max_tokens", _BOTH, "finishReason MAX_TOKENS with no text at all: thinking took every token"
    UNKNOWN_FINISH_REASON = "unknown_finish_reason", _BOTH, "a finishReason that no client knows yet, no content"
    CONTINUATION = "continuation", _BOTH, "finishReason CONTINUATION with a token: a client may ask for the rest"
    THOUGHT_DRAFTS = "thought_drafts", _BOTH, "thoughts before the real answer; for a picture, drafts that are pictures"

    IMAGE_SAFETY = "image_safety", ("picture",), "finishReason IMAGE_SAFETY, no picture"
    IMAGE_PROHIBITED_CONTENT = (
        "image_prohibited_content",
        ("picture",),
        "finishReason IMAGE_PROHIBITED_CONTENT, no picture",
    )
    NO_IMAGE = "no_image", ("picture",), "finishReason NO_IMAGE, no picture"
    WORDS_ONLY = "words_only", ("picture",), "STOP with words and no picture"
    JPEG_AS_PNG = "jpeg_as_png", ("picture",), "says image/png and sends a JPEG"
    UNDECODABLE_PICTURE = "undecodable_picture", ("picture",), "says image/png and sends bytes that do not decode"

    BAD_JSON = "bad_json", ("text",), "text that is no JSON"
    FENCED_JSON = "fenced_json", ("text",), "JSON within a Markdown fence"
    TRUNCATED_JSON = "truncated_json", ("text",), "the first half of the JSON, and STOP all the same"
    OTHER_SCHEMA = "other_schema", ("text",), "well-formed JSON of another schema"


REFUSALS = frozenset(
    {
        Fault.BAD_REQUEST,
        Fault.WRONG_KEY,
        Fault.NO_BILLING,
        Fault.UNAUTHENTICATED,
        Fault.PERMISSION_DENIED,
        Fault.MODEL_GONE,
        Fault.QUOTA_MINUTE,
        Fault.QUOTA_MINUTE_NO_RETRY_INFO,
        Fault.QUOTA_DAY,
        Fault.QUOTA_DAY_NO_RETRY_INFO,
        Fault.QUOTA_NO_DETAILS,
        Fault.INTERNAL,
        Fault.UNAVAILABLE,
        Fault.DEADLINE_EXCEEDED,
        Fault.HTML_502,
    }
)
"""Answered with an error before any model is asked."""
