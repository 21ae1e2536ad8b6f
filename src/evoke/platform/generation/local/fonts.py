"""Fonts on hand, and which of them can show a text.

The first is FiraGO, which comes with the package `pymupdf-fonts` (SIL Open Font License): Latin, Greek, Cyrillic,
Arabic, Hebrew, Devanagari, Thai and Georgian on every machine. For other scripts the folders in which systems keep
their fonts are looked through, once, when such a text comes. Only fonts with outlines count: no bitmaps, no colours.
"""

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pymupdf_fonts
import uharfbuzz as hb

_ENDINGS: Final = {".ttf", ".otf", ".ttc", ".otc"}
_OUTLINES: Final = {"glyf", "CFF ", "CFF2"}
# Fonts that have a glyph for everything, which is a box with a number in it.
_BOXES: Final = ("lastresort", "unifont", "adobeblank", "notdef")
_UNFIT: Final = (
    "mono",
    "serif",
    "italic",
    "oblique",
    "condensed",
    "narrow",
    "light",
    "thin",
    "black",
    "math",
    "symbol",
)
_FIT: Final = ("sans", "regular", "noto", "gothic", "pingfang", "hiragino", "yahei", "malgun", "wenquanyi")
# What a collection calls its faces, by the language that wants them: the same Chinese character differs between them.
_FACES: Final[dict[str, tuple[str, ...]]] = {
    "ja": ("jp", "japan"),
    "ko": ("kr", "korea"),
    "zh": ("sc", "cn", "gb"),
}
_NAME_OF_FONT: Final = 4  # OpenType name ID 4: the full name
_MAX_FILES: Final = 4000


@dataclass(frozen=True, eq=False)
class Font:
    """One face. `characters` are the code points it has a glyph for; `em` is the number of units of its square."""

    name: str
    shaper: Any = field(repr=False)
    characters: Any = field(repr=False)
    em: int

    def has(self, text: Iterable[str]) -> bool:
        return all(ord(character) in self.characters for character in text)


class FontBook:
    """Finds fonts. Safe to use from several threads."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        """`folders` take the place of those of the system."""
        self._folders = system_folders() if folders is None else [*folders]
        self._lock = threading.Lock()
        self._first: Font | None = None
        self._files: list[Path] | None = None
        self._faces: dict[Path, tuple[Font, ...]] = {}

    def first(self) -> Font:
        """The one that is always there."""
        with self._lock:
            if self._first is None:
                self._first = _font("FiraGO", hb.Face(hb.Blob(pymupdf_fonts.myfont("figo"))))
            return self._first

    def find(self, text: str, language: str) -> Font | None:
        """One that has every character of `text`, or None; of faces that differ by language the fitting one."""
        first = self.first()
        if first.has(text):
            return first
        with self._lock:
            for path in self._listed():
                fitting = [font for font in self._opened(path) if font.has(text)]
                if fitting:
                    return min(fitting, key=lambda font: not _is_for(font, language))
        return None

    def _listed(self) -> list[Path]:
        if self._files is None:
            found = {path for folder in self._folders for path in _font_files(folder)}
            self._files = sorted(found, key=lambda path: (_misfit(path.name.lower()), str(path)))[:_MAX_FILES]
        return self._files

    def _opened(self, path: Path) -> tuple[Font, ...]:
        if path not in self._faces:
            self._faces[path] = tuple(_faces(path))
        return self._faces[path]


def system_folders() -> list[Path]:
    """Where Linux, macOS and Windows keep fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
            home / "AppData/Local/Microsoft/Windows/Fonts",
        ]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


def _font_files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            if Path(name).suffix.lower() in _ENDINGS and not any(box in name.lower() for box in _BOXES):
                yield Path(parent, name)


def _misfit(name: str) -> int:
    """Plain upright sans-serif fonts come first."""
    return (
        2 * sum(word in name.replace("sans-serif", "sans") for word in _UNFIT)
        + ("bold" in name)
        - sum(word in name for word in _FIT)
    )


def _faces(path: Path) -> Iterator[Font]:
    """All of a file that can be drawn; none when it cannot be read."""
    try:
        blob = hb.Blob.from_file_path(str(path))
        count = max(hb.Face(blob).count, 1)
    except (hb.HarfBuzzError, OSError):
        return
    for index in range(count):
        face = hb.Face(blob, index)
        if _OUTLINES.intersection(face.table_tags):
            yield _font(f"{path.name} {face.get_name(_NAME_OF_FONT) or index}", face)


def _font(name: str, face: Any) -> Font:
    return Font(name=name, shaper=hb.Font(face), characters=face.unicodes, em=face.upem)


def _is_for(font: Font, language: str) -> bool:
    words = font.name.lower().replace("-", " ").split()
    return any(word in _FACES.get(language[:2], ()) for word in words)
