"""What the stand-in refuses, as the service does: asked over plain HTTP, where the SDK would not let one."""

import base64
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.factories.gemini import StandIn

TEXT = "gemini-3.8-flash"
PICTURE = "gemini-3-pro-image"
HELLO = {"contents": [{"role": "user", "parts": [{"text": "Hello."}]}]}


@pytest.fixture
async def wire(gemini: StandIn) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"x-goog-api-key": gemini.key}
    async with httpx.AsyncClient(base_url=gemini.base_url, headers=headers) as client:
        yield client


async def generate(
    wire: httpx.AsyncClient, body: Any, model: str = TEXT, version: str = "v1beta", **headers: str
) -> httpx.Response:
    return await wire.post(f"/{version}/models/{model}:generateContent", json=body, headers=headers)


def error_of(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    assert error["message"]
    return error["code"], error["status"]


def with_parts(*parts: Any) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": list(parts)}]}


def with_config(**config: Any) -> dict[str, Any]:
    return {**HELLO, "generationConfig": config}


def with_schema(**schema: Any) -> dict[str, Any]:
    return with_config(responseMimeType="application/json", responseSchema=schema)


def encoded(encoding: str) -> str:
    output = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(output, encoding)
    return base64.b64encode(output.getvalue()).decode()


def blob(mime_type: str, data: str) -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime_type, "data": data}}


JSON = "application/json"
THING = {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}
WRONG_FOR_BOTH: dict[str, Any] = {
    "nothing": {},
    "a list": [],
    "no contents": {"contents": []},
    "no parts": with_parts(),
    "an empty part": with_parts({}),
    "a thought without data": with_parts({"thought": True}),
    "two kinds in a part": with_parts({"text": "a", **blob("image/png", encoded("PNG"))}),
    "a role of its own": {"contents": [{"role": "system", "parts": [{"text": "a"}]}]},
    "several without a role": {"contents": [{"parts": [{"text": "a"}]}] * 2},
    "unknown at the top": {**HELLO, "prompt": "a"},
    "unknown in a part": with_parts({"text": "a", "words": "b"}),
    "unknown in a config": with_config(imageSize="1K"),
    "unknown deeper": with_config(imageConfig={"personGeneration": "ALLOW_ALL"}),
    "a number for a text": with_parts({"text": 1}),
    "no such category": {**HELLO, "safetySettings": [{"category": "HARASSMENT", "threshold": "OFF"}]},
    "no such threshold": {**HELLO, "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "NONE"}]},
    "too warm": with_config(temperature=2.1),
    "no such level": with_config(thinkingConfig={"thinkingLevel": "SOME"}),
    "level and budget": with_config(thinkingConfig={"thinkingLevel": "LOW", "thinkingBudget": 5}),
    "no such modality": with_config(responseModalities=["SMELL"]),
    "a voice": with_config(responseModalities=["AUDIO"]),
    "no base64": with_parts({"text": "a"}, blob("image/png", "%%%")),
    "another type than declared": with_parts({"text": "a"}, blob("image/png", encoded("JPEG"))),
    "bytes that are no picture": with_parts({"text": "a"}, blob("image/png", "AAAA")),
    "a type that is not read": with_parts({"text": "a"}, blob("image/gif", encoded("GIF"))),
    "a system of pictures": {**HELLO, "systemInstruction": {"parts": [blob("image/png", encoded("PNG"))]}},
}
WRONG_FOR_TEXT: dict[str, Any] = {
    "minimal thinking": with_config(thinkingConfig={"thinkingLevel": "MINIMAL"}),
    "a picture": with_config(responseModalities=["IMAGE"]),
    "the shape of a picture": with_config(imageConfig={"aspectRatio": "1:1"}),
    "both schemas": with_config(responseMimeType=JSON, responseSchema=THING, responseJsonSchema=THING),
    "a schema without JSON": with_config(responseSchema=THING),
    "a JSON schema without JSON": with_config(responseJsonSchema=THING),
    "a type that is not written": with_config(responseMimeType="application/xml"),
    "additional properties": with_schema(**THING, additionalProperties=False),
    "a reference": with_schema(type="ARRAY", items={"$ref": "#/$defs/a"}),
    "definitions": with_schema(**THING, **{"$defs": {}}),
    "a list of types": with_schema(type=["STRING", "NULL"]),
    "no such type": with_schema(type="TUPLE"),
    "no type": with_schema(description="anything"),
    "an object of nothing": with_schema(type="OBJECT", properties={}),
    "a list of nothing": with_schema(type="ARRAY"),
    "deep within, a list of nothing": with_schema(type="OBJECT", properties={"a": {"type": "ARRAY"}}),
    "required and not there": with_schema(**THING, required=["b"]),
    "a choice of numbers": with_schema(type="INTEGER", enum=["1", "2"]),
    "a format that is not known": with_schema(type="STRING", format="uuid"),
    "a reference to nowhere": with_config(responseMimeType=JSON, responseJsonSchema={"$ref": "#/$defs/a"}),
    "a reference to itself": with_config(responseMimeType=JSON, responseJsonSchema={"$ref": "#"}),
}
WRONG_FOR_PICTURES: dict[str, Any] = {
    "JSON": with_config(responseMimeType=JSON),
    "a schema": with_schema(**THING),
    "no such ratio": with_config(imageConfig={"aspectRatio": "7:5"}),
    "a ratio of other models": with_config(imageConfig={"aspectRatio": "1:8"}),
    "a small k": with_config(imageConfig={"imageSize": "1k"}),
    "too many pictures": with_parts({"text": "a"}, *[blob("image/png", encoded("PNG"))] * 15),
}


@pytest.mark.parametrize(
    ("model", "body"),
    [
        pytest.param(model, body, id=f"{model}, {name}")
        for models, bodies in (
            ((TEXT, PICTURE), WRONG_FOR_BOTH),
            ((TEXT,), WRONG_FOR_TEXT),
            ((PICTURE,), WRONG_FOR_PICTURES),
        )
        for model in models
        for name, body in bodies.items()
    ],
)
async def test_wrong_requests(gemini: StandIn, wire: httpx.AsyncClient, model: str, body: Any) -> None:
    assert error_of(await generate(wire, body, model)) == (400, "INVALID_ARGUMENT")
    assert (gemini.billed_texts, gemini.billed_pictures) == (0, 0)


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (TEXT, HELLO),
        (TEXT, {"contents": [{"parts": [{"text": "no role"}]}]}),
        (TEXT, {**HELLO, "system_instruction": {"parts": [{"text": "snake"}]}}),
        (TEXT, {**with_config(thinking_config={"thinkingLevel": "LOW"}), "serviceTier": "flex"}),
        (TEXT, with_schema(type="string", nullable=True, max_length=9, minLength=2)),
        (TEXT, with_parts({"text": "a"}, blob("image/jpeg", encoded("JPEG")))),
        ("gemini-3.5-flash-lite", with_config(thinkingConfig={"thinkingLevel": "MINIMAL"})),
        ("gemini-flash-latest", HELLO),
        (PICTURE, with_config(responseModalities=["TEXT", "IMAGE"], imageConfig={"imageSize": "1K"})),
        (PICTURE, with_parts({"text": "a"}, *[blob("image/png", encoded("PNG"))] * 14)),
        ("gemini-nano-banana-2.1", with_config(image_config={"aspect_ratio": "1:8"})),
    ],
)
async def test_requests_that_are_right(wire: httpx.AsyncClient, model: str, body: Any) -> None:
    answer = await generate(wire, body, model)
    assert answer.status_code == 200, answer.text


