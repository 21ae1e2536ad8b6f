"""What happens to the next calls, and what became of those that came."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from evoke.cli.dev.gemini.faults import Fault, Kind

What = Fault | str | bytes | Mapping[str, Any] | list[Any]
"""A fault; a text as the model writes it; JSON that it writes; or the bytes of a picture."""
_USUAL_SLOWNESS = 5.0


@dataclass
class Step:
    """What happens to the next `times` calls (None: to all) of these kinds. `seconds` is for SLOW and for RetryInfo."""

    kinds: tuple[Kind, ...]
    times: int | None
    fault: Fault | None = None
    text: str | None = None
    picture: bytes | None = None
    seconds: float | None = None

    @property
    def delay(self) -> float:
        """Seconds that the answer is late by."""
        usual = _USUAL_SLOWNESS if self.seconds is None else self.seconds
        return usual if self.fault is Fault.SLOW else 0.0

    def described(self) -> dict[str, Any]:
        what = (
            self.fault if self.fault is not None else "scripted text" if self.text is not None else "scripted picture"
        )
        return {"fault": what, "for": list(self.kinds), "times": self.times, "seconds": self.seconds}


class Script:
    """Steps in the order in which they were added: a call takes the first that is for its kind."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, what: What, *, times: int | None = 1, when: Kind | None = None, seconds: float | None = None) -> Step:
        """Raises ValueError for a fault that cannot happen to `when`.

        Without `when` it is for whatever a fault can happen to, looks at models excepted; a text is for text calls
        and a picture for those that want one.
        """
        if times is not None and times < 1:
            raise ValueError("`times` is one at least, or None for all calls")
        if isinstance(what, Fault):
            if when is not None and when not in what.kinds:
                raise ValueError(f"{what.value} cannot happen to a call for {when}")
            usual = tuple(kind for kind in what.kinds if kind != "models")
            step = Step((when,) if when else usual, times, fault=what, seconds=seconds)
        elif isinstance(what, bytes):
            step = Step(("picture",), times, picture=what)
        else:
            text = what if isinstance(what, str) else orjson.dumps(what).decode()
            step = Step(("text",), times, text=text)
        if when is not None and when not in step.kinds:
            raise ValueError(f"this answer is not one for a call for {when}")
        self.steps.append(step)
        return step

    def take(self, kind: Kind) -> Step | None:
        """What happens to this call of `kind`; None is nothing special."""
        step = next((step for step in self.steps if kind in step.kinds), None)
        if step is not None and step.times is not None:
            step.times -= 1
            if not step.times:
                self.steps.remove(step)
        return step

    def clear(self) -> None:
        self.steps.clear()


@dataclass
class Call:
    """One call as it came. `headers` have names in lower case; `body` is the parsed JSON, None if there was none.

    `kind` is None for a call that was refused before anybody knew. `status` is None until the answer is decided;
    for a connection that breaks it is that of the answer that was lost. `gone` is set when the client left, or was
    thrown out, before it had all of its answer.
    """

    method: str
    path: str
    headers: dict[str, str]
    gone: asyncio.Event
    body: Any = None
    model: str = ""
    operation: str = ""
    kind: Kind | None = None
    fault: Fault | None = None
    status: int | None = None
    words: str = ""
    billed: bool = False
    pictures: int = 0

    def described(self) -> dict[str, Any]:
        """Without headers: they hold the key."""
        return {
            "method": self.method,
            "path": self.path,
            "kind": self.kind,
            "model": self.model,
            "fault": self.fault,
            "status": self.status,
            "client_left": self.gone.is_set(),
            "billed": self.billed,
            "billed_pictures": self.pictures,
            "body": self.body,
        }


@dataclass
class Book:
    """All calls so far; whoever waits for one is told of news."""

    calls: list[Call] = field(default_factory=list)
    watchers: list[Callable[[Call], None]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, call: Call) -> None:
        self.calls.append(call)
        self.tell()

    def decided(self, call: Call) -> None:
        """What happens to the call is known."""
        for watcher in self.watchers:
            watcher(call)
        self.tell()

    def tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once `condition` holds; it is looked at whenever a call comes or is decided."""
        while not condition():
            await self._news.wait()
