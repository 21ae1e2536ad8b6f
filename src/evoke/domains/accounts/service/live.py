"""Which callers were found alive a moment ago, so that a request normally costs no question to the database."""

import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from evoke.domains.accounts.schemas import Actor
from evoke.platform.postgres.engine import WriteSession

MAX_ENTRIES = 10_000


class LiveActors:
    """A short-lived cache. What this process ends is gone from it at once; the rest follows when entries expire."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._actors: OrderedDict[bytes, tuple[Actor, float]] = OrderedDict()
        self.epoch = 0
        """Grows with each revocation: an answer read before one must not be put in after it."""

    def find(self, key: bytes) -> Actor | None:
        found = self._actors.get(key)
        if found is None:
            return None
        actor, until = found
        if until <= self._now():
            del self._actors[key]
            return None
        return actor

    def put(self, key: bytes, actor: Actor, *, seconds: float, epoch: int) -> None:
        """Remember for `seconds`, unless something was revoked since the caller looked at `epoch`."""
        if epoch != self.epoch or seconds <= 0:
            return
        self._actors[key] = (actor, self._now() + seconds)
        self._actors.move_to_end(key)
        if len(self._actors) > MAX_ENTRIES:
            self._actors.popitem(last=False)

    def forget(self, stale: Callable[[Actor], bool]) -> None:
        self.epoch += 1
        for key in [key for key, (actor, _) in self._actors.items() if stale(actor)]:
            del self._actors[key]

    def forget_after_commit(self, session: WriteSession, stale: Callable[[Actor], bool]) -> None:
        """Forget once the revocation is a fact: sooner, another request could read the old state back."""

        def forget(_session: Any) -> None:
            self.forget(stale)

        event.listen(session.sync_session, "after_commit", forget, once=True)

    def forget_user(self, session: WriteSession, user_id: uuid.UUID) -> None:
        self.forget_after_commit(session, lambda actor: actor.user_id == user_id)

    def forget_session(self, session: WriteSession, session_id: uuid.UUID) -> None:
        self.forget_after_commit(session, lambda actor: actor.session_id == session_id)

    def forget_others(self, session: WriteSession, caller: Actor) -> None:
        """The sessions of the caller's account but the caller's own; API keys too, which costs them one question."""
        self.forget_after_commit(
            session, lambda actor: actor.user_id == caller.user_id and actor.session_id != caller.session_id
        )
