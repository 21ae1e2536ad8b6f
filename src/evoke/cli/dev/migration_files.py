"""Rules for migrations that can be seen in the files themselves."""

import ast
from pathlib import Path


def problems(folder: Path) -> list[str]:
    """What is wrong with the migrations in `folder`, one line each."""
    found = []
    for file in sorted(folder.glob("*.py")):
        upgrade = next(
            (
                node
                for node in ast.parse(file.read_text(encoding="utf-8")).body
                if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
            ),
            None,
        )
        if upgrade is None:
            found.append(f"{file.name}: there is no upgrade()")
        elif not _sets_lock_timeout(upgrade):
            # Without one a migration that waits for a lock makes everybody else wait behind it.
            found.append(f"{file.name}: upgrade() does not begin with SET LOCAL lock_timeout")
    return found


def _sets_lock_timeout(function: ast.FunctionDef) -> bool:
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    texts = [node.value for node in ast.walk(statements[0]) if isinstance(node, ast.Constant)] if statements else []
    return any(isinstance(text, str) and text.upper().startswith("SET LOCAL LOCK_TIMEOUT") for text in texts)
