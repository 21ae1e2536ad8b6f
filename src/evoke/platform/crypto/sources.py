"""Where the master key comes from: a file, a value from the environment, or a command.

The file holds one line of base64. Replacing the key keeps the one before beside it (`master.key.<id>`), so that a
rotation that stops half-way, or a backup from before it, still opens. All functions block; none takes long except
`from_command`.
"""

import base64
import binascii
import os
import secrets
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from evoke.platform.crypto.errors import KeyUnusable
from evoke.platform.crypto.keys import KEY_BYTES, Keyring, MasterKey

_MAX_FILE_BYTES = 4096


def from_base64(text: str, *, where: str = "the master key") -> MasterKey:
    """The key in `text`: 32 bytes in base64 (standard or URL-safe). `where` names the source in the error."""
    try:
        secret = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyUnusable(f"{where} must be {KEY_BYTES} bytes in base64: `openssl rand -base64 {KEY_BYTES}` makes one.")
    return MasterKey(secret)


def to_base64(key: MasterKey) -> str:
    return base64.b64encode(key.reveal()).decode()


def from_command(argv: Sequence[str], *, timeout: float = 30.0) -> MasterKey:
    """The key that a program prints (base64). KeyUnusable when it fails or takes longer than `timeout` seconds.

    No shell is involved. The output is never shown; what the program writes to stderr is.
    """
    name = Path(argv[0]).name if argv else "(empty)"
    try:
        done = subprocess.run(  # noqa: S603 - running what the administrator configured is the point
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=True
        )
    except subprocess.TimeoutExpired:
        message = f"The command for the master key ({name}) gave no answer in {timeout:g} seconds."
        raise KeyUnusable(message) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-300:]
        message = f"The command for the master key ({name}) ended with status {error.returncode}: {said}"
        raise KeyUnusable(message) from None
    except (OSError, IndexError, ValueError) as error:
        raise KeyUnusable(f"The command for the master key ({name}) could not be started: {error}.") from None
    return from_base64(done.stdout.decode(errors="replace"), where=f"what {name} prints")


def load(path: Path) -> MasterKey:
    """The key in the file. KeyUnusable when it is missing, readable by others, or no key."""
    try:
        # O_NONBLOCK: a FIFO in this place must not hang the start.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyUnusable(f"There is no master key at {path}. `evoke key restore` writes one from a backup.") from None
    except OSError as error:
        raise KeyUnusable(f"The master key {path} cannot be read: {error.strerror}.") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise KeyUnusable(f"The master key {path} is not a file.")
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyUnusable(
                f"The master key {path} can be read by others (mode {stat.S_IMODE(status.st_mode):04o}). "
                f"Run: chmod 600 {path}"
            )
        content = os.read(handle, _MAX_FILE_BYTES)
    finally:
        os.close(handle)
    return from_base64(content.decode("ascii", errors="replace"), where=str(path))


def load_or_create(path: Path) -> MasterKey:
    """The key in the file; a new one, written there first, when there is no file. Several processes may race."""
    if not os.path.lexists(path):
        with suppress(FileExistsError):
            _write(path, MasterKey.generate(), replace=False)
    return load(path)


def load_keyring(path: Path, *, create: bool = True) -> Keyring:
    """`load_or_create` (or `load`), with the replaced keys beside the file."""
    current = load_or_create(path) if create else load(path)
    return Keyring(current, [load(other) for other in _previous(path)])


def replace(path: Path, key: MasterKey) -> None:
    """Make `key` the one in the file; the one that was there stays beside it until `forget_previous`."""
    if os.path.lexists(path):
        old = load(path)
        if old == key:
            return
        with suppress(FileExistsError):
            _write(path.with_name(f"{path.name}.{old.id.hex()}"), old, replace=False)
    _write(path, key, replace=True)


def forget_previous(path: Path) -> int:
    """Remove the replaced keys, once nothing is wrapped by them any more. How many there were."""
    previous = _previous(path)
    for other in previous:
        other.unlink(missing_ok=True)
    return len(previous)


def _previous(path: Path) -> list[Path]:
    return [
        other
        for other in sorted(path.parent.glob(f"{path.name}.*"))
        if len(suffix := other.name.removeprefix(f"{path.name}.")) == 16 and set(suffix) <= set("0123456789abcdef")
    ]


def _write(path: Path, key: MasterKey, *, replace: bool) -> None:
    """Put the key there whole and durably, or not at all. FileExistsError when it may not replace and something is."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                os.write(handle, to_base64(key).encode() + b"\n")
                os.fsync(handle)
            finally:
                os.close(handle)
            if replace:
                draft.replace(path)
            else:
                # A link, unlike a rename, refuses to replace the key that another process wrote meanwhile.
                path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise KeyUnusable(f"The master key cannot be written to {path}: {error.strerror}.") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
