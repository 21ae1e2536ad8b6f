"""Where the master key comes from: files, values, commands."""

import base64
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from evoke.platform.crypto import sources
from evoke.platform.crypto.errors import KeyUnusable
from evoke.platform.crypto.keys import MasterKey, OwnerKey


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "master.key"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_a_key_that_only_its_owner_reads(path: Path) -> None:
    key = sources.load_or_create(path)
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700
    assert sources.load_or_create(path) == key
    assert [entry.name for entry in path.parent.iterdir()] == ["master.key"]


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_the_mode_does_not_hang_on_the_umask_being_strict(path: Path, umask: int) -> None:
    path.parent.mkdir()
    before = os.umask(umask)
    try:
        if umask == 0o777 and os.geteuid() != 0:
            pytest.skip("only root can read back a file of mode 0")
        sources.load_or_create(path)
    finally:
        os.umask(before)
    assert not mode_of(path) & 0o077


def test_processes_that_start_together_agree_on_one_key(path: Path) -> None:
    barrier, found = threading.Barrier(8), []

    def start() -> None:
        barrier.wait()
        found.append(sources.load_or_create(path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert set(found) == {sources.load(path)}
    assert len(list(path.parent.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o666])
def test_a_key_that_others_may_touch_is_refused_with_the_remedy(path: Path, mode: int) -> None:
    sources.load_or_create(path)
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match=f"chmod 600 {path}"):
        sources.load_or_create(path)


def test_a_missing_key_is_named_and_not_made_by_reading(path: Path) -> None:
    with pytest.raises(KeyUnusable, match="There is no master key"):
        sources.load(path)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"not a key", b"\xff\xfe", base64.b64encode(bytes(31)), b"A" * 5000])
def test_a_file_that_holds_no_key_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="32 bytes in base64"):
        sources.load_or_create(path)
    assert path.read_bytes() == content


def test_what_is_not_a_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True, mode=0o700)
    with pytest.raises(KeyUnusable, match="not a file"):
        sources.load_or_create(path)
    path.rmdir()
    os.mkfifo(path, 0o600)
    with pytest.raises(KeyUnusable, match="not a file"):
        sources.load_or_create(path)


def test_a_link_that_leads_nowhere_makes_no_key(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(path.parent / "gone")
    with pytest.raises(KeyUnusable, match="There is no master key"):
        sources.load_or_create(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyUnusable, match=r"cannot be (written|read)"):
        sources.load_or_create(tmp_path / "file" / "master.key")


def test_a_replaced_key_stays_until_it_is_forgotten(path: Path) -> None:
    old, new = sources.load_or_create(path), MasterKey.generate()
    wrapped = old.wrap(OwnerKey.generate(), context=b"owner")

    sources.replace(path, new)
    assert sources.load(path) == new
    assert mode_of(path) == 0o600
    ring = sources.load_keyring(path)
    assert ring.current == new
    assert ring.ids == {old.id, new.id}
    assert ring.is_current(ring.rewrap(wrapped, context=b"owner"))
    assert {mode_of(entry) for entry in path.parent.iterdir()} == {0o600}

    assert sources.forget_previous(path) == 1
    assert sources.load_keyring(path).ids == {new.id}


def test_replacing_twice_keeps_both(path: Path) -> None:
    first, second, third = sources.load_or_create(path), MasterKey.generate(), MasterKey.generate()
    sources.replace(path, second)
    sources.replace(path, third)
    sources.replace(path, third)
    assert sources.load_keyring(path).ids == {first.id, second.id, third.id}


def test_other_files_beside_the_key_are_left_alone(path: Path) -> None:
    sources.load_or_create(path)
    neighbour = path.with_name("master.key.bak")
    neighbour.write_text("mine")
    assert sources.forget_previous(path) == 0
    assert sources.load_keyring(path).ids == {sources.load(path).id}
    assert neighbour.read_text() == "mine"


def test_restoring_where_there_is_no_key_writes_it(path: Path) -> None:
    key = MasterKey.generate()
    sources.replace(path, key)
    assert sources.load_keyring(path).ids == {key.id}


def test_a_value_from_the_environment() -> None:
    secret = bytes(range(224, 256))
    for text in (base64.b64encode(secret), base64.urlsafe_b64encode(secret), base64.b64encode(secret) + b"\n"):
        assert sources.from_base64(text.decode()) == MasterKey(secret)


def test_a_value_that_is_no_key_is_refused_without_showing_it() -> None:
    with pytest.raises(KeyUnusable) as caught:
        sources.from_base64("c2VjcmV0", where="EVOKE_MASTER_KEY")
    assert "EVOKE_MASTER_KEY" in caught.value.message
    assert "c2VjcmV0" not in caught.value.message


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_a_key_from_a_command() -> None:
    key = MasterKey.generate()
    assert sources.from_command(python(f"print({sources.to_base64(key)!r})")) == key


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (python("import sys; sys.exit('the vault is sealed')"), "status 1: the vault is sealed"),
        (python("print('not a key')"), "32 bytes in base64"),
        (["/nonexistent/vault"], "could not be started"),
        ([], "could not be started"),
    ],
)
def test_a_command_that_gives_no_key_says_why(argv: list[str], said: str) -> None:
    with pytest.raises(KeyUnusable, match=said):
        sources.from_command(argv)


def test_a_command_that_hangs_is_stopped() -> None:
    with pytest.raises(KeyUnusable, match=r"no answer in 0\.2 seconds"):
        sources.from_command(python("import time; time.sleep(60)"), timeout=0.2)


def test_what_a_command_prints_is_never_shown() -> None:
    with pytest.raises(KeyUnusable) as caught:
        sources.from_command(python("import sys; print('hunter2'); sys.exit(3)"))
    assert "hunter2" not in str(caught.value)
