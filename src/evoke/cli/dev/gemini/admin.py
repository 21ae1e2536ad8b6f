"""The stand-in's own addresses, to switch a running one: nothing of the service has them.

| call | does |
| --- | --- |
| GET /_stand-in/faults | every fault with what it does, and what is scripted now |
| PUT /_stand-in/faults | an order or a list of them takes the place of what was scripted; `[]` makes all well |
| POST /_stand-in/release | answers the calls that are held |
| GET, DELETE /_stand-in/calls | the calls so far, without headers; forgets them |
"""

from typing import Any, Protocol

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from evoke.cli.dev.gemini.faults import Fault, Kind
from evoke.cli.dev.gemini.script import Book, Script
from evoke.cli.dev.gemini.wire import Received, Reply

PREFIX = "/_stand-in/"


class Order(BaseModel):
    """`{"fault": "never_answers", "for": "picture", "times": 3, "seconds": 7, "latency": 0.5}`; all but one optional.

    No `times` is always. In place of a fault: `text` that the text model writes, or `json`.
    """

    model_config = ConfigDict(extra="forbid")

    fault: Fault | None = None
    text: str | None = None
    json_: dict[str, Any] | list[Any] | None = Field(None, alias="json")
    when: Kind | None = Field(None, alias="for")
    times: int | None = Field(None, ge=1)
    seconds: float | None = Field(None, ge=0)
    latency: float | None = Field(None, ge=0)

    def add_to(self, script: Script) -> None:
        """Raises ValueError for what cannot be."""
        wanted = [what for what in (self.fault, self.text, self.json_) if what is not None]
        if len(wanted) > 1:
            raise ValueError("only one of fault, text and json can be meant")
        for what in wanted:
            script.add(what, times=self.times, when=self.when, seconds=self.seconds)


_ORDERS: TypeAdapter[list[Order]] = TypeAdapter(list[Order])


class Switched(Protocol):
    """What is switched beside the script."""

    latency: float

    def release(self) -> None: ...


def answer(received: Received, path: str, script: Script, book: Book, switched: Switched) -> Reply:
    """The answer to a call of these addresses; the error of a bad one is `{"error": "why"}`."""
    match received.method, path.removeprefix(PREFIX):
        case "GET", "faults":
            return _faults(script, switched)
        case "PUT", "faults":
            try:
                _replace(received.body, script, switched)
            except ValueError as error:
                return _json(400, {"error": _why(error)})
            return _faults(script, switched)
        case "POST", "release":
            switched.release()
            return _json(200, {})
        case "GET", "calls":
            return _json(200, {"calls": [call.described() for call in book.calls]})
        case "DELETE", "calls":
            book.calls.clear()
            return _json(200, {})
        case _:
            return _json(404, {"error": f"There is no {received.method} {path}."})


def _replace(body: bytes, script: Script, switched: Switched) -> None:
    given = orjson.loads(body)
    orders = _ORDERS.validate_python(given if isinstance(given, list) else [given])
    trial = Script()
    for order in orders:
        order.add_to(trial)
    # Nothing failed: only now does anything change.
    script.steps[:] = trial.steps
    for order in orders:
        if order.latency is not None:
            switched.latency = order.latency


def _faults(script: Script, switched: Switched) -> Reply:
    known = {fault.value: {"for": fault.kinds, "does": fault.does} for fault in Fault}
    return _json(
        200, {"scripted": [step.described() for step in script.steps], "latency": switched.latency, "faults": known}
    )


def _why(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return str(error)


def _json(status: int, body: Any) -> Reply:
    return Reply(status, orjson.dumps(body))
