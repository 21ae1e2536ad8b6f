"""What processes hold in memory, from /proc."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

SAMPLE_SECONDS = 0.02
MB = 1e6


def family(*roots: int) -> list[int]:
    """These processes, their children, and theirs."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in brackets, may hold anything; the parent is the second field after it.
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = list(roots)
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def resident_mb(pids: list[int]) -> float:
    """Resident memory; pages that they share count in each."""
    return sum(_kilobytes(pid, "status", "VmRSS:") for pid in pids) * 1024 / MB


def proportional_mb(pids: list[int]) -> float:
    """Memory where a shared page counts once, split among those who share it (PSS)."""
    return sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in pids) * 1024 / MB


def _kilobytes(pid: int, file: str, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:  # it ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


class Peak:
    """`with Peak(pid) as peak: …`, then `peak.mb`: the most that the process and its children held meanwhile."""

    def __init__(self, pid: int) -> None:
        self.mb = 0.0
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        pids = family(self._pid)
        while not self._done.wait(SAMPLE_SECONDS):
            self.mb = max(self.mb, resident_mb(pids))
