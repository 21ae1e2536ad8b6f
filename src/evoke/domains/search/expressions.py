"""tsquery texts from our own lexemes. What a person typed never is syntax: every lexeme is quoted."""

from collections.abc import Iterable, Sequence

from evoke.domains.search.tokens import MAX_PARTS, Placed


def lexeme(text: str, *, prefix: bool = False) -> str:
    quoted = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*" if prefix else f"'{quoted}'"


def phrase(placed: Sequence[Placed], *, prefix: bool = False) -> str:
    """The lexemes at just these distances; with `prefix` the last may go on."""
    steps = placed[:MAX_PARTS]
    text = ""
    for number, step in enumerate(steps):
        if number:
            text += f" <{step.at - steps[number - 1].at}> "
        text += lexeme(step.lexeme, prefix=prefix and number == len(steps) - 1)
    return f"({text})" if len(steps) > 1 else text


def any_of(expressions: Iterable[str]) -> str:
    return _joined(expressions, " | ")


def all_of(expressions: Iterable[str]) -> str:
    return _joined(expressions, " & ")


def _joined(expressions: Iterable[str], operator: str) -> str:
    once = list(dict.fromkeys(expressions))
    return f"({operator.join(once)})" if len(once) > 1 else "".join(once)
