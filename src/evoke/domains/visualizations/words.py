"""The words of a visualization: what was found in an entry or a story, kept under its owner's key."""

import uuid
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.texts import decrypt_text, encrypt_text
from evoke.platform.generation.ports import EntryAnalysis


@dataclass(frozen=True)
class Words:
    """`is_gentle` is set where an entry or a story speaks of self-harm; nothing outside of the sealed text says so."""

    summary: str
    insights: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    language: str = "en"
    prompt: str = ""
    is_gentle: bool = False

    @classmethod
    def of(cls, analysis: EntryAnalysis, language: str) -> "Words":
        return cls(
            summary=analysis.summary,
            insights=analysis.insights,
            palette=analysis.palette,
            shapes=analysis.shapes,
            labels=analysis.labels,
            language=language,
        )


def seal(key: OwnerKey, visualization_id: uuid.UUID, words: Words) -> bytes:
    return encrypt_text(key, orjson.dumps(asdict(words)).decode(), context=_context(visualization_id))


def unseal(key: OwnerKey, visualization_id: uuid.UUID, sealed: bytes) -> Words:
    """Raises TextCorrupt."""
    values: dict[str, Any] = orjson.loads(decrypt_text(key, sealed, context=_context(visualization_id)))
    read: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Words(**read)


def _context(visualization_id: uuid.UUID) -> bytes:
    return f"visualizations.words/{visualization_id}".encode()
