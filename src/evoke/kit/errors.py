"""Errors as named classes: a status, a stable code, a message for people.

They are raised where the rule lives and rendered in one place (`evoke.api.errors`); the command line
prints the same message. `details` is part of the answer, so it never holds secrets or internals.
"""

from typing import Any, ClassVar


class EvokeError(Exception):
    """What every error of ours derives from."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_ERROR"
    default_message: ClassVar[str] = "Something went wrong on our side."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.message = message or self.default_message
        self.details = details
        super().__init__(self.message)

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer, such as Retry-After."""
        return {}


class Invalid(EvokeError):
    """Input that breaks a rule; `details` has `field` and `reason`."""

    status = 400
    code = "VALIDATION_ERROR"
    default_message = "The request is not valid."


class Unauthorized(EvokeError):
    status = 401
    code = "UNAUTHORIZED"
    default_message = "Sign in to do this."

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class Forbidden(EvokeError):
    status = 403
    code = "FORBIDDEN"
    default_message = "You are not allowed to do this."


class NotFound(EvokeError):
    status = 404
    code = "NOT_FOUND"
    default_message = "There is nothing here."


class Conflict(EvokeError):
    status = 409
    code = "CONFLICT"
    default_message = "This does not fit the present state."


class TooLarge(EvokeError):
    status = 413
    code = "TOO_LARGE"
    default_message = "This is larger than allowed."


class RateLimited(EvokeError):
    """Too many requests; `details.retry_after_seconds` says when the next one is welcome."""

    status = 429
    code = "RATE_LIMIT_EXCEEDED"
    default_message = "Too many requests. Wait a moment and try again."

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.details.get("retry_after_seconds", 1))}


class ServiceUnavailable(EvokeError):
    status = 503
    code = "SERVICE_UNAVAILABLE"
    default_message = "A service that this needs is not available. Try again soon."

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.details.get("retry_after_seconds", 5))}


class StorageFull(EvokeError):
    status = 507
    code = "STORAGE_FULL"
    default_message = "The disk that holds the library is full. Free some space, then try again; nothing was stored."


class Misconfigured(EvokeError):
    """The installation is not set up right; the message names the setting and the way to mend it."""

    default_message = "Evoke is not configured correctly."
