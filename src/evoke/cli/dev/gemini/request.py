"""What a request may hold: the messages of v1beta. Anything that is not here is refused, as by the service.

Names are camelCase or snake_case, mixed as one likes; binary data is base64 of either alphabet.
"""

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel, to_snake
from pydantic_core import ErrorDetails

from evoke.cli.dev.gemini import refusals
from evoke.cli.dev.gemini.schema import Schema


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        plain = value.translate(str.maketrans("-_", "+/")).rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("Base64 decoding failed") from error


Base64 = Annotated[bytes, BeforeValidator(_decoded)]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


class Blob(Message):
    mime_type: str = ""
    data: Base64 = b""


class FileData(Message):
    mime_type: str = ""
    file_uri: str = ""


class FunctionCall(Message):
    id: str = ""
    name: str
    args: dict[str, Any] = {}


class FunctionResponse(Message):
    id: str = ""
    name: str
    response: dict[str, Any] = {}
    will_continue: bool = False
    scheduling: str = ""


class Part(Message):
    text: str | None = None
    inline_data: Blob | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    thought: bool = False
    thought_signature: Base64 = b""
    media_resolution: dict[str, Any] | None = None

    @property
    def data(self) -> list[str]:
        """Which of the kinds of data are there, under the names of the API."""
        kinds = ("text", "inline_data", "file_data", "function_call", "function_response")
        return [to_camel(kind) for kind in kinds if getattr(self, kind) is not None]


class Content(Message):
    role: str = ""
    parts: list[Part] = []


class SafetySetting(Message):
    category: Literal[
        "HARM_CATEGORY_HARASSMENT",
        "HARM_CATEGORY_HATE_SPEECH",
        "HARM_CATEGORY_SEXUALLY_EXPLICIT",
        "HARM_CATEGORY_DANGEROUS_CONTENT",
        "HARM_CATEGORY_CIVIC_INTEGRITY",
    ]
    threshold: Literal["OFF", "BLOCK_NONE", "BLOCK_ONLY_HIGH", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_LOW_AND_ABOVE"]


class ThinkingConfig(Message):
    include_thoughts: bool = False
    thinking_budget: int | None = None
    thinking_level: Literal["MINIMAL", "LOW", "MEDIUM", "HIGH"] | None = None


class ImageConfig(Message):
    aspect_ratio: str | None = None
    image_size: str | None = None


class GenerationConfig(Message):
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    seed: int | None = None
    max_output_tokens: int | None = None
    stop_sequences: list[str] = []
    candidate_count: int = 1
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    response_logprobs: bool = False
    logprobs: int | None = None
    response_mime_type: str | None = None
    response_schema: Schema | None = None
    response_json_schema: dict[str, Any] | None = None
    response_modalities: list[Literal["TEXT", "IMAGE", "AUDIO"]] = []
    image_config: ImageConfig | None = None
    thinking_config: ThinkingConfig | None = None
    media_resolution: Literal["MEDIA_RESOLUTION_LOW", "MEDIA_RESOLUTION_MEDIUM", "MEDIA_RESOLUTION_HIGH"] | None = None


class FunctionDeclaration(Message):
    name: str
    description: str = ""
    parameters: Schema | None = None
    parameters_json_schema: dict[str, Any] | None = None
    response: Schema | None = None
    response_json_schema: dict[str, Any] | None = None
    behavior: str = ""


class Tool(Message):
    function_declarations: list[FunctionDeclaration] = []
    google_search: dict[str, Any] | None = None
    code_execution: dict[str, Any] | None = None
    url_context: dict[str, Any] | None = None


class FunctionCallingConfig(Message):
    mode: Literal["AUTO", "ANY", "NONE", "VALIDATED"] = "AUTO"
    allowed_function_names: list[str] = []


class ToolConfig(Message):
    function_calling_config: FunctionCallingConfig | None = None


class GenerateContentRequest(Message):
    model: str | None = None
    contents: list[Content] = []
    system_instruction: Content | None = None
    generation_config: GenerationConfig = Field(default_factory=GenerationConfig)
    safety_settings: list[SafetySetting] = []
    tools: list[Tool] = []
    tool_config: ToolConfig | None = None
    cached_content: str | None = None
    service_tier: Literal["flex", "standard", "priority"] | None = None
    store: bool | None = None
    labels: dict[str, str] = {}
    continuation_token: Base64 = b""

    @property
    def parts(self) -> list[Part]:
        """Every part, the system instruction's first."""
        contents = [self.system_instruction, *self.contents] if self.system_instruction else self.contents
        return [part for content in contents for part in content.parts]

    @property
    def words(self) -> str:
        """Everything that was said, the system instruction first."""
        return "\n".join(part.text for part in self.parts if part.text)


class CountTokensRequest(Message):
    contents: list[Content] = []
    generate_content_request: GenerateContentRequest | None = None


_BETA = {"system_instruction", "tools", "tool_config", "cached_content"}
_BETA_CONFIG = {
    "response_mime_type",
    "response_schema",
    "response_json_schema",
    "response_modalities",
    "image_config",
    "thinking_config",
}


def read(body: Any, *, version: str) -> GenerateContentRequest:
    """The request in `body`. Raises Refused with every field that the version does not know or cannot read."""
    try:
        found = GenerateContentRequest.model_validate(body)
    except ValidationError as error:
        raise _refusal(error) from None
    if version == "v1":
        config = found.generation_config
        beta = [("", name) for name in sorted(_BETA & found.model_fields_set)]
        beta += [("generation_config", name) for name in sorted(_BETA_CONFIG & config.model_fields_set)]
        if beta:
            raise refusals.bad_fields([(where, _unknown(where, to_camel(name))) for where, name in beta])
    return found


def read_count(body: Any) -> str:
    """The words of a countTokens request. Raises Refused."""
    try:
        found = CountTokensRequest.model_validate(body)
    except ValidationError as error:
        raise _refusal(error) from None
    return (found.generate_content_request or GenerateContentRequest(contents=found.contents)).words


def _refusal(error: ValidationError) -> refusals.Refused:
    return refusals.bad_fields([_problem(each) for each in error.errors(include_url=False, include_context=False)])


def _problem(error: ErrorDetails) -> tuple[str, str]:
    *around, name = error["loc"] or ("",)
    if error["type"] == "extra_forbidden":
        where = _path(around)
        return where, _unknown(where, str(name))
    where = _path(error["loc"])
    return where, f"Invalid value at '{where}': {error['msg']}" if where else f"Invalid value: {error['msg']}"


def _unknown(where: str, name: str) -> str:
    at = f" at '{where}'" if where else ""
    return f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'


def _path(names: Any) -> str:
    """`generation_config.safety_settings[0]`: the message's own names, whatever was written."""
    path = ""
    for name in names:
        path += f"[{name}]" if isinstance(name, int) else f".{to_snake(str(name))}"
    return path.removeprefix(".")