async def test_an_unknown_field_is_named_with_its_place(wire: httpx.AsyncClient) -> None:
    answer = await generate(wire, with_config(imageConfig={"person_generation": "x"}))
    (detail,) = answer.json()["error"]["details"]
    (violation,) = detail["fieldViolations"]
    assert violation["field"] == "generation_config.image_config"
    assert "person_generation" in violation["description"]


async def test_keys(gemini: StandIn) -> None:
    path = f"/v1beta/models/{TEXT}:generateContent"
    async with httpx.AsyncClient(base_url=gemini.base_url) as nobody:
        assert error_of(await nobody.post(path, json=HELLO)) == (403, "PERMISSION_DENIED")
        assert error_of(await nobody.get("/v1beta/models")) == (403, "PERMISSION_DENIED")
        wrong = await nobody.post(path, json=HELLO, headers={"x-goog-api-key": "another"})
        assert error_of(wrong) == (400, "INVALID_ARGUMENT")
        assert wrong.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"
        assert (await nobody.post(f"{path}?key={gemini.key}", json=HELLO)).status_code == 200


@pytest.mark.parametrize(
    "model",
    ["gemini-3-pro", "gemini-3-pro-image-preview", "gemini-2.5-flash-image", "gemini-2.5-flash", "gemini-embedding-2"],
)
async def test_models_that_are_not_there(wire: httpx.AsyncClient, model: str) -> None:
    assert error_of(await generate(wire, HELLO, model)) == (404, "NOT_FOUND")


async def test_the_stable_version_knows_less(wire: httpx.AsyncClient) -> None:
    assert (await generate(wire, HELLO, version="v1")).status_code == 200
    for body in (
        {**HELLO, "systemInstruction": {"parts": [{"text": "a"}]}},
        with_config(responseMimeType=JSON),
        with_config(imageConfig={"aspectRatio": "1:1"}),
    ):
        assert error_of(await generate(wire, body, version="v1")) == (400, "INVALID_ARGUMENT")
    assert error_of(await generate(wire, HELLO, "gemini-flash-latest", version="v1")) == (404, "NOT_FOUND")
    names = [model["name"] for model in (await wire.get("/v1/models")).json()["models"]]
    assert "models/gemini-flash-latest" not in names
    assert f"models/{TEXT}" in names


@pytest.mark.parametrize(("seconds", "status"), [("9", 400), ("5", 400), ("soon", 400), ("10", 200), ("180", 200)])
async def test_deadlines_that_are_too_short(wire: httpx.AsyncClient, seconds: str, status: int) -> None:
    assert (await generate(wire, HELLO, **{"X-Server-Timeout": seconds})).status_code == status


@pytest.mark.parametrize(
    "body", [with_parts({"fileData": {"fileUri": "files/another"}}), {**HELLO, "cachedContent": "cachedContents/a"}]
)
async def test_what_belongs_to_others(wire: httpx.AsyncClient, body: Any) -> None:
    assert error_of(await generate(wire, body)) == (403, "PERMISSION_DENIED")


async def test_addresses_that_are_not_there(wire: httpx.AsyncClient) -> None:
    for method, path in (
        ("POST", f"/v1beta/models/{TEXT}:guess"),
        ("POST", f"/v1beta/models/{TEXT}"),
        ("GET", f"/v1beta/models/{TEXT}:generateContent"),
        ("DELETE", f"/v1beta/models/{TEXT}"),
        ("GET", "/v2/models"),
        ("GET", "/"),
    ):
        assert error_of(await wire.request(method, path)) == (404, "NOT_FOUND"), path


async def test_bodies_that_are_no_json(wire: httpx.AsyncClient) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"[1"):
        answer = await wire.post(f"/v1beta/models/{TEXT}:generateContent", content=body)
        assert error_of(answer) == (400, "INVALID_ARGUMENT")
