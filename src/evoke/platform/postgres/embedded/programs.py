"""Running the programs of PostgreSQL."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from evoke.platform.postgres.embedded.account import Account

_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of the installation `root`, run as `account`.

    All of them inherit the descriptor `lock`, the taken lock of the server. So the lock is free only when none of
    them is left, also when we were killed and an initdb of ours goes on.
    """

    root: Path
    account: Account
    lock: int

    def run(self, name: str, *arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program to its end with `text` as its input; the caller looks at the return code."""
        return subprocess.run(  # noqa: S603 - the programs are ours, and no shell reads the arguments
            self._command(name, *arguments),
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            pass_fds=(self.lock,),
            cwd="/",
            env=_environment(),
            user=self.account.uid if self._become else None,
            group=self.account.gid if self._become else None,
            extra_groups=() if self._become else None,
        )

    def spawn(self, name: str, *arguments: str | Path, output: int) -> subprocess.Popen[bytes]:
        """Start a program that outlives us and writes to the descriptor `output`.

        It has a session of its own: Ctrl-C in our terminal is not for it.
        """
        return subprocess.Popen(  # noqa: S603 - the programs are ours, and no shell reads the arguments
            self._command(name, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(self.lock,),
            start_new_session=True,
            cwd="/",
            env=_environment(),
            user=self.account.uid if self._become else None,
            group=self.account.gid if self._become else None,
            extra_groups=() if self._become else None,
        )

    def _command(self, name: str, *arguments: str | Path) -> list[str]:
        return [*self.account.prefix, str(self.root / "bin" / name), *map(str, arguments)]

    @property
    def _become(self) -> bool:
        return self.account.switch and not self.account.prefix


def _environment() -> dict[str, str]:
    # Not our own: it may hold secrets, and PG… and LC_… variables would change what the programs do.
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
