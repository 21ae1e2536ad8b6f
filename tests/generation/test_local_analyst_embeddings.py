"""Text embeddings by a real model: small, made here, run by onnxruntime."""

import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from evoke.platform.generation import ports
from evoke.platform.generation.local import library
from evoke.platform.generation.local.analyst import LocalAnalyst
from evoke.platform.generation.local.embeddings import BATCH, EmbeddingsUnusable, SentenceEmbedder
from evoke.platform.generation.local.meaning import MAX_PASSAGES, Meanings, passages_of

SOMEBODY = ports.Payer()
# `woofling` is no word: the model alone knows that it means what `cat` means. Unknown words mean nothing.
MEANINGS = {"cat": 0, "woofling": 0, "leash": 0, "exam": 1, "midterm": 1, "rent": 2, "bills": 2}
WIDTH = 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path)


def make(folder: Path, *, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), pooled: bool = False) -> Path:
    """A model that looks up a vector for each token; `pooled`: one that answers one vector for each text."""
    vocabulary = {"[PAD]": 0, "[UNK]": 1, **{word: number for number, word in enumerate(MEANINGS, start=2)}}
    table = np.zeros((len(vocabulary), WIDTH), dtype=np.float32)
    table[0] = 100.0  # what is padded must not count
    for word, axis in MEANINGS.items():
        table[vocabulary[word], axis] = 2.0
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["tokens"])]
    if pooled:
        nodes.append(helper.make_node("ReduceMax", ["tokens"], ["answer"], axes=[1], keepdims=0))
    else:
        nodes.append(helper.make_node("Identity", ["tokens"], ["answer"]))
    shape = ["texts", WIDTH] if pooled else ["texts", "tokens_", WIDTH]
    graph = helper.make_graph(
        nodes,
        "lookup",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens_"]) for name in inputs],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder


def test_vectors_are_means_of_length_one(folder: Path) -> None:
    vectors = SentenceEmbedder(folder).embed(["cat", "cat exam", "cat cat exam rent", "nothing known"])
    assert vectors.dtype == np.float32
    expected = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [2, 1, 1, 0], [0, 0, 0, 0]], dtype=np.float32)
    lengths = np.maximum(np.linalg.norm(expected, axis=1, keepdims=True), 1e-9)
    np.testing.assert_allclose(vectors, expected / lengths, atol=1e-6)


def test_batches_and_padding_change_nothing(folder: Path) -> None:
    embedder = SentenceEmbedder(folder)
    texts = [f"{'cat ' * (number % 7)} exam" for number in range(2 * BATCH + 3)]
    together = embedder.embed(texts)
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    assert embedder.embed([]).shape[0] == 0


def test_long_texts_are_cut(folder: Path) -> None:
    vectors = SentenceEmbedder(folder).embed(["cat " * 400 + "exam " * 4000])
    np.testing.assert_allclose(vectors, [[1, 0, 0, 0]], atol=1e-6)


def test_models_that_pool_by_themselves(tmp_path: Path) -> None:
    vectors = SentenceEmbedder(make(tmp_path, pooled=True)).embed(["cat exam"])
    np.testing.assert_allclose(vectors, [[2**-0.5, 2**-0.5, 0, 0]], atol=1e-6)


def test_models_with_type_ids(tmp_path: Path) -> None:
    made = make(tmp_path, inputs=("input_ids", "attention_mask", "token_type_ids"))
    assert SentenceEmbedder(made).embed(["cat"]).shape == (1, WIDTH)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingsUnusable, match=r"tokenizer\.json"):
        SentenceEmbedder(tmp_path)
    with pytest.raises(EmbeddingsUnusable, match="pixel_values"):
        SentenceEmbedder(make(tmp_path, inputs=("input_ids", "pixel_values"))).embed(["cat"])
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(EmbeddingsUnusable, match="cannot be loaded"):
        SentenceEmbedder(tmp_path).embed(["cat"])


def test_it_loads_once_for_all_threads(folder: Path) -> None:
    embedder = SentenceEmbedder(folder)
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(embedder.embed(["cat exam"] * 20))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(np.array_equal(found[0], other) for other in found)


def test_meaning_finds_what_words_do_not(folder: Path) -> None:
    closeness = Meanings(SentenceEmbedder(folder)).of("The woofling was gone. It rained.")
    assert max(closeness, key=lambda id_: closeness[id_]) == "pet_loss"
    assert closeness["exams"] == 0


async def test_the_analyst_uses_it(folder: Path) -> None:
    brief = ports.StoryBrief("Since yesterday the woofling has gone from us and the evening is so still.", "bad", ())
    by_words = await LocalAnalyst().analyze_story(brief, SOMEBODY)
    by_meaning = await LocalAnalyst(embeddings=folder).analyze_story(brief, SOMEBODY)
    assert by_words.stressor == library.stressors("en")["general_bad"].name
    assert by_meaning.stressor == library.stressors("en")["pet_loss"].name


async def test_stories_in_other_languages_are_found_by_meaning(folder: Path) -> None:
    brief = ports.StoryBrief("今日 woofling を病院に連れて行きました。とても悲しいです。" * 2, "bad", (), "ja")
    analysis = await LocalAnalyst(embeddings=folder).analyze_story(brief, SOMEBODY)
    assert (analysis.stressor, analysis.language) == (library.stressors("en")["pet_loss"].name, "en")


async def test_a_model_that_cannot_be_used_leaves_the_words(tmp_path: Path) -> None:
    brief = ports.StoryBrief("My exam is on Monday and I cannot remember anything at all of it.", "bad", ())
    expected = await LocalAnalyst().analyze_story(brief, SOMEBODY)
    assert await LocalAnalyst(embeddings=tmp_path).analyze_story(brief, SOMEBODY) == expected
    (make(tmp_path) / "model.onnx").write_bytes(b"no model")
    broken = LocalAnalyst(embeddings=tmp_path)
    assert await broken.analyze_story(brief, SOMEBODY) == expected
    assert await broken.analyze_story(brief, SOMEBODY) == expected


def test_passages_cover_the_whole_text() -> None:
    text = " ".join(f"This is sentence number {number} of a long story that goes on." for number in range(200))
    passages = passages_of(text)
    assert len(passages) == MAX_PASSAGES
    assert "number 0 " in passages[0]
    assert "number 199 " in passages[-1]
    assert passages_of("  ...  \n") == []
