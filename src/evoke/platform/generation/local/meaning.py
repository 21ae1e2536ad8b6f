"""How close a text is in meaning to the example sentences of each stressor."""

import re
import threading
from typing import Final

import numpy as np

from evoke.platform.generation.local import library, matching
from evoke.platform.generation.local.embeddings import SentenceEmbedder, Vectors

MAX_PASSAGES: Final = 12
_SENTENCES = re.compile(r"[^.!?…。！？\n]+[.!?…。！？]*")
_PASSAGE_CHARACTERS: Final = 240


class Meanings:
    """Keeps the vectors of the examples: computed once, at first use."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._examples: tuple[list[str], Vectors] | None = None

    def of(self, text: str) -> dict[str, float]:
        """Closeness by stressor id, 0 to 1. CPU work. Raises EmbeddingsUnusable."""
        owners, examples = self._known()
        passages = passages_of(text)
        if not passages:
            return {}
        closest = (self._embedder.embed(passages) @ examples.T).max(axis=0)
        cosines: dict[str, float] = {}
        for owner, cosine in zip(owners, closest, strict=True):
            cosines[owner] = max(cosines.get(owner, -1.0), float(cosine))
        return matching.by_meaning(cosines)

    def _known(self) -> tuple[list[str], Vectors]:
        with self._lock:
            if self._examples is None:
                pairs = [(entry.id, text) for entry in library.stressors("en").values() for text in entry.examples]
                vectors = self._embedder.embed([text for _, text in pairs])
                self._examples = [owner for owner, _ in pairs], np.ascontiguousarray(vectors)
            return self._examples


def passages_of(text: str) -> list[str]:
    """Neighbouring sentences together up to about 240 characters, at most MAX_PASSAGES from the whole length."""
    passages: list[str] = []
    for sentence in (found[0].strip() for found in _SENTENCES.finditer(text)):
        if not any(character.isalnum() for character in sentence):
            continue
        if passages and len(passages[-1]) + len(sentence) < _PASSAGE_CHARACTERS:
            passages[-1] = f"{passages[-1]} {sentence}"
        else:
            passages.append(sentence)
    if len(passages) <= MAX_PASSAGES:
        return passages
    return [passages[round(place * (len(passages) - 1) / (MAX_PASSAGES - 1))] for place in range(MAX_PASSAGES)]
