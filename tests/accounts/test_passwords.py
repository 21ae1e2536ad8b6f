import asyncio
import threading

import pytest

from evoke.domains.accounts import passwords
from evoke.domains.accounts.errors import PasswordWeak, SignInBusy
from tests.accounts.conftest import CountingHasher


def check(password: str) -> None:
    passwords.check_strength(password, email="user.one@example.org", name="Some Long Name")


@pytest.mark.parametrize(
    "password",
    [
        "blue-window-47",
        "eight ch",
        "  spaces  ",
        "пароль-мой",
        "密码密码密码甲乙",
        "n\0ul-inside",
        "x" * 40 + "yz" * 44,
    ],
)
def test_good_passwords_pass(password: str) -> None:
    check(password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too short"),
        ("1234567", "too short"),
        ("xy" * 65, "too long"),
        ("password", "too common"),
        ("PassWord123", "too common"),
        (" 12345678 ", "too common"),
        ("aaaaaaaaaaaa", "too common"),
        ("abababababab", "too common"),
        ("User.One@example.org", "same as the name or e-mail address"),
        ("user.one", "same as the name or e-mail address"),
        ("some long name", "same as the name or e-mail address"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(PasswordWeak) as refused:
        check(password)
    assert refused.value.details["field"] == "password"
    assert refused.value.details["reason"] == reason


def test_lengths_count_what_is_left_after_normalizing() -> None:
    with pytest.raises(PasswordWeak) as refused:
        check("e\u0301" * 7)
    assert refused.value.details["actual_length"] == 7
    assert refused.value.details["min_length"] == 8


def test_every_common_password_is_one_that_length_alone_would_let_pass() -> None:
    assert len(passwords.COMMON) > 200
    assert all(len(each) >= passwords.MIN_LENGTH and each == each.casefold() for each in passwords.COMMON)


async def test_the_same_password_from_another_keyboard_is_right(hasher: CountingHasher) -> None:
    checker = passwords.Passwords(hasher)
    composed, decomposed = "caf\u00e9-window", "cafe\u0301-window"
    stored = await checker.hash(composed)
    assert await checker.verify(decomposed, stored)
    assert not await checker.verify("cafe-window", stored)
    assert not await checker.verify(" " + composed, stored)
    checker.close()


async def test_the_installed_hasher_is_argon2id_and_knows_weaker_hashes() -> None:
    checker = passwords.Passwords()
    stored = await checker.hash("blue-window-47")
    assert stored.startswith("$argon2id$")
    assert await checker.verify("blue-window-47", stored)
    assert not checker.is_outdated(stored)
    assert checker.is_outdated(passwords.Argon2(memory_kib=8, passes=1).hash("blue-window-47"))
    checker.close()


async def test_without_a_hash_as_much_is_verified_and_the_answer_is_no(hasher: CountingHasher) -> None:
    checker = passwords.Passwords(hasher)
    stored = await checker.hash("blue-window-47")
    hasher.hashed.clear()
    assert not await checker.verify("blue-window-47", None)
    decoys = list(hasher.hashed)
    assert await checker.verify("blue-window-47", stored)
    assert not await checker.verify(decoys[0], None)
    assert len(hasher.verified) == 3
    assert hasher.hashed == decoys
    checker.close()


class SlowHasher(CountingHasher):
    """Stands in the middle of a hash until it is let go, and knows how many do."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.lock = threading.Lock()
        self.inside = self.most = 0
        self.threads: set[str] = set()

    def hash(self, password: str) -> str:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.threads.add(threading.current_thread().name)
        self.go.wait(30)
        with self.lock:
            self.inside -= 1
        return super().hash(password)


async def test_few_hashes_run_at_once_off_the_event_loop_and_the_line_has_an_end() -> None:
    hasher = SlowHasher()
    checker = passwords.Passwords(hasher, at_once=2, waiting=3)
    running = [asyncio.create_task(checker.hash(f"password {number}")) for number in range(5)]
    while hasher.inside < 2:
        await asyncio.sleep(0)
    with pytest.raises(SignInBusy):
        await checker.hash("one too many")
    hasher.go.set()
    assert len(await asyncio.gather(*running)) == 5
    assert hasher.most == 2
    assert threading.main_thread().name not in hasher.threads
    assert await checker.hash("there is room again")
    checker.close()
