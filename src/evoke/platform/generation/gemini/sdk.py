"""The one module that imports Google's SDK. Import it late, and in a thread: it takes most of a second.

No retry, no continuation, no deadline of the SDK's own: each call here is one request at most, and is ended by
cancelling it. Its deadline cannot be below ten seconds, and is not needed beside ours.
"""

import json
from datetime import datetime
from typing import Final

import httpx2
from google import genai
from google.genai import errors, types
from pydantic import BaseModel

from evoke.platform.generation.gemini import failures
from evoke.platform.generation.gemini.failures import Fault
from evoke.platform.generation.gemini.pricing import MAX_TEXT_OUTPUT_TOKENS

API_VERSION: Final = "v1beta"
DEFAULT_BASE_URL: Final = "https://generativelanguage.googleapis.com"
IDLE_SECONDS: Final = 30
"""How long a connection is kept without a request: Google closes its own after some minutes, proxies after one."""

# A journal speaks of anger, fear, loss and the body. Blocking more than the clear cases would leave alone those who
# have most to say; a story of self-harm does not come here at all, and what comes back is checked.
_SAFETY: Final = [
    types.SafetySetting(category=category, threshold=types.HarmBlockThreshold.BLOCK_ONLY_HIGH)
    for category in (
        types.HarmCategory.HARM_CATEGORY_HARASSMENT,
        types.HarmCategory.HARM_CATEGORY_HATE_SPEECH,
        types.HarmCategory.HARM_CATEGORY_SEXUALLY_EXPLICIT,
        types.HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
    )
]


class Sdk:
    """One client of one key. Every method raises Fault and nothing else; each may be cancelled."""

    def __init__(self, key: str, base_url: str, connections: int) -> None:
        # Redirects would carry the key elsewhere. Idle connections are dropped before the other side does it in the
        # middle of a picture.
        limits = httpx2.Limits(max_connections=connections, keepalive_expiry=IDLE_SECONDS)
        self._http = httpx2.AsyncClient(timeout=None, follow_redirects=False, limits=limits)
        self._client = genai.Client(
            enterprise=False,
            api_key=key,
            http_options=types.HttpOptions(
                api_version=API_VERSION, base_url=base_url or DEFAULT_BASE_URL, httpx_async_client=self._http
            ),
        )
        self._configs: dict[tuple[str, type[BaseModel]], types.GenerateContentConfig] = {}

    async def words(self, model: str, system: str, answer: type[BaseModel], data: str, now: datetime) -> str:
        """The body of the response. `answer` is the schema; `data` goes as the user's turn."""
        return await self._generate(model, self._text_config(model, system, answer), data, now)

    async def picture(self, model: str, order: str, now: datetime) -> str:
        """The body of the response."""
        return await self._generate(model, _PICTURE, order, now)

    async def find_model(self, model: str, now: datetime) -> None:
        """Ask whether there is such a model: this costs nothing."""
        try:
            await self._client.aio.models.get(model=model)
        except Exception as error:
            raise _fault(error, now) from error

    async def close(self) -> None:
        await self._http.aclose()

    async def _generate(self, model: str, config: types.GenerateContentConfig, text: str, now: datetime) -> str:
        contents = types.Content(role="user", parts=[types.Part(text=text)])
        try:
            answer = await self._client.aio.models.generate_content(model=model, contents=contents, config=config)
        except Exception as error:
            raise _fault(error, now) from error
        return (answer.sdk_http_response and answer.sdk_http_response.body) or ""

    def _text_config(self, model: str, system: str, answer: type[BaseModel]) -> types.GenerateContentConfig:
        known = self._configs.get((model, answer))
        if known is None:
            # responseJsonSchema rather than responseSchema: it takes what Pydantic writes as it is, references
            # and bounds included, where the typed subset has to be translated on each call and refuses some of it.
            known = self._configs[model, answer] = types.GenerateContentConfig(
                system_instruction=system,
                response_mime_type="application/json",
                response_json_schema=answer.model_json_schema(),
                max_output_tokens=MAX_TEXT_OUTPUT_TOKENS,
                thinking_config=_thinking(model),
                safety_settings=_SAFETY,
                automatic_continuation=False,
                automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
                should_return_http_response=True,
            )
        return known


_PICTURE: Final = types.GenerateContentConfig(
    response_modalities=["IMAGE"],
    image_config=types.ImageConfig(aspect_ratio="1:1", image_size="1K"),
    safety_settings=_SAFETY,
    automatic_continuation=False,
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    should_return_http_response=True,
)


def _thinking(model: str) -> types.ThinkingConfig | None:
    """Little of it: people wait for these answers. Models before the third generation refuse to be told a level."""
    if model.removeprefix("models/").startswith("gemini-3"):
        return types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW)
    return None


def _fault(error: Exception, now: datetime) -> Fault:
    if isinstance(error, errors.APIError):
        return failures.of_answer(error.code or 0, str(error.status or ""), error.details, now=now)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return Fault("unreachable", "unpaid", hint=type(error).__name__)
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | httpx2.LocalProtocolError | UnicodeError):
        return Fault("configuration", "unpaid", hint=type(error).__name__)  # an address or a key that is none
    if isinstance(error, httpx2.TransportError):
        return Fault("broken_off", "unknown", hint=type(error).__name__)
    if isinstance(error, json.JSONDecodeError):
        return Fault("bad_answer", "unknown", 200, hint="not JSON")
    return Fault("bad_answer", "unknown", hint=type(error).__name__)
