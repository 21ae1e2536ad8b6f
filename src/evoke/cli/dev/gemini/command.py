"""`evoke dev gemini`: the stand-in by hand."""

import asyncio
import signal
import sys
from typing import Annotated, get_args

import typer

from evoke.cli.dev.gemini.faults import Fault, Kind
from evoke.cli.dev.gemini.script import Call
from evoke.cli.dev.gemini.stand_in import HOST, KEY, StandIn
from evoke.kit.errors import Invalid, Misconfigured

_FAULTS = {fault.value: fault for fault in Fault}
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


def gemini(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where it listens, on loopback; 0 is a free one.")
    ] = 8089,
    key: Annotated[str, typer.Option(help="The only key that it takes.")] = KEY,
    fault: Annotated[str | None, typer.Option(metavar="NAME", help="What happens to the calls; see --faults.")] = None,
    kind: Annotated[
        str | None, typer.Option("--for", metavar="|".join(get_args(Kind)), help="Which calls; else text and pictures.")
    ] = None,
    times: Annotated[int | None, typer.Option(min=1, help="How many calls it happens to; else all.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="Of the fault `slow`, or in RetryInfo.")] = None,
    latency: Annotated[float, typer.Option(min=0, help="Seconds that each answer takes at least.")] = 0.0,
    faults: Annotated[bool, typer.Option("--faults", help="List the faults and stop.")] = False,
) -> None:
    """A strict stand-in for Gemini, without a key and without cost, until Ctrl-C. It can play every fault.

    A running one is switched by PUT /_stand-in/faults, for example {"fault": "resets", "for": "picture", "times": 2};
    GET /_stand-in/calls shows what it was asked.
    """
    if faults:
        for each in Fault:
            print(f"{each.value:<28}{each.does}")
        return
    asyncio.run(_serve(port, key, *_checked(fault, kind), times, seconds, latency))


def _checked(fault: str | None, kind: str | None) -> tuple[Fault | None, Kind | None]:
    if fault is not None and fault not in _FAULTS:
        raise Invalid(f"There is no fault {fault}. `evoke dev gemini --faults` lists them.", field="fault")
    if kind is not None and kind not in _KINDS:
        raise Invalid(f"--for is one of {', '.join(_KINDS)}.", field="for")
    return (None if fault is None else _FAULTS[fault]), (None if kind is None else _KINDS[kind])


async def _serve(
    port: int,
    key: str,
    fault: Fault | None,
    kind: Kind | None,
    times: int | None,
    seconds: float | None,
    latency: float,
) -> None:
    stand_in = StandIn(key=key, latency=latency)
    if fault is not None:
        try:
            stand_in.script(fault, times=times, when=kind, seconds=seconds)
        except ValueError as error:
            raise Invalid(f"{error}.", field="for") from None
    stand_in.watch(_tell)
    try:
        await stand_in.open(port)
    except OSError as error:
        raise Misconfigured(f"{HOST}:{port} cannot be listened on: {error.strerror}. Try another --port.") from error
    try:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        print(f"GOOGLE_GEMINI_BASE_URL={stand_in.base_url}\nGEMINI_API_KEY={stand_in.key}", flush=True)
        print("Give these two to `evoke serve`. Ctrl-C ends.", file=sys.stderr, flush=True)
        await stop.wait()
    finally:
        await stand_in.close()


def _tell(call: Call) -> None:
    what = call.fault.value if call.fault else "well" if call.status == 200 else "refused"
    print(f"{call.method} {call.path} {call.status} {what}", file=sys.stderr, flush=True)
