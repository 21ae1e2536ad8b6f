"""What the stand-in makes of a schema, judged by a validator that is not its own."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from evoke.cli.dev.gemini import instances, stock
from evoke.cli.dev.gemini.refusals import Refused
from evoke.cli.dev.gemini.schema import Schema


def bounds(least: str, most: str, up_to: int) -> st.SearchStrategy[dict[str, Any]]:
    """Neither, one or both of two keywords."""
    both = st.tuples(st.integers(0, up_to), st.integers(0, up_to)).map(sorted)
    return both.flatmap(
        lambda pair: st.sampled_from([{}, {least: pair[0]}, {most: pair[1]}, {least: pair[0], most: pair[1]}])
    )


NAMES = st.sampled_from(["label", "insight", "question", "palette", "language", "text", "a", "is_complete"])
LEAVES = st.one_of(
    bounds("minLength", "maxLength", 200).map(lambda more: {"type": "string", **more}),
    bounds("minimum", "maximum", 50).map(lambda more: {"type": "integer", **more}),
    bounds("minimum", "maximum", 50).map(lambda more: {"type": "number", **more}),
    st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True).map(
        lambda found: {"type": "string", "enum": found}
    ),
    st.just({"type": "boolean"}),
    st.just({"type": "string", "format": "date-time"}),
    st.just({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}),
)


def inside(schemas: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.dictionaries(NAMES, schemas, min_size=1, max_size=4).flatmap(
        lambda found: st.lists(st.sampled_from(sorted(found)), unique=True).map(
            lambda required: {"type": "object", "properties": found, "required": required}
        )
    )
    arrays = st.tuples(schemas, bounds("minItems", "maxItems", 6)).map(
        lambda pair: {"type": "array", "items": pair[0], **pair[1]}
    )
    return st.one_of(objects, arrays, st.lists(schemas, min_size=1, max_size=3).map(lambda found: {"anyOf": found}))


SCHEMAS = st.recursive(LEAVES, inside, max_leaves=12)


@given(SCHEMAS, st.integers(0, 2**48 - 1))
def test_instances_keep_to_their_schema(schema: dict[str, Any], seed: int) -> None:
    made = instances.make(schema, seed)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(made)
    assert made == instances.make(schema, seed)
    typed = Schema.model_validate(schema)
    typed.check()
    Draft202012Validator(schema).validate(instances.make(typed.as_json_schema(), seed))


@pytest.mark.parametrize(
    "schema",
    [
        {"const": 5},
        {"enum": [None, "only"]},
        {"type": ["null", "integer"], "exclusiveMinimum": 3, "maximum": 4},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
        {"type": "integer", "multipleOf": 7, "minimum": 8},
        {"type": "number", "maximum": -3},
        {"type": "null"},
        {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"type": "string", "minLength": 90}}},
        {"allOf": [{"type": "string"}, {"maxLength": 5}]},
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
        {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
        {"type": "array", "items": {"type": "string"}, "minItems": 10, "maxItems": 10},
        {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
        {"type": "object", "properties": {"child": {"$ref": "#"}, "a": {"type": "string"}}, "required": ["a"]},
    ],
)
def test_keywords_of_json_schema(schema: dict[str, Any]) -> None:
    for seed in range(8):
        Draft202012Validator(schema).validate(instances.make(schema, seed))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"child": {"$ref": "#"}}, "required": ["child"]},
        {"$ref": "#/$defs/gone"},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 5},
        {"type": "string", "minLength": 5, "maxLength": 4},
        {"type": "array", "items": {"type": "string"}, "minItems": 5, "maxItems": 4},
        {"type": "string", "pattern": "("},
        {"type": "string", "pattern": "^[^\\w\\s]{40}$"},
        {"anyOf": ["text"]},
    ],
)
def test_what_cannot_be_satisfied_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        instances.make(schema, 1)
    assert refused.value.code == 400


def test_words_suit_their_property() -> None:
    text = {"type": "string"}
    option = {"type": "object", "properties": {"text": text}, "required": ["text"]}
    found = instances.make(
        {
            "type": "object",
            "properties": {
                "question": text,
                "options": {"type": "array", "items": option, "minItems": 2},
                "central_stressor": {**text, "maxLength": 24},
                "language": {**text, "description": "ISO 639-1"},
                "shade": {**text, "description": "as #RRGGBB"},
                "insight": text,
            },
        },
        7,
    )
    assert found["question"].endswith("?")
    assert all(each["text"] in stock.OPTIONS for each in found["options"])
    assert re.fullmatch(r"([A-Z][a-z]+|of|for)( ([A-Z][a-z]+|of|for)){0,3}", found["central_stressor"])
    assert (found["language"], found["insight"] in stock.SENTENCES) == ("en", True)
    assert re.fullmatch(r"#[0-9A-F]{6}", found["shade"])
