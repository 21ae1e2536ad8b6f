"""What the use cases of accounts work with. Made once by the composition root."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from evoke.domains.accounts.passwords import Passwords
from evoke.domains.accounts.service.live import LiveActors
from evoke.domains.accounts.tokens import TokenSigner
from evoke.kit.time import Clock, utc_now
from evoke.platform.postgres.engine import ReadSession

Counted = Literal["entries", "visualizations"]
Count = Callable[[ReadSession, uuid.UUID], Awaitable[int]]


@dataclass(frozen=True)
class Options:
    registration_open: bool = True
    """Whether anybody may register; the first account always can be made."""
    access_minutes: int = 15
    refresh_days: int = 60
    """A session ends when it was not refreshed for so long."""
    bearer_grace_days: int = 7
    """How long after its end an access token can be exchanged for a new one, while its session is alive.

    The journal app keeps nothing but its access token, so without this it would be signed out by every pause longer
    than `access_minutes`. A session that ever used its refresh token has a client that knows better: there only a
    token that is still good is exchanged. 0 asks that of every session.
    """
    rotation_grace_seconds: int = 10
    """How long the refresh token just replaced still answers, with the very token that replaced it.

    Two requests sent at once, or one sent again after a lost answer, then agree instead of ending the session.
    """
    cache_seconds: float = 5
    """How long another process may take to notice that a session was ended; the process that ends it knows at once."""
    touch_seconds: int = 60
    """How exact `last_used_at` is."""
    max_sessions: int = 100
    max_api_keys: int = 100

    @property
    def access_lifetime(self) -> timedelta:
        return timedelta(minutes=self.access_minutes)

    @property
    def refresh_lifetime(self) -> timedelta:
        return timedelta(days=self.refresh_days)


class Counts:
    """How many of something an account has. Higher domains register what they hold; until then it is none."""

    def __init__(self) -> None:
        self._counts: dict[Counted, Count] = {}

    def register(self, what: Counted, count: Count) -> None:
        """`count(session, owner_id)` answers from now on; ValueError when somebody else answers already."""
        if what in self._counts:
            raise ValueError(f"{what} are counted already")
        self._counts[what] = count

    async def of(self, session: ReadSession, owner_id: uuid.UUID, what: Counted) -> int:
        count = self._counts.get(what)
        return 0 if count is None else await count(session, owner_id)


@dataclass(frozen=True)
class Tools:
    signer: TokenSigner
    options: Options = field(default_factory=Options)
    passwords: Passwords = field(default_factory=Passwords)
    counts: Counts = field(default_factory=Counts)
    live: LiveActors = field(default_factory=LiveActors)
    clock: Clock = utc_now

    def close(self) -> None:
        """End the threads that hash passwords."""
        self.passwords.close()
