"""Passwords: which are good enough, and how they are hashed.

Argon2id with 19 MiB, two passes and one lane: the OWASP Password Storage Cheat Sheet's setting for little memory.
A hash is CPU and memory work, so it runs in threads of its own, few at a time: a rush of sign-ins may wait, but it
takes neither the event loop nor the machine's memory.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

from pwdlib.hashers.argon2 import Argon2Hasher

from evoke.domains.accounts.common_passwords import COMMON
from evoke.domains.accounts.errors import PasswordWeak, SignInBusy

MIN_LENGTH = 8
MAX_LENGTH = 128
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1

T = TypeVar("T")


class Hasher(Protocol):
    """A slow hash. Blocking: `Passwords` calls it in a thread."""

    def hash(self, password: str) -> str: ...
    def verify(self, password: str, hash_: str) -> bool: ...
    def is_outdated(self, hash_: str) -> bool:
        """Whether `hash_` was made with weaker settings than those in force."""
        ...


class Argon2:
    """The hasher of every installation."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._argon2 = Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)

    def hash(self, password: str) -> str:
        return self._argon2.hash(password)

    def verify(self, password: str, hash_: str) -> bool:
        return self._argon2.verify(password, hash_)

    def is_outdated(self, hash_: str) -> bool:
        return self._argon2.check_needs_rehash(hash_)


class Passwords:
    """Hashes and verifies off the event loop: `at_once` at a time, `waiting` in line, SignInBusy beyond."""

    def __init__(self, hasher: Hasher | None = None, *, at_once: int = 2, waiting: int = 64) -> None:
        self._hasher = hasher or Argon2()
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="password")
        self._room = at_once + waiting
        self._inside = 0
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        with self._place():
            return await self._run(self._hasher.hash, normalize(password))

    async def verify(self, password: str, hash_: str | None) -> bool:
        """Whether the password is that of `hash_`. Without a hash (no such account) the work is the same, for False."""
        with self._place():
            if self._decoy is None:  # made on either path, so that not even the first question takes longer on one
                self._decoy = await self._run(self._hasher.hash, secrets.token_urlsafe(16))
            right = await self._run(self._hasher.verify, normalize(password), hash_ or self._decoy)
        return right and hash_ is not None

    def is_outdated(self, hash_: str) -> bool:
        return self._hasher.is_outdated(hash_)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._inside >= self._room:
            raise SignInBusy
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)


def normalize(password: str) -> str:
    """Unicode normal form KC: the same password from another keyboard has the same bytes. White space stays."""
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, *, email: str, name: str) -> None:
    """Raise PasswordWeak with the reason; NIST SP 800-63B section 3.1.1.2: length and a block list only."""
    password = normalize(password)
    length = {"min_length": MIN_LENGTH, "max_length": MAX_LENGTH, "actual_length": len(password)}
    if len(password) < MIN_LENGTH:
        raise _weak(f"A password has at least {MIN_LENGTH} characters.", "too short", **length)
    if len(password) > MAX_LENGTH:
        raise _weak(f"A password has {MAX_LENGTH} characters at most.", "too long", **length)
    folded = password.casefold().strip()
    if folded in {email.casefold(), email.partition("@")[0].casefold(), normalize(name).casefold()}:
        raise _weak("Your name or e-mail address is no password.", "same as the name or e-mail address")
    if folded in COMMON or len(set(folded)) < 3:
        raise _weak("This password is among the first that anybody would guess.", "too common")


def _weak(message: str, reason: str, **details: int) -> PasswordWeak:
    return PasswordWeak(message, field="password", reason=reason, **details)
