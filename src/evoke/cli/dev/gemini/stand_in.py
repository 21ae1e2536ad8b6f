"""The stand-in itself: which call it is, what happens to it, and what is answered."""

import asyncio
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from evoke.cli.dev.gemini import admin, answers, catalog, refusals, request, rules
from evoke.cli.dev.gemini.faults import REFUSALS, Fault, Kind
from evoke.cli.dev.gemini.script import Book, Call, Script, Step, What
from evoke.cli.dev.gemini.wire import Conduct, Received, Reply, Server

KEY = "stand-in-key"
HOST = "127.0.0.1"
_METHOD = re.compile(r"/(?P<version>v1|v1beta)/models(?:/(?P<model>[^/:]+)(?::(?P<operation>\w+))?)?")
_CONDUCT = {
    Fault.STALLS_IN_BODY: Conduct.STALL,
    Fault.RESETS: Conduct.RESET,
    Fault.CLOSES_EARLY: Conduct.CLOSE,
    Fault.CUTS_BODY: Conduct.CUT,
}


class StandIn:
    """Serves while it is open; belongs to the event loop that opened it.

    `latency` is how many seconds every answer takes at the least.
    """

    def __init__(self, *, key: str = KEY, latency: float = 0.0) -> None:
        self.key = key
        self.latency = latency
        self.port = 0
        self._script = Script()
        self._book = Book()
        self._release = asyncio.Event()
        self._server = Server(self._serve)

    async def open(self, port: int = 0) -> None:
        """Listen on loopback; 0 is a free port. Raises OSError."""
        self.port = await self._server.start(HOST, port)

    async def close(self) -> None:
        """Drop every connection and stop."""
        await self._server.close()

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    # ---- What happens next ---------------------------------------------------------------------------------------

    def script(
        self, what: What, *, times: int | None = 1, when: Kind | None = None, seconds: float | None = None
    ) -> None:
        """Say what happens to the next `times` calls (None: to all from now on) of the kind `when`.

        `what` is a Fault, a text or JSON that the text model writes, or the bytes of a picture. Several are taken in
        order. A call that the service would refuse takes none. Raises ValueError for what cannot happen to `when`.
        """
        self._script.add(what, times=times, when=when, seconds=seconds)

    def clear(self) -> None:
        """Forget what was scripted: from now on all goes well."""
        self._script.clear()

    def release(self) -> None:
        """Answer the calls that Fault.HELD holds now."""
        self._release.set()
        self._release = asyncio.Event()

    # ---- What came -----------------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every call, refused ones as well."""
        return self._book.calls

    def calls_for(self, kind: Kind) -> list[Call]:
        return [call for call in self.calls if call.kind == kind]

    @property
    def billed_texts(self) -> int:
        """Text calls that cost something, whether or not their answer arrived."""
        return sum(call.billed for call in self.calls_for("text"))

    @property
    def billed_pictures(self) -> int:
        """Pictures that cost something, whether or not they arrived."""
        return sum(call.pictures for call in self.calls)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once `condition` holds; it is looked at whenever a call comes or is decided."""
        await self._book.until(condition)

    def watch(self, watcher: Callable[[Call], None]) -> None:
        """Call `watcher` with each call when what happens to it is known."""
        self._book.watchers.append(watcher)

    # ---- The calls -----------------------------------------------------------------------------------------------

    async def _serve(self, received: Received) -> Reply:
        address = urlsplit(received.target)
        if address.path.startswith(admin.PREFIX):
            return admin.answer(received, address.path, self._script, self._book, self)
        call = Call(received.method, address.path, received.headers, received.gone)
        self._book.add(call)
        try:
            reply, step = await self._answer(call, address.query, received.body)
        except refusals.Refused as refused:
            reply, step = _json(refused.code, refused.body()), None
        call.status = reply.status
        self._book.decided(call)
        await self._wait(step)
        return reply

    async def _answer(self, call: Call, query: str, body: bytes) -> tuple[Reply, Step | None]:
        found = _METHOD.fullmatch(call.path)
        operations = ("generateContent", "countTokens") if call.method == "POST" else (None,)
        if found is None or found["operation"] not in operations or call.method not in ("GET", "POST"):
            raise refusals.Refused("NOT_FOUND", f"There is no {call.method} {call.path}.")
        call.model, call.operation = found["model"] or "", found["operation"] or ""
        self._check_key(call, query)
        rules.check_deadline(call.headers)
        if call.method == "GET":
            return self._models(call, found["version"])
        model = catalog.find(call.model, version=found["version"], method=call.operation)
        try:
            call.body = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise refusals.bad_fields([("", f"Invalid JSON payload received. {error}")]) from None
        if call.operation == "countTokens":
            return _json(200, answers.tokens_of(request.read_count(call.body))), None
        return await self._generate(call, model, found["version"])

    def _check_key(self, call: Call, query: str) -> None:
        key = call.headers.get("x-goog-api-key") or parse_qs(query).get("key", [""])[0]
        if not key:
            raise refusals.no_key()
        if key != self.key:
            raise refusals.wrong_key()

    def _models(self, call: Call, version: str) -> tuple[Reply, Step | None]:
        call.kind = "models"
        if call.model:
            answer = catalog.find(call.model, version=version).described()
        else:
            models = [model for model in catalog.MODELS.values() if version == "v1beta" or not model.beta]
            answer = {"models": [model.described() for model in models]}
        step = self._take(call)
        return self._spoiled(call, version, step, _json(200, answer)), step

    async def _generate(self, call: Call, model: catalog.Model, version: str) -> tuple[Reply, Step | None]:
        asked = request.read(call.body, version=version)
        call.words = asked.words
        rules.check(asked, model)
        call.kind = "picture" if model.kind == "picture" else "text"
        step = self._take(call)
        if call.fault in REFUSALS:
            return self._spoiled(call, version, step, None), step
        question = answers.Question(
            asked,
            model,
            answers.seed_of(call.body),
            fault=call.fault,
            text=step.text if step else None,
            picture=step.picture if step else None,
        )
        answer = await asyncio.to_thread(answers.compose, question)
        call.billed, call.pictures = answer.billed, answer.pictures
        return self._spoiled(call, version, step, _json(200, answer.body)), step

    def _take(self, call: Call) -> Step | None:
        assert call.kind is not None
        step = self._script.take(call.kind)
        call.fault = step.fault if step else None
        return step

    def _spoiled(self, call: Call, version: str, step: Step | None, reply: Reply | None) -> Reply:
        """`reply` with what the fault does to the status and to the way it is sent."""
        fault = call.fault
        if fault is Fault.HTML_502:
            return Reply(502, refusals.HTML, "text/html; charset=UTF-8")
        if fault is not None and fault in REFUSALS:
            seconds = step.seconds if step else None
            refused = refusals.refusal(fault, model=call.model, version=version, seconds=seconds)
            return _json(refused.code, refused.body())
        assert reply is not None
        if fault is Fault.NOT_JSON:
            return Reply(200, b"<!DOCTYPE html>\n<title>Sign in to this network</title>", "text/html; charset=UTF-8")
        if fault in _CONDUCT:
            return Reply(reply.status, reply.body, reply.content_type, _CONDUCT[fault])
        return reply

    async def _wait(self, step: Step | None) -> None:
        """As long as the answer takes; the client may leave meanwhile, which cancels this."""
        if step is not None and step.fault is Fault.NEVER_ANSWERS:
            await asyncio.get_running_loop().create_future()
        if step is not None and step.fault is Fault.HELD:
            await self._release.wait()
        delay = self.latency + (step.delay if step else 0.0)
        if delay:
            await asyncio.sleep(delay)


def _json(status: int, body: Any) -> Reply:
    return Reply(status, orjson.dumps(body))
