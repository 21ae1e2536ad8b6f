"""What can go wrong between us and Gemini, sorted by what is to be done about it.

Nothing of a failure's wording is looked at: only codes, status names and the typed details of Google's error model.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from evoke.platform.generation.ports import Outcome

Kind = Literal["configuration", "refused", "quota", "overloaded", "server", "unreachable", "broken_off", "bad_answer"]
"""`configuration`: key, model or account; a person has to mend it. `refused`: our request was not understood.
`quota`: too much in a minute or a day. `overloaded`, `server`: theirs. `unreachable`: nothing was sent.
`broken_off`: the connection ended after it was. `bad_answer`: an answer that is of no use."""

COUNTED: Final = frozenset({"quota", "overloaded", "server", "unreachable", "broken_off"})
"""Kinds that say that the service is not well."""
REPEATABLE: Final = frozenset({"quota", "overloaded", "server", "unreachable", "broken_off"})
"""Kinds after which a text is asked for again; a text costs a fraction of a cent."""
REPEATABLE_PICTURES: Final = frozenset({"quota", "overloaded", "unreachable"})
"""Kinds after which no picture can have been paid for."""

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_CONFIGURATION: Final = frozenset({401, 403, 404})
_PACIFIC: Final = ZoneInfo("America/Los_Angeles")
"""Daily quotas start anew at midnight there."""


@dataclass(eq=False)
class Fault(Exception):
    """One attempt that failed. `delay` in seconds is what the service asked to wait; `status` is of HTTP, 0 without.

    `lasting`: more attempts are useless before `delay` is over, for every caller.
    """

    kind: Kind
    outcome: Outcome
    status: int = 0
    delay: float | None = None
    lasting: bool = False
    hint: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, str(self.status or ""), self.hint)))


def of_answer(status: int, name: str, details: object, *, now: datetime) -> Fault:
    """The fault that an answer other than 200 stands for. `details` is its JSON, if it was JSON."""
    found = list(_details(details))
    reason = next((str(each["reason"]) for each in found if isinstance(each.get("reason"), str)), "")
    hint = reason or name[:60]
    if status == 429:
        return _quota(found, status, hint, now)
    if status in _CONFIGURATION or (status == 400 and (name == "FAILED_PRECONDITION" or reason == "API_KEY_INVALID")):
        return Fault("configuration", "unpaid", status, hint=hint)
    if status == 503:
        return Fault("overloaded", "unpaid", status, _retry_delay(found), hint=hint)
    if status == 408 or status >= 500:
        # 500 is an error answer of the service itself; the others may come from something before it that lost
        # patience while the picture was being drawn.
        return Fault("server", "unpaid" if status == 500 else "unknown", status, _retry_delay(found), hint=hint)
    return Fault("refused", "unpaid", status, hint=hint)


def until_midnight_pacific(now: datetime) -> float:
    """Seconds until daily quotas start anew."""
    here = now.astimezone(_PACIFIC)
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), tzinfo=_PACIFIC)
    return midnight.timestamp() - now.timestamp()


def _quota(found: list[dict[str, Any]], status: int, hint: str, now: datetime) -> Fault:
    quotas = [
        str(violation.get("quotaId", ""))
        for each in found
        for violation in each.get("violations") or ()
        if isinstance(violation, dict)
    ]
    if any("PerDay" in quota for quota in quotas):
        return Fault("quota", "unpaid", status, until_midnight_pacific(now), lasting=True, hint="PerDay")
    return Fault("quota", "unpaid", status, _retry_delay(found), hint=hint)


def _retry_delay(found: list[dict[str, Any]]) -> float | None:
    """Seconds of google.rpc.RetryInfo, in the JSON form of a Duration ("7s", "0.25s")."""
    for each in found:
        match = _DURATION.fullmatch(str(each.get("retryDelay", "")))
        if match:
            return float(match[1])
    return None


def _details(body: object) -> Iterator[dict[str, Any]]:
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for each in details if isinstance(details, list) else ():
        if isinstance(each, dict):
            yield each
