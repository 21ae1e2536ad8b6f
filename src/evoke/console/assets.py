"""Everything the console serves, held in memory: a name is looked up, never joined to a path."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What may lie in the folders, and how it is sent. Written down: the tables of operating systems differ."""
PLACEHOLDER: Final = "{{assets}}"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent. `etag` has its quotes."""

    content: bytes
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Console:
    """The pages by name without suffix, the static files by path with slashes.

    `version` changes with any byte of any static file. It is part of their addresses, so that a browser may keep a
    file for ever, and modules that import each other by relative paths are always of one version.
    """

    version: str
    pages: dict[str, File]
    static: dict[str, File]

    @property
    def prefix(self) -> str:
        """Where the static files of this version are."""
        return f"/assets/{self.version}"


def load() -> Console:
    """Read the package's own files."""
    root = resources.files("evoke.console")
    static = {path: _file(path, found.read_bytes()) for path, found in _walk(root / "static")}
    digest = hashlib.sha256()
    for path, file in sorted(static.items()):
        digest.update(f"{path}\0{file.etag}\n".encode())
    version = digest.hexdigest()[:16]
    pages = {}
    for path, found in _walk(root / "pages"):
        text = found.read_text(encoding="utf-8").replace(PLACEHOLDER, f"/assets/{version}")
        pages[path.removesuffix(".html")] = _file(path, text.encode())
    return Console(version=version, pages=pages, static=static)


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for found in folder.iterdir():
        if found.is_dir():
            yield from _walk(found, f"{prefix}{found.name}/")
        elif found.name[found.name.rfind(".") :] in MEDIA_TYPES:
            yield f"{prefix}{found.name}", found


def _file(name: str, content: bytes) -> File:
    media_type = MEDIA_TYPES[name[name.rfind(".") :]]
    return File(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
