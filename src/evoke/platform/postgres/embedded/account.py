"""As which user the PostgreSQL programs run: they refuse to run as root.

Started by root, they run as the owner of the cluster, else as `postgres`, else as `nobody`. When that user cannot
enter a folder on the way (a virtual environment below /root, a private data folder), the programs keep one
capability and no more: to read past folder permissions.
"""

import os
import pwd
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evoke.platform.postgres.embedded.errors import FolderUnusable

# capabilities(7); the numbers are from linux/capability.h.
_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}
_ORDINARY_USERS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user, whether we must become that user first, and the command that goes before a program for it, if any."""

    uid: int
    gid: int
    switch: bool = False
    prefix: tuple[str, ...] = ()

    def give(self, path: Path) -> None:
        """Make the account the owner of `path` (nothing to do unless we are root)."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def choose(cluster: Path, *, needed: Sequence[Path], program: Path) -> Account:
    """The account for the cluster folder `cluster` (which may not exist yet).

    `needed` are folders that the account must enter, `program` an executable it must run.
    Raises FolderUnusable when there is no such user or no way in.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    uid, gid = _ordinary(cluster)
    closed = [path for path in needed if not _can_enter(path, uid, gid)]
    runnable = _permits(program, uid, gid, 0o1)
    if not closed and runnable:
        return Account(uid, gid, switch=True)
    return Account(uid, gid, switch=True, prefix=_with_capability(uid, gid, closed or [program], runnable=runnable))


def _ordinary(cluster: Path) -> tuple[int, int]:
    try:
        owner = cluster.stat()
    except FileNotFoundError:
        pass
    else:
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
    for name in _ORDINARY_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise FolderUnusable(
        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor a user 'nobody' to run it. "
        "Start as an ordinary user, add one of them, or set DATABASE_URL to a server of your own."
    )


def _permits(path: Path, uid: int, gid: int, bit: int) -> bool:
    entry = path.stat()
    if entry.st_uid == uid:
        return bool(entry.st_mode & bit << 6)
    if entry.st_gid == gid:
        return bool(entry.st_mode & bit << 3)
    return bool(entry.st_mode & bit)


def _can_enter(path: Path, uid: int, gid: int) -> bool:
    path = path.resolve()
    # A folder that is not there yet will be made by us; its parents count.
    return all(_permits(place, uid, gid, 0o1) for place in (path, *path.parents) if place.exists())


def _with_capability(uid: int, gid: int, closed: Sequence[Path], *, runnable: bool) -> tuple[str, ...]:
    setpriv = shutil.which("setpriv")
    # Reading past permissions does not include executing; containers often have only the wider capability.
    wanted = ("dac_read_search", "dac_override") if runnable else ("dac_override",)
    mine = _capabilities()
    capability = next((name for name in wanted if mine >> _CAPABILITIES[name] & 1), None)
    if setpriv is None or capability is None:
        missing = "the program 'setpriv' of util-linux" if setpriv is None else f"the capability {wanted[0]} of root"
        raise FolderUnusable(
            f"PostgreSQL runs as user {uid} because it does not run as root, and this user cannot enter {closed[0]}. "
            f"To get past that, {missing} is missing. Provide it, or let others pass through the folders on the way "
            "(chmod o+x), or start as an ordinary user, or set DATABASE_URL to a server of your own."
        )
    return (
        setpriv,
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        f"--inh-caps=-all,+{capability}",
        f"--ambient-caps=-all,+{capability}",
        # PostgreSQL asks access(2) about its own programs, and that call drops the capabilities of
        # everyone but root unless this bit is set.
        "--securebits=+no_setuid_fixup",
        "--",
    )


def _capabilities() -> int:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff:")), 0)
