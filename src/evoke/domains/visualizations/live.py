"""Following visualizations as they are drawn: one listening connection in each process, whoever follows.

The database says what changed (`notices`), and every follower of that visualization is told. While the connection is
away all that is followed is asked for every two seconds, in one statement.
"""

import asyncio
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial

import structlog

from evoke.domains.accounts.schemas import Actor
from evoke.domains.visualizations import errors, notices, queries
from evoke.domains.visualizations.notices import State
from evoke.platform.postgres.engine import Database, is_unavailable
from evoke.platform.postgres.listening import Listener

log = structlog.get_logger(__name__)

POLL_SECONDS = 2.0
LOOK_SECONDS = 30.0
"""How often it looks although it listens: a notice may be lost."""
BUSY_SECONDS = 15

Key = tuple[uuid.UUID, uuid.UUID]


class _Follower:
    def __init__(self) -> None:
        self.latest: State | None = None
        self.news = asyncio.Event()

    def hear(self, state: State) -> None:
        if self.latest is None or state.version > self.latest.version:
            self.latest = state
            self.news.set()


class Following:
    """States of one visualization, each newer than the one before; `close` when nobody reads them any more."""

    def __init__(self, follower: _Follower, after: int, leave: Callable[[], None]) -> None:
        self._follower = follower
        self._after = after
        self._leave: Callable[[], None] | None = leave
        self._is_over = False

    def __aiter__(self) -> "Following":
        return self

    async def __anext__(self) -> State:
        while not self._is_over:
            await self._follower.news.wait()
            self._follower.news.clear()
            state = self._follower.latest
            if state is None:
                continue
            self._is_over = state.is_finished
            if state.version > self._after or state.is_finished:
                return state
        self.close()
        raise StopAsyncIteration

    def close(self) -> None:
        """May be called again."""
        leave, self._leave = self._leave, None
        self._is_over = True
        if leave is not None:
            leave()


class Feed:
    """One for each process that serves clients; `close` before the database closes."""

    def __init__(self, database: Database, *, max_streams: int = 10) -> None:
        self._database = database
        self._max_streams = max_streams
        self._followers: dict[Key, set[_Follower]] = defaultdict(set)
        self._streams: Counter[uuid.UUID] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self._look = asyncio.Event()
        self._listener = Listener(database.engine, notices.CHANNEL, on_notice=self._heard, on_connected=self._look.set)

    @property
    def followers(self) -> int:
        return self._streams.total()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def open(self, actor: Actor, visualization_id: uuid.UUID, after: int = 0) -> Following:
        """States newer than version `after`, the present one first, until one that is the end.

        Raises VisualizationNotFound, TooManyStreams. A visualization that is deleted meanwhile ends as `deleted`.
        """
        if self._streams[actor.user_id] >= self._max_streams:
            raise errors.TooManyStreams(limit=self._max_streams, retry_after_seconds=BUSY_SECONDS)
        key, follower = (actor.user_id, visualization_id), _Follower()
        self._streams[actor.user_id] += 1
        self._followers[key].add(follower)
        following = Following(follower, after, partial(self._leave, key, follower))
        try:
            self._start()
            # Asked after it is followed: what happens in between is heard.
            async with self._database.write() as session:
                found = await queries.states(session, [key])
            if not found:
                raise errors.VisualizationNotFound
        except BaseException:
            following.close()
            raise
        follower.hear(found[0])
        return following

    def _leave(self, key: Key, follower: _Follower) -> None:
        self._followers[key].discard(follower)
        if not self._followers[key]:
            del self._followers[key]
        self._streams[key[0]] -= 1
        if self._streams[key[0]] <= 0:
            del self._streams[key[0]]

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listener.run()), asyncio.create_task(self._keep_looking())]

    def _heard(self, text: str) -> None:
        state = notices.read(text)
        if state is not None:
            self._tell((state.owner_id, state.id), state)

    def _tell(self, key: Key, state: State) -> None:
        for follower in self._followers.get(key, ()):
            follower.hear(state)

    async def _keep_looking(self) -> None:
        while True:
            rest = LOOK_SECONDS if self._listener.connected else POLL_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._look.wait()
            self._look.clear()
            try:
                await self._look_at(list(self._followers))
            except Exception as error:
                if not is_unavailable(error):
                    log.exception("visualizations.look_failed")

    async def _look_at(self, keys: Collection[Key]) -> None:
        if not keys:
            return
        async with self._database.write() as session:
            found = {(state.owner_id, state.id): state for state in await queries.states(session, keys)}
        for key in keys:
            self._tell(key, found.get(key) or State.deleted(*key))
