"""Structured logs: one JSON object a line, with the request or job it belongs to, and without secrets."""

import logging
import logging.config
import logging.handlers
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

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
    return {key: HIDDEN if SECRET_KEYS.search(key) and value else _hide(value) for key, value in event.items()}


def _hide(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET_VALUES.sub(lambda match: (match["scheme"] or "") + HIDDEN, value)
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET_KEYS.search(str(key)) else _hide(item) for key, item in value.items()}
    return value


def _dumps(event: dict[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class _JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """Writes each record once, for however many handlers: a rotating file alone asks for it twice."""

    def format(self, record: logging.LogRecord) -> str:
        written: str | None = getattr(record, "as_json", None)
        if written is None:
            written = record.as_json = super().format(record)
        return written


class _RotatingFile(logging.handlers.RotatingFileHandler):
    """Without asking for each line what kind of file it goes to."""

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - the name of the library
        if self.stream is None:
            self.stream = self._open()
        return self.maxBytes > 0 and self.stream.tell() + len(self.format(record)) >= self.maxBytes


def configure(
    level: str = "INFO", *, folder: Path | None = None, name: str = "evoke", console: bool | None = None
) -> None:
    """Send the logs of structlog and of `logging` to standard error, and to `<folder>/<name>.log` where one is given.

    On a terminal the lines are coloured for people (`console=None` asks the stream); files are always JSON.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    as_json = _JsonFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
    )
    for_people = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            hide_secrets,
            structlog.dev.ConsoleRenderer(
                exception_formatter=structlog.dev.plain_traceback
            ),  # no locals: they hold secrets
        ],
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(for_people if (sys.stderr.isatty() if console is None else console) else as_json)
    handlers: list[logging.Handler] = [stream]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        file = _RotatingFile(folder / f"{name}.log", maxBytes=20_000_000, backupCount=5, delay=True, encoding="utf-8")
        file.setFormatter(as_json)
        handlers.append(file)
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if getattr(handler, "evoke", False):
            root.removeHandler(handler)
            handler.close()
    for handler in handlers:
        handler.evoke = True  # type: ignore[attr-defined]  # how a second call knows what the first one added
        root.addHandler(handler)
    root.setLevel(level.upper())
    for noisy in ("pgqueuer", "sqlalchemy.engine", "httpx", "httpcore", "PIL", "asyncio", "_granian", "granian.access"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
