"""What a generator can fail with. The codes are those of the journal contract.

`details` says which service it was and when to try again; never what was asked, or anything of the provider's answer.
"""

from evoke.kit.errors import EvokeError, Invalid, ServiceUnavailable

RETRY_AFTER_SECONDS = 30


class TextModelDown(ServiceUnavailable):
    """The text model gave no usable answer; `details` has `service`, `retry_after_seconds` and perhaps `reason`."""

    code = "GEMINI_API_ERROR"
    default_message = "The text model is not available at the moment. Try again soon."


class PictureServiceDown(ServiceUnavailable):
    """The picture model gave no usable picture; `details` as for TextModelDown."""

    code = "GENERATION_SERVICE_ERROR"
    default_message = "Pictures cannot be drawn at the moment. Try again soon."


class GenerationTimedOut(EvokeError):
    """No answer within the time that a person waits; `details.timeout_seconds`."""

    status = 504
    code = "GENERATION_TIMEOUT"
    default_message = "This took too long and was given up. Try again."


class ContentFiltered(Invalid):
    """The model's own safety filter refused the words or the picture. Trying again unchanged gives the same."""

    code = "CONTENT_FILTERED"
    default_message = "The model declined to draw or discuss this. Try other words."
