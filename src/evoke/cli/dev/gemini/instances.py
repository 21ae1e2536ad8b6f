"""A value that satisfies a JSON Schema, the same for the same seed.

Every keyword that either schema field of the API knows is kept to, and those beside them that Pydantic writes
(lengths, patterns, bounds), which the service merely tends to follow.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from evoke.cli.dev.gemini import stock
from evoke.cli.dev.gemini.refusals import invalid

_MAX_DEPTH = 24
_USUAL_ITEMS = (2, 4)
_FORMATS = {
    "date-time": "2026-11-20T08:30:00Z",
    "date": "2026-11-20",
    "time": "08:30:00Z",
    "duration": "PT15M",
    "uuid": "0190e2a4-5c1b-7c3e-9d2f-3a4b5c6d7e8f",
    "email": "somebody@example.org",
    "uri": "https://example.org/",
}
_CANDIDATES = (
    *stock.COLORS,
    *(color.lower() for color in stock.COLORS),
    *stock.LABELS,
    *stock.QUESTIONS,
    *stock.OPTIONS,
    *stock.SENTENCES,
    *stock.SHAPES,
    *_FORMATS.values(),
    *("en", "en-GB", "calm", "quiet_hour", "quiet-hour", "CALM", "Calm", "A", "a", "1", "42", "2026", "0.5", "08:30"),
)
"""What is tried where a pattern is given."""


def make(schema: Mapping[str, Any], seed: int) -> Any:
    """An instance of `schema`. Raises Refused for a schema that cannot be satisfied, or whose pattern is beyond us."""
    return _Maker(schema, seed).value(schema, ("",))


class _Maker:
    def __init__(self, root: Mapping[str, Any], seed: int) -> None:
        self._root = root
        self._seed = seed
        self._made = 0

    def value(self, schema: Any, names: tuple[str, ...]) -> Any:
        """`names` are the property's own and those of the properties around it, inmost first."""
        if len(names) > _MAX_DEPTH:
            raise invalid("The schema is recursive, or too deep.")
        found = self._resolved(schema)
        if "const" in found:
            return found["const"]
        if found.get("enum"):
            return self._chosen([each for each in found["enum"] if each is not None] or [None])
        for keyword in ("anyOf", "oneOf"):
            if found.get(keyword):
                branches = [self._resolved(branch) for branch in found[keyword]]
                chosen = next((branch for branch in branches if self._type(branch) != "null"), branches[0])
                rest = {name: value for name, value in found.items() if name != keyword}
                return self.value({**rest, **chosen}, names)
        match self._type(found):
            case "object":
                return self._object(found, names)
            case "array":
                return self._array(found, names)
            case "integer":
                return int(self._number(found, whole=True))
            case "number":
                return self._number(found, whole=False)
            case "boolean":
                return self._chosen([True, False])
            case "null":
                return None
            case _:
                return self._text(found, names)

    def _next(self) -> int:
        self._made += 1
        return self._seed + self._made

    def _chosen(self, values: Any) -> Any:
        return values[self._next() % len(values)]

    def _resolved(self, schema: Any) -> dict[str, Any]:
        """Without `$ref` and `allOf`, and an object in any case."""
        if schema is True:
            return {}
        if not isinstance(schema, Mapping):
            raise invalid("A schema must be an object.")
        found = dict(schema)
        for _ in range(_MAX_DEPTH):
            if "$ref" in found:
                found = {**self._referred(found.pop("$ref")), **found}
            elif "allOf" in found:
                for each in found.pop("allOf"):
                    found = {**found, **each}
            else:
                return found
        raise invalid("The schema refers to itself.")

    def _referred(self, reference: Any) -> Mapping[str, Any]:
        found: Any = self._root
        for name in str(reference).removeprefix("#").strip("/").split("/") if reference != "#" else ():
            key = name.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, Mapping) else None
        if not isinstance(found, Mapping):
            raise invalid(f"The schema refers to {reference}, which is not there.")
        return found

    @staticmethod
    def _type(schema: Mapping[str, Any]) -> str:
        declared = schema.get("type")
        if isinstance(declared, list):
            declared = next((each for each in declared if each != "null"), "null")
        if declared is not None:
            return str(declared).lower()
        return "object" if "properties" in schema else "array" if "items" in schema else "string"

    def _object(self, schema: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        required = set(schema.get("required") or ())
        # What is optional may be left out, and is where it would go on for ever.
        made = {
            name: self.value(inner, (name, *names))
            for name, inner in properties.items()
            if name in required or len(names) < _MAX_DEPTH // 4
        }
        more = schema.get("additionalProperties", not properties)
        missing = max(int(schema.get("minProperties") or 0) - len(made), 0 if properties else 1)
        if more is not False and missing > 0:
            inner = more if isinstance(more, Mapping) else {"type": "string"}
            made |= {f"item_{number + 1}": self.value(inner, ("item", *names)) for number in range(missing)}
        return made

    def _array(self, schema: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
        prefix = schema.get("prefixItems") or []
        made = [self.value(inner, names[:1] + names) for inner in prefix]
        items = schema.get("items", not prefix)
        if items is False:
            return made
        least, most = _bounds(schema, "minItems", "maxItems", _USUAL_ITEMS)
        inner = items if isinstance(items, Mapping) else {"type": "string"}
        allowed = self._resolved(inner).get("enum")
        if allowed and least <= len(allowed) < most:
            most = len(allowed)  # so that no item needs to be there twice
        wanted = least + self._next() % (most - least + 1)
        while len(made) < wanted:
            self._add(made, inner, names)
        return made

    def _add(self, made: list[Any], inner: Mapping[str, Any], names: tuple[str, ...]) -> None:
        """One more, and another than those before if one of a few tries gives such."""
        # A level deeper without a name of its own: items of items are a level, too.
        found = self.value(inner, names[:1] + names)
        for _ in range(16):
            if found not in made:
                break
            found = self.value(inner, names[:1] + names)
        made.append(found)

    def _number(self, schema: Mapping[str, Any], *, whole: bool) -> float:
        """In the middle of what is allowed, or up to ten from an only bound."""
        step = schema.get("multipleOf") or (1 if whole else 0)
        least, most = schema.get("minimum"), schema.get("maximum")
        above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        low = max((each for each in (least, above) if each is not None), default=None)
        high = min((each for each in (most, below) if each is not None), default=None)
        if low is None:
            low = 0 if high is None or high >= 0 else high - 10
        if high is None:
            high = low + 10
        found = (low + high) / 2
        if step:
            found = math.floor(found / step) * step
            while found < low or found == above:
                found += step
        if not low <= found <= high or found in (above, below):
            raise invalid("No number is within the bounds of the schema.")
        return found

    def _text(self, schema: Mapping[str, Any], names: tuple[str, ...]) -> str:
        least, most = int(schema.get("minLength") or 0), schema.get("maxLength")
        if most is not None and int(most) < least:
            raise invalid("No text is within the lengths of the schema.")
        wanted = stock.suited(names, str(schema.get("description") or ""))
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        if schema.get("pattern"):
            return self._matching(str(schema["pattern"]), least, most, wanted)
        return stock.fitted(self._chosen(wanted), least, None if most is None else int(most))

    def _matching(self, pattern: str, least: int, most: Any, wanted: tuple[str, ...]) -> str:
        try:
            expression = re.compile(pattern)
        except re.error as error:
            raise invalid(f"The pattern {pattern!r} is no regular expression: {error}") from None
        fitting = [text for text in _ordered(wanted, least, most) if expression.search(text)]
        if not fitting:
            raise invalid(f"The stand-in knows no text for the pattern {pattern!r}: script the answer.")
        return str(self._chosen([text for text in fitting if text in wanted] or fitting))


def _ordered(wanted: tuple[str, ...], least: int, most: Any) -> Iterator[str]:
    """Everything in stock that has the right length, what suits best first."""
    for text in (*wanted, *_CANDIDATES):
        if least <= len(text) and (most is None or len(text) <= int(most)):
            yield text


def _bounds(schema: Mapping[str, Any], least: str, most: str, usual: tuple[int, int]) -> tuple[int, int]:
    """Both as they are given; around what is usual where only one is, or none."""
    low = schema.get(least)
    high = schema.get(most)
    if low is not None and high is not None and int(low) > int(high):
        raise invalid(f"{least} is more than {most}.")
    if low is None:
        low = usual[0] if high is None else min(usual[0], int(high))
    if high is None:
        high = max(int(low), usual[1])
    # What may be a thousand is not: a dozen more than needed at the most.
    return int(low), min(int(high), int(low) + 12)
