"""Uploads over the loopback, against hashing, encrypting and writing the same bytes; and what they take of memory."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.figures import Figure, Wanted, compared, measured
from benchmarks.installation import Installation, running
from benchmarks.processes import Peak
from benchmarks.wire import Connection

SIZE = 5_000_000
FILES = 16
PARALLEL = (1, 4)
ROUNDS = 18  # short ones: a disk or a memory that slows down for a second then meets both sides
LARGE = 500_000_000
LARGE_PARALLEL = 8
CHUNK = 1 << 20
TAG = 16
WANTED = Wanted("≥", 0.5)
"""Of uploads as they are by default, on the disk before they are answered, and one after another."""
WANTED_MB = Wanted("≤", 300)

# What a JPEG begins with; the rest is never looked at while it is uploaded.
_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")


def run() -> list[Figure]:
    figures = []
    for durable in (True, False):
        with running(EVOKE_STORAGE__DURABLE=str(durable).lower()) as installation:
            api = installation.start_api()
            owner = installation.register(0)
            figures += [_throughput(installation, owner.headers, each, durable=durable) for each in PARALLEL]
            if durable:
                figures.append(_memory(installation, owner.headers, api.pid))
    return figures


def _throughput(installation: Installation, headers: dict[str, str], parallel: int, *, durable: bool) -> Figure:
    content = os.urandom(SIZE)
    folder = installation.folder / "floor"
    folder.mkdir(exist_ok=True)
    total, share = FILES * SIZE / 1e6, FILES // parallel
    with ThreadPoolExecutor(parallel) as threads:
        connections = [Connection(installation.port, headers) for _ in range(parallel)]

        def ours() -> None:
            _together(threads, [lambda each=each: _upload_some(each, content, share) for each in connections])

        def floor() -> None:
            _together(threads, [lambda: _floor_some(folder, content, share, durable=durable)] * parallel)

        ours()
        floor()
        pairs = [(total / measured(floor), total / measured(ours)) for _ in range(ROUNDS)]
        for connection in connections:
            connection.close()
    floors, rates = zip(*pairs, strict=True)
    kept = "with fsync" if durable else "without fsync"
    wanted = WANTED if durable and parallel == 1 else None
    return compared(f"upload, 5 MB files, {parallel} at a time, {kept}", "MB/s", rates, floors, wanted)


def _memory(installation: Installation, headers: dict[str, str], pid: int) -> Figure:
    """The most that the API held while 8 uploads of 500 MB ran."""

    def send() -> None:
        with Connection(installation.port, headers) as connection:
            connection.upload("large.jpg", _large(), LARGE).data()

    with ThreadPoolExecutor(LARGE_PARALLEL) as threads, Peak(pid) as peak:
        _together(threads, [send] * LARGE_PARALLEL)
    return Figure(f"memory of the API, {LARGE_PARALLEL} uploads of 500 MB", "MB", peak.mb, wanted=WANTED_MB)


def _large() -> Iterator[bytes]:
    block = _JPEG + secrets.token_bytes(CHUNK - len(_JPEG))
    sent = 0
    while sent < LARGE:
        yield block[: LARGE - sent]
        sent += len(block)


def _upload_some(connection: Connection, content: bytes, count: int) -> None:
    """So many files; each is another one by its first bytes, and none is copied."""
    for _ in range(count):
        head = _JPEG + secrets.token_bytes(16)
        connection.upload("photo.jpg", [head, memoryview(content)[len(head) :]], SIZE).data()


def _floor_some(folder: Path, content: bytes, count: int, *, durable: bool) -> None:
    """SHA-256, AES-256-GCM in chunks of 1 MiB, a new file; as durable as ours: the file and its folder."""
    sealed = bytearray(CHUNK + TAG)
    for _ in range(count):
        path = folder / secrets.token_hex(16)
        cipher, digest = AESGCM(secrets.token_bytes(32)), hashlib.sha256()
        with path.open("wb", buffering=0) as file:
            for number, start in enumerate(range(0, len(content), CHUNK)):
                chunk = memoryview(content)[start : start + CHUNK]
                digest.update(chunk)
                room = memoryview(sealed)[: len(chunk) + TAG]
                cipher.encrypt_into(number.to_bytes(12, "big"), chunk, None, room)
                file.write(room)
            if durable:
                os.fsync(file.fileno())
        if durable:
            _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _together(threads: ThreadPoolExecutor, actions: Sequence[Callable[[], None]]) -> None:
    for done in [threads.submit(action) for action in actions]:
        done.result()
