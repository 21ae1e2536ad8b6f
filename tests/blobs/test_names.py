"""What a key may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.kit.errors import Invalid
from evoke.platform.blobs import keys


@pytest.mark.parametrize("key", ["a", "0190-abc/ab/cdef.orig", "u/_x/-y", "a" * 200, "/".join(["ab"] * 170)])
def test_good_keys(key: str) -> None:
    assert keys.checked(key) == key
    assert keys.checked_prefix(key + "/") == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/../b",
        "a/.hidden",
        "a\0",
        "a\n",
        "a\\b",
        "a b",
        "ä",
        "a%2e",
        "a" * 201,
        "ab/" * 171 + "c",
    ],
)
def test_bad_keys(key: str) -> None:
    with pytest.raises(Invalid) as caught:
        keys.checked(key)
    assert caught.value.details["field"] == "key"


@given(st.text())
def test_no_key_leaves_its_folder(key: str) -> None:
    try:
        keys.checked(key)
    except Invalid:
        return
    assert not key.startswith("/")
    assert not any(segment.startswith(".") or not segment for segment in key.split("/"))


def test_the_empty_prefix_is_everything() -> None:
    assert keys.checked_prefix("") == ""
