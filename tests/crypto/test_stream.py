"""The format of encrypted blobs. Small chunks here: the borders are where the mistakes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.crypto.errors import BlobCorrupt, WrongKey
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.stream import HEADER_BYTES, Decryptor, Encryptor, Layout, open_sealed, seal

KEY = OwnerKey(bytes(range(32)))
CHUNK = 16
STEP = CHUNK + 16


def sealed(plaintext: bytes, chunk_size: int = CHUNK) -> bytes:
    return seal(KEY, plaintext, chunk_size=chunk_size)


def chunks_of(blob: bytes) -> list[bytes]:
    return [blob[start : start + STEP] for start in range(HEADER_BYTES, len(blob), STEP)]


@given(plaintext=st.binary(max_size=100), chunk_size=st.integers(1, 40))
def test_what_is_sealed_comes_back(plaintext: bytes, chunk_size: int) -> None:
    assert open_sealed(KEY, sealed(plaintext, chunk_size)) == plaintext


@given(plaintext=st.binary(max_size=100), data=st.data())
def test_every_range_opens_from_its_own_chunks(plaintext: bytes, data: st.DataObject) -> None:
    blob = sealed(plaintext)
    decryptor = Decryptor(blob[:HEADER_BYTES], len(blob), KEY)
    assert decryptor.plain_size == len(plaintext)
    start = data.draw(st.integers(0, len(plaintext)))
    end = data.draw(st.integers(start, len(plaintext)))
    low, high = decryptor.stored_range(start, end)
    assert decryptor.open_range(start, end, blob[low:high]) == plaintext[start:end]
    needed = len(range(start // CHUNK, -(-end // CHUNK)))
    assert high - low <= max(needed, 1) * STEP


@given(plaintext=st.binary(max_size=70), data=st.data())
def test_every_changed_bit_is_seen(plaintext: bytes, data: st.DataObject) -> None:
    blob = bytearray(sealed(plaintext))
    position = data.draw(st.integers(0, len(blob) - 1))
    blob[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((BlobCorrupt, WrongKey)):
        open_sealed(KEY, bytes(blob))


@given(plaintext=st.binary(max_size=70))
def test_every_cut_is_seen(plaintext: bytes) -> None:
    blob = sealed(plaintext)
    for length in range(len(blob)):
        with pytest.raises(BlobCorrupt):
            open_sealed(KEY, blob[:length])


@given(plaintext=st.binary(max_size=70), more=st.binary(min_size=1, max_size=80))
def test_whatever_is_appended_is_seen(plaintext: bytes, more: bytes) -> None:
    with pytest.raises(BlobCorrupt):
        open_sealed(KEY, sealed(plaintext) + more)


@given(order=st.permutations(range(4)).filter(lambda order: order != [0, 1, 2, 3]))
def test_every_other_order_is_seen(order: list[int]) -> None:
    blob = sealed(bytes(range(64)))
    chunks = chunks_of(blob)
    with pytest.raises(BlobCorrupt):
        open_sealed(KEY, blob[:HEADER_BYTES] + b"".join(chunks[index] for index in order))


def test_a_chunk_of_another_blob_is_seen() -> None:
    one, other = sealed(bytes(64)), sealed(bytes(64))
    mixed = one[: HEADER_BYTES + STEP] + other[HEADER_BYTES + STEP :]
    with pytest.raises(BlobCorrupt):
        open_sealed(KEY, mixed)


def test_a_header_of_another_blob_is_seen() -> None:
    one, other = sealed(bytes(64)), sealed(bytes(64))
    with pytest.raises(BlobCorrupt):
        open_sealed(KEY, other[:HEADER_BYTES] + one[HEADER_BYTES:])


def test_what_was_not_damaged_still_opens() -> None:
    plaintext = bytes(range(64))
    blob = bytearray(sealed(plaintext))
    blob[HEADER_BYTES + STEP] ^= 1
    decryptor = Decryptor(blob, len(blob), KEY)
    low, high = decryptor.stored_range(32, 64)
    assert decryptor.open_range(32, 64, blob[low:high]) == plaintext[32:]
    low, high = decryptor.stored_range(0, 32)
    with pytest.raises(BlobCorrupt):
        decryptor.open_range(0, 32, blob[low:high])


def test_the_wrong_number_of_stored_bytes_is_seen() -> None:
    blob = sealed(bytes(64))
    low, high = Decryptor(blob, len(blob), KEY).stored_range(0, 64)
    with pytest.raises(BlobCorrupt):
        Decryptor(blob, len(blob), KEY).open_range(0, 64, blob[low : high - 1])


def test_another_owners_key_is_told_apart_from_damage() -> None:
    other = OwnerKey.generate()
    with pytest.raises(WrongKey) as caught:
        open_sealed(other, sealed(b"mine"))
    assert caught.value.details == {"needed": KEY.id.hex(), "given": other.id.hex()}


def test_the_same_bytes_twice_look_different_and_show_nothing() -> None:
    plaintext = b"a face, a place, a time"
    one, other = sealed(plaintext, 1 << 20), sealed(plaintext, 1 << 20)
    assert one[HEADER_BYTES:] != other[HEADER_BYTES:]
    assert plaintext not in one


def test_a_newer_format_is_named() -> None:
    blob = bytearray(sealed(b""))
    blob[4] = 2
    with pytest.raises(BlobCorrupt, match="format 2"):
        open_sealed(KEY, blob)


@given(size=st.integers(0, 10_000), chunk_size=st.integers(1, 64))
def test_the_size_of_the_plaintext_follows_from_that_of_the_blob(size: int, chunk_size: int) -> None:
    chunks = max(1, -(-size // chunk_size))
    layout = Layout(HEADER_BYTES + size + 16 * chunks, chunk_size)
    assert (layout.plain_size, layout.chunks) == (size, chunks)


@pytest.mark.parametrize("body", [0, 1, 15, STEP + 1, STEP + 15, STEP + 16, 2 * STEP + 16])
def test_a_size_that_no_writer_leaves_is_seen(body: int) -> None:
    with pytest.raises(BlobCorrupt):
        Layout(HEADER_BYTES + body, CHUNK)


@pytest.mark.parametrize("size", [-1, 0, 16, 79])
def test_a_blob_shorter_than_its_header_is_seen(size: int) -> None:
    with pytest.raises(BlobCorrupt):
        Layout(size, CHUNK)


@pytest.mark.parametrize(
    ("sizes", "wrong"),
    [([], (15, False)), ([], (17, False)), ([], (17, True)), ([16], (0, True)), ([], (0, False))],
)
def test_an_encryptor_refuses_chunks_that_no_reader_expects(sizes: list[int], wrong: tuple[int, bool]) -> None:
    encryptor, out = Encryptor(KEY, chunk_size=CHUNK), bytearray(64)
    for size in sizes:
        encryptor.seal_into(bytes(size), out, last=False)
    with pytest.raises(ValueError, match="chunk"):
        encryptor.seal_into(bytes(wrong[0]), out, last=wrong[1])


def test_nothing_follows_the_last_chunk() -> None:
    encryptor, out = Encryptor(KEY, chunk_size=CHUNK), bytearray(64)
    assert encryptor.seal_into(bytes(16), out, last=True) == STEP
    with pytest.raises(ValueError, match="after the last"):
        encryptor.seal_into(bytes(16), out, last=True)


def test_what_version_1_sealed_stays_readable() -> None:
    blob = bytes.fromhex(
        "45564b310100000000000010586b19d8856ba514f48d5e930c1b2fdafd40d329559d2485de594cf4b6ae99a97bbd499c"
        "08bcbe09e2d65c14f2d3702375531e5d7d412b4f0d758ef1eb56c7d1839a5ae53a9761c80d46363ae26de9b5424606e7"
        "b62da3e5588765a52b2def25b173fa5c786ba2773130956ce45608702a7a353ff0ae5aa4174cca37ce0358daf07d80f3"
        "dc7c1c71699911f01192f5eba8fc45f1b8c7f8d7934b0f7c"
    )
    assert open_sealed(KEY, blob) == b"forty bytes in chunks of sixteen bytes.."
