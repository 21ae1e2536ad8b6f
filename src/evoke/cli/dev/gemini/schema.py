"""The typed subset of OpenAPI's schemas that `responseSchema` is, and its rules."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from evoke.cli.dev.gemini import refusals

_FORMATS = {
    "STRING": {"enum", "date-time"},
    "NUMBER": {"float", "double"},
    "INTEGER": {"int32", "int64"},
}


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


class Schema(BaseModel):
    """One schema. Has no `$ref`, no `additionalProperties` and no list of types, so it cannot be recursive either."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    type: (
        Annotated[Literal["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"], BeforeValidator(_upper)]
        | None
    ) = None
    format: str | None = None
    title: str | None = None
    description: str | None = None
    nullable: bool | None = None
    enum: list[str] | None = None
    example: Any = None
    default: Any = None
    items: "Schema | None" = None
    min_items: int | None = None
    max_items: int | None = None
    properties: "dict[str, Schema] | None" = None
    property_ordering: list[str] | None = None
    required: list[str] | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    any_of: "list[Schema] | None" = None

    def check(self, path: str = "response_schema") -> None:
        """Raise Refused for what the service refuses although every field is known."""
        problem = self._problem()
        if problem:
            raise refusals.invalid(f"* GenerateContentRequest.generation_config.{path}{problem}")
        for name, inner in (self.properties or {}).items():
            inner.check(f"{path}.properties[{name}]")
        if self.items is not None:
            self.items.check(f"{path}.items")
        for number, inner in enumerate(self.any_of or []):
            inner.check(f"{path}.any_of[{number}]")

    def _problem(self) -> str | None:
        found = None
        if self.type is None and not self.any_of:
            found = ".type: must be specified"
        elif self.type == "OBJECT" and not self.properties:
            found = ".properties: should be non-empty for OBJECT type"
        elif self.type == "ARRAY" and self.items is None:
            found = ".items: missing field"
        elif self.enum and self.type != "STRING":
            found = ".enum: only allowed for STRING type"
        elif self.format and self.format not in _FORMATS.get(self.type or "", ()):
            found = f".format: {self.format} is not supported for {self.type} type"
        else:
            unknown = set(self.required or []) - set(self.properties or {})
            if unknown:
                found = f".required: property is not defined: {', '.join(sorted(unknown))}"
        return found

    def as_json_schema(self) -> dict[str, Any]:
        """The same, as a JSON Schema."""
        fields = self.model_dump(
            by_alias=True, exclude_none=True, exclude={"type", "items", "properties", "any_of", "nullable", "format"}
        )
        if self.type is not None:
            kind = self.type.lower()
            fields["type"] = [kind, "null"] if self.nullable else kind
        if self.format == "date-time":
            fields["format"] = self.format
        if self.items is not None:
            fields["items"] = self.items.as_json_schema()
        if self.properties is not None:
            fields["properties"] = {name: inner.as_json_schema() for name, inner in self.properties.items()}
        if self.any_of is not None:
            fields["anyOf"] = [inner.as_json_schema() for inner in self.any_of]
        return fields
