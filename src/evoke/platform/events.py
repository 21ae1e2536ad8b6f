"""Events between domains, delivered inside the transaction that caused them.

A lower domain publishes, a higher one subscribes. A subscriber that fails fails the transaction: what it
adds belongs to the same fact. Nothing leaves the process here.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
Subscriber = Callable[[Any, Any], Awaitable[None]]


class Bus:
    """Which subscribers hear which type of event. Filled once, by the composition root."""

    def __init__(self) -> None:
        self._subscribers: dict[type, list[Subscriber]] = defaultdict(list)

    def subscribe(self, event_type: type[Event], subscriber: Callable[[Any, Event], Awaitable[None]]) -> None:
        """Call `subscriber(session, event)` for each event of exactly this type, in order of subscription."""
        self._subscribers[event_type].append(subscriber)

    async def publish(self, session: Any, event: object) -> None:
        for subscriber in self._subscribers[type(event)]:
            await subscriber(session, event)

    def hears(self, event_type: type) -> bool:
        """Whether anybody listens to this type."""
        return bool(self._subscribers.get(event_type))

    @property
    def event_types(self) -> frozenset[type]:
        """The types that somebody listens to (documentation is tested against it)."""
        return frozenset(self._subscribers)
