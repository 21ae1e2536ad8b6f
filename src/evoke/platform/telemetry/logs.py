"""Structured logs: one JSON object a line, with the request or job it belongs to, and without secrets.

What Evoke says goes by structlog straight to the handlers. What libraries say by `logging` ends in the same lines; a
record of it for each of ours, with a search for who called, would take as long as all the rest.
"""

import logging
import logging.handlers
import os
import re
import sys
from collections.abc import MutableMapping
from contextlib import nullcontext, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import orjson
import structlog

SECRET_KEYS = re.compile(r"password|passphrase|secret|token|authorization|api_?key|cookie|master_key", re.IGNORECASE)
SECRET_VALUES = re.compile(
    r"(?P<scheme>\w+://[^\s:/@]+:)[^\s@]+(?=@)"  # a password in a URL
    r"|\bevk_[A-Za-z0-9_-]{8,}"  # one of our API keys
    r"|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"  # a JWT
    r"|(?<=[?&])(?:signature|token|key)=[^&\s]+"
)
HIDDEN = "[hidden]"


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """A structlog processor that blanks values of telling names and whatever looks like a credential."""
    return {key: HIDDEN if value and _is_telling(key) else _hide(value) for key, value in event.items()}


@lru_cache(maxsize=1024)
def _is_telling(key: str) -> bool:
    return SECRET_KEYS.search(key) is not None


def _hide(value: Any) -> Any:
    if isinstance(value, str):
        # Without one of these no text matches, and to find that out by the pattern takes ten times as long.
        if "://" not in value and "evk_" not in value and "eyJ" not in value and "=" not in value:
            return value
        return SECRET_VALUES.sub(lambda match: (match["scheme"] or "") + HIDDEN, value)
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET_KEYS.search(str(key)) else _hide(item) for key, item in value.items()}
    return value


def _dumps(event: dict[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


_AS_JSON: list[Any] = [
    structlog.processors.format_exc_info,
    hide_secrets,
    structlog.processors.JSONRenderer(serializer=_dumps),
]
_FOR_PEOPLE: list[Any] = [
    hide_secrets,
    # No locals: they hold secrets.
    structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
]


class _Stream(logging.StreamHandler[TextIO]):
    """A handler that takes lines as well. One that cannot be written is lost: a full disk must not stop a request."""

    def __init__(self, stream: TextIO, *, for_people: bool) -> None:
        super().__init__(stream)
        self.for_people = for_people

    def emit(self, record: logging.LogRecord) -> None:
        self.write(self.format(record))

    def write(self, line: str) -> None:
        with self.lock or nullcontext(), suppress(OSError, ValueError):  # ValueError: the stream was closed
            self.stream.write(f"{line}\n")
            self.stream.flush()


class _RotatingFile(logging.handlers.RotatingFileHandler):
    """The same for a file. It counts what it wrote: to ask the file for each line would take as long as to write it."""

    for_people = False
    _size = 0

    def _open(self) -> Any:
        stream = super()._open()
        self._size = os.fstat(stream.fileno()).st_size
        return stream

    def emit(self, record: logging.LogRecord) -> None:
        self.write(self.format(record))

    def write(self, line: str) -> None:
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            if self.stream is not None and self._size + len(line) >= self.maxBytes:
                self.doRollover()
            if self.stream is None:
                self.stream = self._open()
            self.stream.write(f"{line}\n")
            self.stream.flush()
            self._size += len(line) + 1


_handlers: list[_Stream | _RotatingFile] = []


class _Sink:
    """The end of structlog's chain: each event as a line to each handler."""

    def __init__(self, name: str = "evoke") -> None:
        self.name = name

    def _write(self, event: dict[str, Any]) -> None:
        as_json: str | None = None
        for handler in _handlers:
            if handler.for_people:
                handler.write(_rendered(_FOR_PEOPLE, event))
            else:
                as_json = as_json or _rendered(_AS_JSON, event)
                handler.write(as_json)

    debug = info = warning = error = critical = _write


def _rendered(processors: list[Any], event: dict[str, Any]) -> str:
    told: Any = dict(event)
    for processor in processors:
        told = processor(None, "", told)
    return str(told)


def _drop_what_is_not_asked_for(_logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if not logging.getLogger().isEnabledFor(getattr(logging, method.upper())):
        raise structlog.DropEvent
    return event


def _to_the_sink(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> tuple[tuple[Any], dict[str, Any]]:
    return (event,), {}


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]
_PROCESSORS: list[Any] = [_drop_what_is_not_asked_for, *_SHARED, _to_the_sink]


def configure(
    level: str = "INFO", *, folder: Path | None = None, name: str = "evoke", console: bool | None = None
) -> None:
    """Send the logs of structlog and of `logging` to standard error, and to `<folder>/<name>.log` where one is given.

    On a terminal the lines are coloured for people (`console=None` asks the stream); files are always JSON.
    """
    root = logging.getLogger()
    for handler in _handlers:
        root.removeHandler(handler)
        with suppress(OSError):  # it may still have lines for a disk that is full
            handler.close()
    _handlers[:] = [_Stream(sys.stderr, for_people=sys.stderr.isatty() if console is None else console)]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        _handlers.append(
            _RotatingFile(folder / f"{name}.log", maxBytes=20_000_000, backupCount=5, delay=True, encoding="utf-8")
        )
    for handler in _handlers:
        rendering = [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_FOR_PEOPLE if handler.for_people else _AS_JSON),
        ]
        handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=rendering))
        root.addHandler(handler)
    root.setLevel(level.upper())
    for noisy in ("pgqueuer", "sqlalchemy.engine", "httpx", "httpcore", "PIL", "asyncio", "_granian", "granian.access"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=_Sink,
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=True,
    )
