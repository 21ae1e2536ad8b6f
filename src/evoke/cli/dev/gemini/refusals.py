"""Answers that are errors, in the envelope of the service."""

from typing import Any

from evoke.cli.dev.gemini.faults import Fault

_STATUS = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
_TYPE = "type.googleapis.com/google.rpc."
_SERVICE = {"service": "generativelanguage.googleapis.com"}
HTML = b"<!DOCTYPE html>\n<html><head><title>Error 502 (Server Error)</title></head><body>502. That is an error.</body>"


class Refused(Exception):
    """The service answers with an error: `status` is a name of google.rpc.Code, `code` its HTTP status."""

    def __init__(self, status: str, message: str, *details: dict[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.code = _STATUS[status]
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def invalid(message: str) -> Refused:
    return Refused("INVALID_ARGUMENT", message)


def bad_fields(problems: list[tuple[str, str]]) -> Refused:
    """The request is no message of the API: where (a path, empty for the whole), and why."""
    violations = [{"field": field, "description": why} if field else {"description": why} for field, why in problems]
    detail = {"@type": f"{_TYPE}BadRequest", "fieldViolations": violations}
    return Refused("INVALID_ARGUMENT", "\n".join(why for _, why in problems), detail)


def wrong_key() -> Refused:
    detail = {"@type": f"{_TYPE}ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
    message = "API key not valid. Please pass a valid API key."
    return Refused("INVALID_ARGUMENT", message, {**detail, "metadata": _SERVICE})


def no_key() -> Refused:
    return Refused(
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def no_such_model(name: str, version: str, method: str) -> Refused:
    return Refused(
        "NOT_FOUND",
        f"models/{name} is not found for API version {version}, or is not supported for {method}. "
        "Call ListModels to see the list of available models and their supported methods.",
    )


def retired_model(name: str) -> Refused:
    message = f"This model models/{name} is no longer available to new users. Please use a newer model."
    return Refused("NOT_FOUND", message)


def _quota(period: str, model: str, retry_after: float | None) -> Refused:
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_paid_tier_requests",
        "quotaId": f"GenerateRequests{period}PerProjectPerModel-PaidTier",
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": "10",
    }
    details: list[dict[str, Any]] = [{"@type": f"{_TYPE}QuotaFailure", "violations": [violation]}]
    if retry_after is not None:
        details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{retry_after:g}s"})
    return Refused("RESOURCE_EXHAUSTED", "You exceeded your current quota.", *details)


def refusal(fault: Fault, *, model: str, version: str, seconds: float | None) -> Refused:
    """What the fault (one of REFUSALS, but not HTML_502) is answered with; `seconds` go into RetryInfo."""
    half_a_day = 43_200.0
    match fault:
        case Fault.WRONG_KEY:
            return wrong_key()
        case Fault.MODEL_GONE:
            return no_such_model(model, version, "generateContent")
        case Fault.QUOTA_MINUTE:
            return _quota("PerMinute", model, 7 if seconds is None else seconds)
        case Fault.QUOTA_MINUTE_NO_RETRY_INFO:
            return _quota("PerMinute", model, None)
        case Fault.QUOTA_DAY:
            return _quota("PerDay", model, half_a_day if seconds is None else seconds)
        case Fault.QUOTA_DAY_NO_RETRY_INFO:
            return _quota("PerDay", model, None)
        case _:
            return Refused(*_PLAIN[fault])


_PLAIN: dict[Fault, tuple[str, str]] = {
    Fault.BAD_REQUEST: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    Fault.NO_BILLING: ("FAILED_PRECONDITION", "User location is not supported for the API use."),
    Fault.UNAUTHENTICATED: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    Fault.PERMISSION_DENIED: ("PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."),
    Fault.QUOTA_NO_DETAILS: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    Fault.INTERNAL: ("INTERNAL", "An internal error has occurred. Please retry."),
    Fault.UNAVAILABLE: ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    Fault.DEADLINE_EXCEEDED: ("DEADLINE_EXCEEDED", "The request timed out. Please try again."),
}
