"""Habits of the code base, held by looking at the sources."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MAX_LINES = 500


def calls(path: Path) -> set[str]:
    """Names of all methods that are called in a file."""
    tree = ast.parse(path.read_text())
    return {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


@pytest.mark.parametrize("path", [path for path in SOURCES if "domains" in path.parts], ids=lambda path: path.stem)
def test_nobody_below_the_edge_commits(path: Path) -> None:
    assert not calls(path) & {"commit", "rollback"}, f"{path} ends a transaction that is not its own"


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_LINES


def test_nothing_is_left_for_later() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    found = [str(path) for path in SOURCES if unfinished.search(path.read_text())]
    assert not found


def test_no_bare_exemptions() -> None:
    bare = re.compile(r"#\s*(type:\s*ignore|noqa)\s*($|#)", re.MULTILINE)
    found = [str(path) for path in SOURCES + TESTS if path != Path(__file__) and bare.search(path.read_text())]
    assert not found


def test_every_package_says_what_it_is_for() -> None:
    silent = [str(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent
