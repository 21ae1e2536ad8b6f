"""Wrapping owner keys, and replacing the master key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.crypto.errors import WrongKey
from evoke.platform.crypto.keys import Keyring, MasterKey, OwnerKey

OWNER = b"0190aaaa-0000-7000-8000-000000000001"


def test_what_is_wrapped_comes_back() -> None:
    master, owner_key = MasterKey.generate(), OwnerKey.generate()
    wrapped = master.wrap(owner_key, context=OWNER)
    assert master.unwrap(wrapped, context=OWNER) == owner_key
    assert owner_key.reveal() not in wrapped


def test_wrapping_twice_gives_different_bytes() -> None:
    master, owner_key = MasterKey.generate(), OwnerKey.generate()
    assert master.wrap(owner_key, context=OWNER) != master.wrap(owner_key, context=OWNER)


def test_another_master_key_is_told_apart_and_named() -> None:
    master, other = MasterKey.generate(), MasterKey.generate()
    wrapped = master.wrap(OwnerKey.generate(), context=OWNER)
    with pytest.raises(WrongKey) as caught:
        other.unwrap(wrapped, context=OWNER)
    assert caught.value.details == {"needed": master.id.hex(), "given": other.id.hex()}


def test_the_key_of_one_owner_is_not_taken_for_that_of_another() -> None:
    master = MasterKey.generate()
    wrapped = master.wrap(OwnerKey.generate(), context=b"owner 1")
    with pytest.raises(WrongKey, match="another owner"):
        master.unwrap(wrapped, context=b"owner 2")


@given(position=st.integers(0, 68), bit=st.integers(0, 7))
def test_every_changed_bit_of_a_wrapped_key_is_seen(position: int, bit: int) -> None:
    master = MasterKey.generate()
    wrapped = bytearray(master.wrap(OwnerKey.generate(), context=OWNER))
    wrapped[position] ^= 1 << bit
    with pytest.raises(WrongKey):
        master.unwrap(bytes(wrapped), context=OWNER)


@pytest.mark.parametrize("wrapped", [b"", b"\x01", b"\x01" * 68, b"\x01" * 70, b"\x02" + b"\x00" * 68])
def test_what_is_no_wrapped_key_is_refused(wrapped: bytes) -> None:
    with pytest.raises(WrongKey, match="unknown format"):
        MasterKey.generate().unwrap(wrapped, context=OWNER)


def test_what_version_1_wrapped_stays_readable() -> None:
    wrapped = bytes.fromhex(
        "014446979e9bb40c8bcec6377b9200269dd6ad68f6146fbd1d4fbcdfb2e0401c779eab42161e9559e6da50e8ad8d7bc7"
        "2a405e22816694397822f7d7ebdb98f04ad8143a41"
    )
    assert MasterKey(bytes(range(32))).unwrap(wrapped, context=OWNER) == OwnerKey(bytes(range(32, 64)))


def test_a_keyring_opens_with_the_old_key_and_wraps_with_the_new() -> None:
    old, new = MasterKey.generate(), MasterKey.generate()
    owner_key = OwnerKey.generate()
    before = old.wrap(owner_key, context=OWNER)
    ring = Keyring(new, [old])

    assert ring.unwrap(before, context=OWNER) == owner_key
    assert not ring.is_current(before)

    after = ring.rewrap(before, context=OWNER)
    assert ring.is_current(after)
    assert new.unwrap(after, context=OWNER) == owner_key
    with pytest.raises(WrongKey):
        old.unwrap(after, context=OWNER)


def test_a_keyring_without_the_key_says_which_it_needs() -> None:
    lost, present, older = MasterKey.generate(), MasterKey.generate(), MasterKey.generate()
    with pytest.raises(WrongKey) as caught:
        Keyring(present, [older]).unwrap(lost.wrap(OwnerKey.generate(), context=OWNER), context=OWNER)
    assert caught.value.details["needed"] == lost.id.hex()
    assert caught.value.details["given"] == ", ".join(sorted([present.id.hex(), older.id.hex()]))


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        OwnerKey(b"short")


def test_a_key_does_not_show_in_its_representation() -> None:
    key = OwnerKey.generate()
    assert repr(key) == f"OwnerKey({key.id.hex()})"
    assert key.reveal().hex() not in f"{key} {key!r} {[key]}"


def test_the_same_bytes_as_owner_and_as_master_key_are_different_keys() -> None:
    secret = bytes(32)
    assert OwnerKey(secret).id != MasterKey(secret).id
    assert OwnerKey(secret) != MasterKey(secret)
    assert len({OwnerKey(secret), OwnerKey(secret), MasterKey(secret)}) == 2


def test_each_use_has_a_subkey_of_its_own() -> None:
    key = OwnerKey.generate()
    assert len({key.subkey(b"blobs"), key.subkey(b"texts"), key.reveal()}) == 3
