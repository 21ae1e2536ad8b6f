"""What a tag may hold after reading."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.metadata import raw, values

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(ANYTHING)
def test_anything_becomes_json_that_postgresql_takes(value):
    text = json.dumps(values.clean(value), allow_nan=False, ensure_ascii=False)
    text.encode("utf-8")
    assert "\\u0000" not in text


def test_values_keep_their_kind():
    kept = {"a": 1, "b": 1.5, "c": True, "d": None, "e": ["x", [2]], "f": {"g": "h"}}
    assert values.clean(kept) == kept


def test_what_json_has_not():
    assert values.clean([math.nan, math.inf, 2**70, b"12345", "a\0b", "\ud800"]) == [
        None, None, str(2**70), "(5 bytes)", "ab", "�",
    ]  # fmt: skip


def test_long_lists_and_deep_ones_end_with_a_note():
    cut = values.clean(list(range(300)))
    assert isinstance(cut, list)
    assert cut[-2:] == [255, "… (44 more)"]
    deep: object = "x"
    for _ in range(30):
        deep = [deep]
    assert "nested too deeply" in json.dumps(values.clean(deep), ensure_ascii=False)


def test_too_many_tags_are_cut_and_reported():
    found = raw.collect(
        "image/jpeg",
        exif={f"Image.T{number}": number for number in range(values.MAX_TAGS + 7)},
        xmp={f"a:t{number}": "x" * 10_000 for number in range(60)},
        iptc={},
        problems=[],
    )
    assert len(found.exif) == values.MAX_TAGS
    assert len(json.dumps(dict(found.xmp))) <= values.MAX_GROUP + 1000
    assert [problem.code for problem in found.problems] == ["too_many_tags", "too_many_tags"]
    assert "7 EXIF tags" in found.problems[0].message
