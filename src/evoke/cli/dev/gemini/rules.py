"""What the service refuses although every field of the request is known: values, combinations, what a model lacks."""

from collections.abc import Mapping

from evoke.cli.dev.gemini import pictures
from evoke.cli.dev.gemini.catalog import Model
from evoke.cli.dev.gemini.refusals import Refused, invalid
from evoke.cli.dev.gemini.request import Blob, Content, GenerateContentRequest, GenerationConfig
from evoke.platform.pictures import sniff

MIN_DEADLINE_SECONDS = 10
MAX_PICTURES_IN = 14
MAX_PICTURE_BYTES = 7 * 1024 * 1024
_PICTURES_IN = {
    "image/png": {"image/png"},
    "image/jpeg": {"image/jpeg"},
    "image/webp": {"image/webp"},
    "image/heic": {"image/heic", "image/heif"},
    "image/heif": {"image/heic", "image/heif"},
}
_OTHERS_IN = ("audio/", "video/", "text/", "application/pdf")


def check_deadline(headers: Mapping[str, str]) -> None:
    """The shortest that a client may ask for; `headers` have names in lower case."""
    asked = headers.get("x-server-timeout")
    if asked is not None:
        try:
            seconds = float(asked)
        except ValueError:
            raise invalid(f"Invalid X-Server-Timeout: {asked}") from None
        if seconds < MIN_DEADLINE_SECONDS:
            raise invalid(
                f"Manually set deadline {seconds:g}s is too short. Minimum allowed deadline is {MIN_DEADLINE_SECONDS}s."
            )


def check(request: GenerateContentRequest, model: Model) -> None:
    """Raises Refused with the first rule that the request breaks."""
    _check_contents(request, model)
    _check_numbers(request.generation_config)
    _check_thinking(request.generation_config, model)
    _check_structure(request.generation_config, model)
    _check_modalities(request.generation_config, model)
    if request.cached_content is not None:
        raise Refused("PERMISSION_DENIED", "CachedContent not found (or permission denied)")


def _check_contents(request: GenerateContentRequest, model: Model) -> None:
    if not request.contents:
        raise invalid("* GenerateContentRequest.contents: contents is not specified")
    for number, content in enumerate(request.contents):
        if content.role not in ("user", "model") and (content.role or len(request.contents) > 1):
            raise invalid("Please use a valid role: user, model.")
        _check_parts(content, f"contents[{number}]")
    if request.system_instruction is not None:
        _check_parts(request.system_instruction, "system_instruction")
        if any(part.text is None for part in request.system_instruction.parts):
            raise invalid("System instruction only supports text.")
    blobs = [part.inline_data for part in request.parts if part.inline_data is not None]
    for blob in blobs:
        _check_blob(blob)
    if model.kind == "picture" and len(blobs) > MAX_PICTURES_IN:
        raise invalid(f"Too many images: at most {MAX_PICTURES_IN} are supported.")


def _check_parts(content: Content, where: str) -> None:
    if not content.parts:
        raise invalid(f"* GenerateContentRequest.{where}.parts: contents.parts must not be empty.")
    for number, part in enumerate(content.parts):
        at = f"{where}.parts[{number}]"
        if not part.data:
            raise invalid(f"* GenerateContentRequest.{at}.data: required oneof field 'data' must have one field")
        if len(part.data) > 1:
            raise invalid(f"Invalid value at '{at}' (oneof), oneof field 'data' is already set: {part.data}")
        if part.file_data is not None:
            raise Refused("PERMISSION_DENIED", "You do not have permission to access the File or it may not exist.")


def _check_blob(blob: Blob) -> None:
    mime_type = blob.mime_type.lower()
    if mime_type.startswith(_OTHERS_IN):
        return
    if mime_type not in _PICTURES_IN:
        raise invalid(f"Unsupported MIME type: {blob.mime_type}")
    if len(blob.data) > MAX_PICTURE_BYTES:
        raise invalid("An inline image is larger than 7 MB.")
    found = sniff.sniff(blob.data[: sniff.HEAD_BYTES])
    if found is None or found.mime_type not in _PICTURES_IN[mime_type]:
        raise invalid("Unable to process input image. Please retry or report in the forum.")


def _check_numbers(config: GenerationConfig) -> None:
    for name, value, least, most in (
        ("temperature", config.temperature, 0, 2),
        ("top_p", config.top_p, 0, 1),
        ("max_output_tokens", config.max_output_tokens, 1, 65_536),
        ("stop_sequences", len(config.stop_sequences), 0, 5),
        ("candidate_count", config.candidate_count, 1, 1),
    ):
        if value is not None and not least <= value <= most:
            raise invalid(f"* GenerateContentRequest.generation_config.{name}: must be in the range [{least}, {most}].")


def _check_thinking(config: GenerationConfig, model: Model) -> None:
    thinking = config.thinking_config
    if thinking is None:
        return
    if thinking.thinking_level is not None:
        if thinking.thinking_budget is not None:
            raise invalid("You can only set only one of thinking budget and thinking level.")
        if thinking.thinking_level == "MINIMAL" and not model.minimal:
            raise invalid("Thinking level MINIMAL is not supported for this model.")


def _check_structure(config: GenerationConfig, model: Model) -> None:
    schemas = [name for name in ("response_schema", "response_json_schema") if getattr(config, name) is not None]
    if config.response_mime_type not in (None, "text/plain", "application/json", "text/x.enum"):
        raise invalid(f"* GenerateContentRequest.generation_config.response_mime_type: {config.response_mime_type}")
    if model.kind == "picture" and (schemas or config.response_mime_type == "application/json"):
        raise invalid("JSON mode is not enabled for this model.")
    if len(schemas) > 1:
        raise invalid("Only one of response_schema and response_json_schema can be set.")
    if schemas and config.response_mime_type != "application/json":
        raise invalid(f"{schemas[0]} can only be used with response_mime_type application/json.")
    if config.response_schema is not None:
        config.response_schema.check()


def _check_modalities(config: GenerationConfig, model: Model) -> None:
    wanted = {"TEXT", "IMAGE"} if model.kind == "picture" else {"TEXT"}
    beyond = sorted(set(config.response_modalities) - wanted)
    if beyond:
        raise invalid(f"Model does not support the requested response modalities: {', '.join(beyond).lower()}.")
    if config.image_config is None:
        return
    if model.kind != "picture":
        raise invalid("Image generation config is not supported for this model.")
    ratio, image_size = config.image_config.aspect_ratio, config.image_config.image_size
    if ratio is not None and ratio not in model.ratios:
        raise invalid(f"aspect_ratio must be one of {', '.join(model.ratios)}.")
    if image_size is not None and image_size not in pictures.SCALES:
        raise invalid(f"image_size must be one of {', '.join(pictures.SCALES)}.")
