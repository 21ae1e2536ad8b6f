"""Tables of the books. Money is in micros: millionths of a US dollar."""

import uuid
from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from evoke.platform.postgres.base import BY_OWNER, Base

NOBODY = uuid.UUID(int=0)
"""Whose account it is when nobody is signed in."""


class Sums:
    """What was counted. `reserved` is set aside for calls that were sent and are not settled yet.

    A process that dies between the two leaves its reservation behind: it counts as spent until the day is over, since
    the call may have been paid for, and never blocks another day.
    """

    calls: Mapped[int]
    failures: Mapped[int]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    pictures: Mapped[int]
    micros: Mapped[int]
    reserved: Mapped[int]


class OwnerSpending(Sums, Base):
    """One person's calls of one day (UTC)."""

    __tablename__ = "generation_spending"
    __table_args__ = (BY_OWNER,)

    owner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)


class DaySpending(Sums, Base):
    """Everybody's calls of one day (UTC): a few rows a day, for the budget of the installation and for metrics."""

    __tablename__ = "generation_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
