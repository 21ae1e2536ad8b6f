"""Examples for every schema of the OpenAPI document, from the ones that are written by hand.

An example of a whole holds examples of its parts, and a whole is made of its parts' examples; what is derived
this way cannot drift from what is written. A test sees to it that no schema is left without.
"""

from collections.abc import Iterator
from typing import Any

Schemas = dict[str, dict[str, Any]]
REFERENCE = "#/components/schemas/"


def fill(schemas: Schemas) -> None:
    """Give each schema without an example one, as far as it follows from the others."""
    missing = -1
    while missing != (missing := sum("examples" not in schema for schema in schemas.values())):
        for schema in list(schemas.values()):
            if "examples" in schema:
                _restore_nulls(schema, schema["examples"][0], schemas)
                _hand_down(schema, schema["examples"][0], schemas)
            else:
                _put_together(schema, schemas)


def _restore_nulls(schema: dict[str, Any], example: Any, schemas: Schemas) -> None:
    """FastAPI drops every null of its document, those of examples included."""
    if not isinstance(example, dict):
        return
    for name, field in schema.get("properties", {}).items():
        if name in schema.get("required", ()) and name not in example and _is_nullable(field):
            example[name] = None
        for target, is_list in _targets(field):
            value = example.get(name)
            for part in value if is_list and isinstance(value, list) else [value]:
                _restore_nulls(schemas.get(target, {}), part, schemas)


def _is_nullable(field: dict[str, Any]) -> bool:
    return any(option.get("type") == "null" for option in field.get("anyOf", ()))


def _hand_down(schema: dict[str, Any], example: Any, schemas: Schemas) -> None:
    if not isinstance(example, dict):
        return
    for name, field in schema.get("properties", {}).items():
        value = example.get(name)
        for target, is_list in _targets(field):
            part = (value[0] if value else None) if is_list and isinstance(value, list) else value
            if isinstance(part, dict) and target in schemas and "examples" not in schemas[target]:
                schemas[target]["examples"] = [part]


def _put_together(schema: dict[str, Any], schemas: Schemas) -> None:
    """An example of the required fields, once each of them has one."""
    if "enum" in schema:
        schema["examples"] = [schema["enum"][0]]
        return
    whole: dict[str, Any] = {}
    required = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        known, value = _value(field, schemas)
        if known and (name in required or "const" in field):
            whole[name] = value
        elif name in required:
            return
    if whole:
        schema["examples"] = [whole]


def _value(field: dict[str, Any], schemas: Schemas) -> tuple[bool, Any]:
    for key in ("const", "default"):
        if key in field:
            return True, field[key]
    if field.get("examples"):
        return True, field["examples"][0]
    for target, is_list in _targets(field):
        examples = schemas.get(target, {}).get("examples")
        if examples:
            return True, [examples[0]] if is_list else examples[0]
    return _is_nullable(field), None


def _targets(field: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The schemas that a field refers to, and whether it holds a list of them."""
    for option in (field, *field.get("anyOf", ()), *field.get("allOf", ())):
        if reference := option.get("$ref"):
            yield reference.removeprefix(REFERENCE), False
        if reference := option.get("items", {}).get("$ref"):
            yield reference.removeprefix(REFERENCE), True
