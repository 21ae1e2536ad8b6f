"""The models that the stand-in has, and those that it refuses as retired."""

from dataclasses import dataclass
from typing import Any, Literal

from evoke.cli.dev.gemini import refusals

_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
_MORE_RATIOS = (*_RATIOS, "1:4", "4:1", "1:8", "8:1")
_METHODS = {
    "text": ("generateContent", "countTokens"),
    "picture": ("generateContent", "countTokens"),
    "embedding": ("embedContent",),
}


@dataclass(frozen=True)
class Model:
    """`ratios` are those that a picture may have; `minimal` says whether the thinking level MINIMAL is known.

    `beta` models are on v1beta only.
    """

    name: str
    kind: Literal["text", "picture", "embedding"]
    minimal: bool = True
    ratios: tuple[str, ...] = ()
    beta: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        return _METHODS[self.kind]

    def described(self) -> dict[str, Any]:
        """The Model of the API."""
        return {
            "name": f"models/{self.name}",
            "version": "001",
            "displayName": self.name.replace("-", " ").title(),
            "inputTokenLimit": 65_536 if self.kind == "picture" else 1_048_576,
            "outputTokenLimit": 32_768 if self.kind == "picture" else 65_536,
            "supportedGenerationMethods": list(self.methods),
            "temperature": 1,
            "topP": 0.95,
            "topK": 64,
            "maxTemperature": 2,
            "thinking": self.kind != "embedding",
        }


MODELS = {
    model.name: model
    for model in (
        Model("gemini-3.8-flash", "text", minimal=False),
        Model("gemini-3.7-flash", "text", minimal=False),
        Model("gemini-3.6-flash", "text"),
        Model("gemini-3.5-flash", "text"),
        Model("gemini-3.5-flash-lite", "text"),
        Model("gemini-3.1-pro-preview", "text", beta=True),
        Model("gemini-4-argon", "text"),
        Model("gemini-4-carbon", "text"),
        Model("gemini-4-hydrogen", "text"),
        Model("gemini-flash-latest", "text", minimal=False, beta=True),
        Model("gemini-flash-lite-latest", "text", beta=True),
        Model("gemini-pro-latest", "text", beta=True),
        Model("gemini-3-pro-image", "picture", ratios=_RATIOS),
        Model("gemini-nano-banana-2.1", "picture", ratios=_MORE_RATIOS),
        Model("gemini-3.1-flash-image", "picture", ratios=_MORE_RATIOS),
        Model("gemini-embedding-2", "embedding"),
        Model("gemini-embedding-001", "embedding"),
    )
}
RETIRED = (
    "gemini-2.5-flash",
    "gemini-2.5-pro",
    "gemini-2.5-flash-image",
    "gemini-3-pro-preview",
    "gemini-3-pro-image-preview",
    "text-embedding-004",
)
"""Shut down, or closed to a project that did not use them before September 2026, which the stand-in's did not."""


def find(name: str, *, version: str, method: str | None = None) -> Model:
    """The model, if it can be used with `method`. Raises Refused (404)."""
    if name in RETIRED:
        raise refusals.retired_model(name)
    model = MODELS.get(name)
    if model is None or (model.beta and version != "v1beta") or (method is not None and method not in model.methods):
        raise refusals.no_such_model(name, version, method or "getModel")
    return model
