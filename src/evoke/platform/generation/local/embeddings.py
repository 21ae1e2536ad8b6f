"""Text embeddings from a folder with an ONNX model, on this machine: an optional extra.

The folder has what sentence-embedding models are published with: `model.onnx` (also in `onnx/`) and `tokenizer.json`.
Tokens are averaged under the attention mask and the mean is brought to length 1, as such models are trained for.
A model for several languages finds stories in all of them; the sentences they are compared with are English.
"""

import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BATCH: Final = 16
MAX_TOKENS: Final = 256
"""Longer passages are cut: such models are trained on sentences and paragraphs."""
_MODELS: Final = ("model.onnx", "onnx/model.onnx")

Vectors = npt.NDArray[np.float32]


class EmbeddingsUnusable(Exception):
    """The folder holds no model that can be used, or the packages that run it are not installed. Says which."""


class SentenceEmbedder:
    """Loaded at first use; safe in several threads. CPU work: call it off the event loop."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Looks whether the files are there and reads nothing. Raises EmbeddingsUnusable."""
        model = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
        if model is None or not (folder / "tokenizer.json").is_file():
            raise EmbeddingsUnusable(f"{folder} must hold tokenizer.json and {' or '.join(_MODELS)}.")
        for package in ("onnxruntime", "tokenizers"):
            if importlib.util.find_spec(package) is None:
                raise EmbeddingsUnusable(f"The package {package} is not installed.")
        self._model = model
        self._tokenizer_file = folder / "tokenizer.json"
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[InferenceSession, Tokenizer] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions). Raises EmbeddingsUnusable when the model does not run."""
        session, tokenizer = self._load()
        parts = [self._batch(session, tokenizer, texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def _load(self) -> "tuple[InferenceSession, Tokenizer]":
        with self._lock:
            if self._loaded is None:
                import onnxruntime
                from tokenizers import Tokenizer

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = self._threads
                options.inter_op_num_threads = 1
                try:
                    session = onnxruntime.InferenceSession(
                        str(self._model), sess_options=options, providers=["CPUExecutionProvider"]
                    )
                    tokenizer = Tokenizer.from_file(str(self._tokenizer_file))
                except Exception as error:  # both libraries raise their own undocumented kinds
                    raise EmbeddingsUnusable(f"The model in {self._model.parent} cannot be loaded: {error}") from error
                tokenizer.enable_truncation(MAX_TOKENS)
                tokenizer.enable_padding()
                self._loaded = session, tokenizer
            return self._loaded

    def _batch(self, session: "InferenceSession", tokenizer: "Tokenizer", texts: Sequence[str]) -> Vectors:
        # Encoding with padding keeps state in the tokenizer only while it is configured, which is behind us.
        encoded = tokenizer.encode_batch(list(texts))
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        known: dict[str, Any] = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([one.type_ids for one in encoded], dtype=np.int64),
        }
        wanted = {one.name for one in session.get_inputs()}
        if not wanted <= known.keys():
            raise EmbeddingsUnusable(f"The model asks for {', '.join(sorted(wanted - known.keys()))}, too.")
        try:
            output = np.asarray(session.run(None, {name: known[name] for name in wanted})[0], dtype=np.float32)
        except Exception as error:  # onnxruntime raises kinds of its own
            raise EmbeddingsUnusable(f"The model does not run: {error}") from error
        if output.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            output = (output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        if output.ndim != 2 or len(output) != len(texts):
            raise EmbeddingsUnusable(f"The model answers an array of shape {output.shape}.")
        lengths = np.linalg.norm(output, axis=1, keepdims=True)
        return np.asarray(output / np.maximum(lengths, 1e-9), dtype=np.float32)
