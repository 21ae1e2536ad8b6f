"""What can be wrong with a wish for a picture, or a request about one."""

from evoke.kit.errors import Conflict, Invalid, NotFound, RateLimited, ServiceUnavailable


class VisualizationNotFound(NotFound):
    default_message = "There is no such visualization."


class InProgress(Conflict):
    """`details.visualization_id` says which one."""

    default_message = "This entry is being drawn already. Wait until it is finished."


class NotRetryable(Conflict):
    default_message = "Only a visualization that failed, and may be tried again, can be retried."


class TooManyInFlight(RateLimited):
    default_message = "You have as many visualizations in progress as are allowed. Wait until one is finished."


class TooManyStreams(RateLimited):
    default_message = "You are following as many visualizations as are allowed. Close one first."


class DrawingUnavailable(ServiceUnavailable):
    """The picture of an entry cannot be made; `details` has `service` and `retry_after_seconds`."""

    code = "VISUALIZATION_ERROR"
    default_message = "Entries cannot be drawn at the moment. Try again later."


class EmptyInput(Invalid):
    code = "EMPTY_INPUT"
    default_message = "Choose at least one feeling."


class InvalidEmotion(Invalid):
    """`details` has `invalid_values` and `valid_values`."""

    code = "INVALID_EMOTION"
    default_message = "Some of these feelings are not known here."


class InvalidCategory(Invalid):
    """`details` has `valid_values`."""

    code = "INVALID_CATEGORY"
    default_message = "The category is one of good, bad and not_sure."


class TextTooShort(Invalid):
    """`details` has `min_length` and `actual_length`."""

    code = "TEXT_TOO_SHORT"
    default_message = "Tell a little more."


class TextTooLong(Invalid):
    """`details` has `max_length` and `actual_length`."""

    code = "TEXT_TOO_LONG"
    default_message = "This story is too long."
