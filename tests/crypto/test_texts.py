"""Short texts under an owner's key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.crypto.errors import TextCorrupt
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.texts import decrypt_text, encrypt_text

KEY = OwnerKey(bytes(range(32)))


@given(text=st.text(), context=st.binary())
def test_what_is_encrypted_comes_back(text: str, context: bytes) -> None:
    encrypted = encrypt_text(KEY, text, context=context)
    assert len(encrypted) == len(text.encode()) + 29
    assert decrypt_text(KEY, encrypted, context=context) == text


def test_the_same_text_twice_looks_different() -> None:
    assert encrypt_text(KEY, "calm", context=b"row") != encrypt_text(KEY, "calm", context=b"row")


@given(data=st.data())
def test_every_change_is_seen(data: st.DataObject) -> None:
    encrypted = bytearray(encrypt_text(KEY, "a walk by the sea", context=b"row"))
    position = data.draw(st.integers(0, len(encrypted) - 1))
    encrypted[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(TextCorrupt):
        decrypt_text(KEY, bytes(encrypted), context=b"row")


@given(length=st.integers(0, 45))
def test_every_cut_is_seen(length: int) -> None:
    encrypted = encrypt_text(KEY, "a walk by the sea", context=b"row")
    with pytest.raises(TextCorrupt):
        decrypt_text(KEY, encrypted[:length], context=b"row")


def test_a_text_moved_to_another_row_or_owner_does_not_open() -> None:
    encrypted = encrypt_text(KEY, "calm", context=b"row 1")
    with pytest.raises(TextCorrupt):
        decrypt_text(KEY, encrypted, context=b"row 2")
    with pytest.raises(TextCorrupt):
        decrypt_text(OwnerKey.generate(), encrypted, context=b"row 1")


def test_what_version_1_encrypted_stays_readable() -> None:
    encrypted = bytes.fromhex(
        "0129948d6b445f7cd33aba3d8fb9d20bcc6e8161dfa591ac500db9712e2679a845b46bc210d09ad30b36cbdf84f5700fb92c6b"
    )
    assert decrypt_text(KEY, encrypted, context=b"entry/1") == "still calm — as ever"
