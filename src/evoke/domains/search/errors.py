"""What can be wrong with a question."""

from evoke.kit import errors


class TooManyTerms(errors.Invalid):
    """`details` has `field`, `reason`, `max_terms` and `actual_terms`."""

    default_message = "This search text has too many words."


class TimeZoneUnknown(errors.Invalid):
    default_message = "This is no time zone that Evoke knows. Use an IANA name such as Europe/Lisbon."


class CursorForeign(errors.Invalid):
    """The cursor is ours and belongs to another question."""

    default_message = "This cursor belongs to another search. Start again without it."
