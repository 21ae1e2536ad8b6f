"""The kinds of values that come in: what is put right, and what is refused."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from evoke.domains.journal.emotions import IDS, MOST
from evoke.kit import texts
from evoke.kit.errors import Invalid

MAX_SITUATION = 5000
MAX_NOTES = 10_000
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a client's clock may be ahead of ours."""


def clean(value: Any) -> Any:
    """Without what cannot be stored, and without blanks around it."""
    return texts.storable(value).strip() if isinstance(value, str) else value


def _clean_or_none(value: Any) -> Any:
    return (clean(value) or None) if isinstance(value, str) else value


def _known(given: list[str]) -> list[str]:
    unknown = [each for each in given if each not in IDS]
    if unknown:
        known = ", ".join(IDS)
        raise PydanticCustomError("emotion", "not one of {known}", {"known": known, "invalid_values": unknown[:MOST]})
    if len(set(given)) < len(given):
        raise PydanticCustomError("emotion", "each emotion once")
    return given


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime"})


def _zone(name: str) -> str:
    if name not in _zones():
        raise PydanticCustomError("time_zone", "not an IANA time zone, such as Europe/Lisbon")
    return name


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("moment", "this moment is outside of the calendar") from error


Situation = Annotated[str, Field(min_length=1, max_length=MAX_SITUATION), BeforeValidator(clean)]
Notes = Annotated[Annotated[str, Field(max_length=MAX_NOTES)] | None, BeforeValidator(_clean_or_none)]
Emotions = Annotated[
    list[str],
    Field(min_length=1, max_length=MOST, json_schema_extra={"items": {"type": "string", "enum": list(IDS)}}),
    AfterValidator(_known),
]
Intensity = Annotated[float, Field(strict=True, ge=0, le=1)]
"""A JSON number; a text or a boolean is none."""
Moment = Annotated[AwareDatetime, AfterValidator(_utc), Field(description="RFC 3339, with a zone.")]
TimeZone = Annotated[str, Field(max_length=100), AfterValidator(_zone)]


def check_moment(name: str, moment: datetime, *, now: datetime) -> datetime:
    """`moment` itself. Raises Invalid when nobody alive can have felt anything then."""
    if not EARLIEST <= moment <= now + AHEAD:
        raise Invalid(f"{name} is in the future, or before 1900.", field=name, reason="not a time of an entry")
    return moment
