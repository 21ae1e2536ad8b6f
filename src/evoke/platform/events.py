"""Events between domains, delivered inside the transaction that caused them.

A lower domain publishes, a higher one subscribes. A subscriber that fails fails the transaction: what it
adds belongs to the same fact. Nothing leaves the process here.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from evoke.platform.compound import Filled

Event = TypeVar("Event")
Subscriber = Callable[[Any, Any], Awaitable[None]]
Contributor = Callable[[Any], Filled]


class Bus:
    """Which subscribers hear which type of event. Filled once, by the composition root."""

    def __init__(self) -> None:
        self._subscribers: dict[type, list[Subscriber]] = defaultdict(list)
        self._contributors: dict[type, list[Contributor | None]] = defaultdict(list)

    def subscribe(
        self,
        event_type: type[Event],
        subscriber: Callable[[Any, Event], Awaitable[None]],
        part: Callable[[Event], Filled] | None = None,
    ) -> None:
        """Call `subscriber(session, event)` for each event of exactly this type, in order of subscription.

        `part(event)` is the same as a part of the statement that makes the event happen, where there is one.
        """
        self._subscribers[event_type].append(subscriber)
        self._contributors[event_type].append(part)

    async def publish(self, session: Any, event: object) -> None:
        for subscriber in self._subscribers[type(event)]:
            await subscriber(session, event)

    def parts(self, event: object) -> list[Filled] | None:
        """What the subscribers add to one statement; None when one of them has to be called instead."""
        parts = []
        for contribute in self._contributors[type(event)]:
            if contribute is None:
                return None
            parts.append(contribute(event))
        return parts

    def hears(self, event_type: type) -> bool:
        """Whether anybody listens to this type."""
        return bool(self._subscribers.get(event_type))

    @property
    def event_types(self) -> frozenset[type]:
        """The types that somebody listens to (documentation is tested against it)."""
        return frozenset(self._subscribers)
