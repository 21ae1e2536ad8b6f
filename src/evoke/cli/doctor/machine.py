"""Looks at this machine: what is installed, writable, free."""

import importlib.metadata
import importlib.util
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from evoke import __version__
from evoke.cli import session
from evoke.cli.doctor.findings import Finding, fail, ok, warn
from evoke.kit.errors import EvokeError
from evoke.platform.crypto import sources
from evoke.platform.postgres.embedded import NoBinaries, server_binaries
from evoke.settings import Settings
from evoke.supervisor import PortTaken, address_of, check_port, is_healthy

OLDEST_PYTHON = (3, 11)
LITTLE_SPACE, NO_SPACE = 5 * 1000**3, 500 * 1000**2
BUILT_YEAR = 2026
"""When this was written: a clock that shows less has lost its battery."""
# Module: the extra that brings it, and how it is without.
OPTIONAL: Mapping[str, tuple[str, str]] = {
    "exiv2": ("exiv2", "metadata is read with Pillow, which knows fewer tags and no raw files"),
    "av": ("video", "videos are kept and served, without a preview and without their dates"),
}


def python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        return fail("python", f"Python {version} is too old.", "Install Python 3.11 or newer.")
    return ok("python", f"Python {version}, Evoke {__version__}")


def packages(
    required: Sequence[str] | None = None, optional: Mapping[str, tuple[str, str]] = OPTIONAL
) -> Iterator[Finding]:
    """`required` packages by name, by default those of our own metadata; `optional` ones as in OPTIONAL."""
    missing = [name for name in (_required() if required is None else required) if not _installed(name)]
    if missing:
        yield fail("packages", f"These are missing: {', '.join(missing)}.", "Run `make run`, or install Evoke again.")
    else:
        yield ok("packages", "all there")
    for module, (extra, without) in optional.items():
        if importlib.util.find_spec(module):
            yield ok(f"package {module}", f"{importlib.metadata.version(module)}")
        else:
            yield warn(f"package {module}", f"Not installed: {without}.", f"pip install 'evoke[{extra}]'")


def _required() -> list[str]:
    """Names of the packages that Evoke does not do without, as its own metadata lists them."""
    try:
        lines = importlib.metadata.requires("evoke") or []
    except importlib.metadata.PackageNotFoundError:  # run from a folder that was never installed
        return []
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in lines if "extra ==" not in line]


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def postgres_programs(settings: Settings) -> Finding:
    if settings.database_url is not None:
        return ok("postgresql", "the one of DATABASE_URL; the embedded one is not needed")
    try:
        return ok("postgresql", f"embedded, in {server_binaries()}")
    except NoBinaries as error:
        return fail("postgresql", error.message, "Set DATABASE_URL, or install on a platform with binaries.")


def data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    probe = folder / f".probe-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"evoke")
        probe.unlink()
    except OSError as error:
        mend = f"Give {folder} to the user that runs Evoke, or set EVOKE_DATA_DIR."
        return fail("data folder", f"{folder} cannot be written: {error.strerror}.", mend)
    return ok("data folder", str(folder))


def disk(settings: Settings, free: int | None = None) -> Finding:
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free if free is None else free
    message = f"{session.human_bytes(free)} free at {folder}"
    if free < NO_SPACE:
        return fail("disk", message, "Free some space: the database stops when there is none.")
    return warn("disk", message, "Free some space soon.") if free < LITTLE_SPACE else ok("disk", message)


def master_key(settings: Settings, path: Path) -> Finding:
    """Never makes one. That it opens what is there is `evoke key check`'s business."""
    if settings.key.value is not None or settings.key.command:
        return ok("master key", f"from {'EVOKE_KEY__VALUE' if settings.key.value else 'EVOKE_KEY__COMMAND'}")
    if not os.path.lexists(path):
        return warn("master key", f"{path} is not there yet.", "The first start makes it; then: evoke key backup FILE")
    try:
        key = sources.load(path)
    except EvokeError as error:
        return fail("master key", error.message, "`evoke key restore FILE` brings back a lost or damaged key.")
    return ok("master key", f"{key.id.hex()} in {path}, private")


def port(settings: Settings) -> Finding:
    address = address_of(settings)
    try:
        check_port(settings.host, settings.port)
    except PortTaken as error:
        if is_healthy(address):
            return ok("port", f"Evoke answers at {address}")
        return fail("port", error.message, "Stop what has it, or set EVOKE_PORT or EVOKE_HOST.")
    return ok("port", f"{settings.host}:{settings.port} is free; the server is not running")


def clock(now: datetime | None = None) -> Finding:
    now = now or datetime.now(UTC)
    if not BUILT_YEAR <= now.year < BUILT_YEAR + 50:
        mend = "Set the clock: new photos would get wrong dates, and sign-ins would not last."
        return fail("clock", f"It shows {now:%Y-%m-%d %H:%M} UTC.", mend)
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")
