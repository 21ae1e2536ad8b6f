"""What a look at one thing says."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "FAIL"]


@dataclass(frozen=True)
class Finding:
    """`mend` is what to do about it; empty when all is well."""

    name: str
    level: Level
    message: str
    mend: str = ""


def ok(name: str, message: str) -> Finding:
    return Finding(name, "ok", message)


def warn(name: str, message: str, mend: str) -> Finding:
    return Finding(name, "warn", message, mend)


def fail(name: str, message: str, mend: str) -> Finding:
    return Finding(name, "FAIL", message, mend)
