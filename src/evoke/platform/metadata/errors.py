"""Errors of reading what a person handed over beside a photo."""

from evoke.kit import errors


class InvalidSidecar(errors.Invalid):
    """The sidecar is neither XMP nor Takeout JSON that can be read; `reason` says what is wrong with it."""

    default_message = "The sidecar cannot be read."

    def __init__(self, reason: str) -> None:
        super().__init__(f"The sidecar cannot be read: {reason}", field="sidecar", reason=reason)
