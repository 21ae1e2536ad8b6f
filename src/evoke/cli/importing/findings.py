"""What a look at folders finds: files, what belongs to them, and what cannot be taken."""

import os
from dataclasses import dataclass, field
from pathlib import PurePath

from evoke.cli.session import shown


@dataclass(frozen=True, slots=True)
class File:
    """A regular file: its absolute path, size in bytes, times as the system gives them.

    `path` may hold surrogates, for bytes that are not UTF-8.
    """

    path: str
    size: int
    modified_ns: int
    created: float | None

    @property
    def name(self) -> str:
        return PurePath(self.path).name

    @classmethod
    def of(cls, path: str, status: os.stat_result) -> "File":
        return cls(path, status.st_size, status.st_mtime_ns, getattr(status, "st_birthtime", None))


@dataclass(frozen=True, slots=True)
class Part:
    """A picture or a video with its sidecar."""

    file: File
    sidecar: File | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """What is added together: a picture or a video; or a live photo, which is a picture with its video."""

    main: Part
    video: Part | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.main,) if self.video is None else (self.video, self.main)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be imported, and why; `path` as it can be shown."""

    path: str
    code: str
    message: str

    @classmethod
    def of(cls, path: str, code: str, message: str) -> "Failure":
        return cls(shown(path), code, message)


@dataclass
class Plan:
    """What there is to do. `ignored` counts files that are no pictures, no videos, and belong to none."""

    units: list[Unit] = field(default_factory=list)
    ignored: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def files(self) -> int:
        return sum(len(unit.parts) for unit in self.units)

    @property
    def size(self) -> int:
        return sum(part.file.size for unit in self.units for part in unit.parts)
