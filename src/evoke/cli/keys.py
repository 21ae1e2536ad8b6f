"""`evoke key`: the master key, which everything that is encrypted depends on."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from evoke.bootstrap import Resources, key_file, open_keyring
from evoke.cli import session
from evoke.domains.accounts.service import owner_keys
from evoke.domains.photos import addresses
from evoke.domains.photos.service import counting
from evoke.kit.errors import Conflict, EvokeError, Invalid, Misconfigured
from evoke.platform.blobs.errors import BlobNotFound
from evoke.platform.crypto import backup as backups
from evoke.platform.crypto import sources
from evoke.platform.crypto.errors import BackupInvalid, WrongKey
from evoke.platform.crypto.keys import MasterKey
from evoke.settings import Settings

app = typer.Typer(
    help="Back up, restore, replace and check the master key. Without it what is encrypted is lost for good.",
    no_args_is_help=True,
    add_completion=False,
)
PROBE_BYTES = 1 << 20

PassphraseStdin = Annotated[
    bool, typer.Option("--passphrase-stdin", help="Read the passphrase from the first line of standard input.")
]


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; it must not be there yet.")],
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Write the master key to a file, under a passphrase. Keep it where the library is not."""
    settings = session.settings()
    key = _current(settings)
    if os.path.lexists(file):
        raise Conflict(f"{file} is there already. Choose another name.")
    passphrase = session.read_secret("Passphrase", from_stdin=passphrase_stdin, confirm=True)
    _write_private(file, backups.export_backup(key, passphrase))
    print(f"Wrote the master key {key.id.hex()} to {file}. It opens with the passphrase alone; keep both, apart.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `evoke key backup` wrote.")],
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Put the master key of a backup in place. A key that is there already stays beside it."""
    settings = session.settings()
    path = _own_file(settings)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BackupInvalid(f"{file} cannot be read: {reason}.") from error
    passphrase = session.read_secret("Passphrase", from_stdin=passphrase_stdin, confirm=False)
    key = backups.import_backup(text, passphrase)
    with _one_at_a_time(path):
        sources.replace(path, key)
    print(f"The master key {key.id.hex()} is in place at {path}. `evoke key check` says whether it opens everything.")


@app.command()
def rotate(
    keep_previous: Annotated[
        bool,
        typer.Option("--keep-previous", help="Keep the old key beside the new one, for machines with copies of it."),
    ] = False,
) -> None:
    """Replace the master key by a new one. Files stay as they are; running servers go on and need no restart.

    May be interrupted at any moment and run again: until everything is under the new key the old one is kept.
    Backups of the old key do not open what follows, so make a new one afterwards.
    """
    settings = session.settings()
    path = _own_file(settings)
    sources.load(path)  # a rotation replaces a key, it does not make the first one
    with _one_at_a_time(path):
        new, changed = session.run(_rotate(settings, path))
        if not keep_previous:
            sources.forget_previous(path)
    print(f"The master key is {new.id.hex()} now; {session.plural(changed, 'owner key')} wrapped anew.")
    print("Make a backup of it: evoke key backup FILE")


async def _rotate(settings: Settings, path: Path) -> tuple[MasterKey, int]:
    async with session.opened(settings) as resources:
        async with resources.database.read() as reading:
            report = await owner_keys.check(reading, resources.keyring)
        if report.unreadable:
            raise WrongKey(
                f"{session.plural(len(report.unreadable), 'key')} of owners cannot be opened with the master key at "
                f"{path}. Bring back the one they need first: evoke key restore FILE"
            )
        new = MasterKey.generate()
        # First the file, with the old key beside it: whatever happens from here on, both open.
        sources.replace(path, new)
        async with resources.database.transaction() as writing:
            changed = await owner_keys.rotate_master(writing, sources.load_keyring(path, create=False))
    return new, changed


@app.command()
def check(
    sample: Annotated[int, typer.Option(min=0, help="How many originals to open, chosen by chance.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See whether the master key is there and private, opens every owner's key, and these open the files."""
    settings = session.settings()
    key = _current(settings)  # looked at before anything could make a new one
    report, opened, problems = session.run(_check(settings, sample))
    if as_json:
        session.print_json(
            {
                "key_id": key.id.hex(),
                "source": _source(settings),
                "owner_keys": {
                    "total": report.total,
                    "current": report.current,
                    "previous": report.previous,
                    "unreadable": len(report.unreadable),
                },
                "originals_opened": opened,
                "problems": problems,
            }
        )
    else:
        print(f"Master key {key.id.hex()}, from {_source(settings)}.")
        under = f"{report.current} under it, {report.previous} under an older one"
        print(f"{session.plural(report.total, 'owner key')}: {under}.")
        print(f"Opened {session.plural(opened, 'original')}.")
        for problem in problems:
            print(f"  {problem}")
    if problems:
        raise typer.Exit(1)


async def _check(settings: Settings, count: int) -> tuple[owner_keys.Report, int, list[str]]:
    async with session.opened(settings) as resources:
        async with resources.database.read() as reading:
            report = await owner_keys.check(reading, resources.keyring)
            chosen = await counting.sample(reading, count) if count else []
        problems = [
            f"The key of owner {owner} does not open. It needs another master key." for owner in report.unreadable
        ]
        opened = 0
        for each in chosen:
            try:
                await _open(resources, each)
                opened += 1
            except EvokeError as error:
                problems.append(f"Photo {each.photo_id} of owner {each.owner_id}: {error.message}")
    return report, opened, problems


async def _open(resources: Resources, each: counting.Sample) -> None:
    """Decrypt the beginning and the end; a part that was changed does not decrypt."""
    key = await resources.owner_keys.get(each.owner_id)
    blob = await resources.blobs.open(addresses.original(each.owner_id, each.sha256), key)
    if blob.size != each.size_bytes:
        raise BlobNotFound(f"The file has {blob.size} bytes and should have {each.size_bytes}.")
    await blob.read_range(0, PROBE_BYTES)
    await blob.read_range(max(0, blob.size - PROBE_BYTES), blob.size)


def _current(settings: Settings) -> MasterKey:
    """The master key in use; unlike a start of the server this never makes one. Raises KeyUnusable."""
    if _source(settings) == str(key_file(settings)):
        return sources.load(key_file(settings))
    return open_keyring(settings).current


def _source(settings: Settings) -> str:
    if settings.key.value is not None:
        return "EVOKE_KEY__VALUE"
    return "EVOKE_KEY__COMMAND" if settings.key.command else str(key_file(settings))


def _own_file(settings: Settings) -> Path:
    """The key's file. Raises Misconfigured when the key comes from where we cannot write it."""
    source = _source(settings)
    if source.startswith("EVOKE_KEY__"):
        raise Misconfigured(
            f"The master key comes from {source}, which Evoke cannot change. To rotate it: `evoke key backup FILE`, "
            f"unset {source}, `evoke key restore FILE`, then `evoke key rotate`."
        )
    return key_file(settings)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Two rotations at once could each forget the key that the other one still needs. Raises Conflict."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another `evoke key` command is changing the master key at this moment.") from None
        yield
    finally:
        os.close(handle)


def _write_private(file: Path, text: str) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.", field="file", reason="not writable") from error
