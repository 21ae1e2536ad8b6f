"""Habits of the console's scripts and texts, held by looking at the sources."""

import re
from pathlib import Path

import pytest

import evoke.console
from evoke.platform.generation.ports import EMOTIONS, FEELINGS

SCRIPTS = Path(evoke.console.__file__).parent / "static/js"
STYLES = SCRIPTS.parent / "css"
LANGUAGES = sorted((SCRIPTS / "texts").glob("*.js"))
CODE = [path for path in sorted(SCRIPTS.rglob("*.js")) if path not in LANGUAGES]
MAX_LINES = 500


def keys(path: Path) -> set[str]:
    return {
        found[0] or found[1] for found in re.findall(r'^  (?:"([^"]+)"|(\w+)):', path.read_text(), flags=re.MULTILINE)
    }


def names(path: Path) -> list[str]:
    """The `{names}` in a language's texts, with the keys they belong to."""
    found = re.findall(r'^  (?:"([^"]+)"|(\w+)): (.*)$', path.read_text(), flags=re.MULTILINE)
    return sorted(
        f"{quoted or bare} {name}" for quoted, bare, text in found for name in set(re.findall(r"\{(\w+)\}", text))
    )


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_every_language_says_the_same_things(path: Path) -> None:
    english = SCRIPTS / "texts/en.js"
    assert keys(path) == keys(english)
    assert names(path) == names(english)


def test_every_text_that_is_used_is_written() -> None:
    used = {key for path in CODE for key in re.findall(r'\bt\("([^"]+)"', path.read_text())}
    used |= {
        key
        for path in CODE
        for pair in re.findall(r'\bt\([^"()]+\? "([^"]+)" : "([^"]+)"', path.read_text())
        for key in pair
    }
    assert len(used) > 100, "no texts found: has the way they are asked for changed?"
    assert used - keys(SCRIPTS / "texts/en.js") == set()


def test_every_feeling_has_a_name_and_a_face() -> None:
    written = keys(SCRIPTS / "texts/en.js")
    faces = (SCRIPTS / "feelings.js").read_text()
    for feeling in {each for group in FEELINGS.values() for each in group}:
        assert f"feeling.{feeling}" in written
        assert f"  {feeling}: {{ color:" in faces
    for emotion in EMOTIONS:
        assert f"emotion.{emotion}" in written
        assert f"  {emotion}: {{ eyes:" in faces


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_no_text_becomes_markup_or_code(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"(?:inner|outer|insertAdjacent)HTML|document\.write|\beval\(|new Function|DOMParser", text) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)[\w.]", text) == [], "an address of another host"


@pytest.mark.parametrize("path", [*CODE, *LANGUAGES, *STYLES.glob("*.css")], ids=lambda path: path.name)
def test_files_stay_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("/*")
    assert len(text.splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_styles_load_nothing(path: Path) -> None:
    assert re.findall(r"@import|url\(", path.read_text()) == []
