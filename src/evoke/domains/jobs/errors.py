"""Errors of jobs: those of the calls, and those by which a handler says how it ended."""

from datetime import timedelta

from evoke.kit import errors


class JobNotFound(errors.NotFound):
    default_message = "There is no such job."


class JobFinished(errors.Conflict):
    """`details.state` says how it ended."""

    code = "JOB_FINISHED"
    default_message = "This job has ended; there is nothing left to cancel."


class JobNotRetryable(errors.Conflict):
    """`details.state` is the state it is in."""

    code = "JOB_NOT_RETRYABLE"
    default_message = "Only a job that failed or was cancelled can be tried again."


class AttemptError(Exception):
    """What ends an attempt other than by its result."""


class Permanent(AttemptError):
    """Raised by a handler when trying again cannot help: the job fails at once with this code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class RetryLater(AttemptError):
    """Raised by a handler that cannot work now: the job waits `after` (or seconds) and this is no failed attempt."""

    def __init__(self, after: timedelta | float, message: str = "Waits for something it needs.") -> None:
        super().__init__(message)
        self.after = after if isinstance(after, timedelta) else timedelta(seconds=after)
        self.message = message


class Interrupted(AttemptError):
    """Raised inside a handler by `check_cancelled`: nobody waits for its result any more."""


class Superseded(AttemptError):
    """Raised inside a handler when the job is no longer its own: another attempt has begun, or the job is gone.

    A worker that was cut off from the database comes back to this. Whatever is in the transaction must be rolled back.
    """
