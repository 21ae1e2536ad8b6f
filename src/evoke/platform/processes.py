"""Processes that belong together."""

import ctypes
import os
import signal
import sys

SUPERVISED = "EVOKE_SUPERVISED"
"""In the environment of a supervisor's children: its process id (which is 1 where it is a container's first)."""
MISCONFIGURED = 78
"""The exit status of a child that nothing but another configuration can help (EX_CONFIG of sysexits.h)."""
_PR_SET_PDEATHSIG = 1


def end_with_supervisor() -> None:
    """Ask Linux to end this process when its supervisor is gone, even by kill -9: no orphan keeps the port.

    Does nothing for a process that was started by itself, and on systems that cannot be asked.
    """
    if SUPERVISED in os.environ:
        end_with_parent(int(os.environ[SUPERVISED]))


def end_with_parent(parent: int) -> None:
    """The same for a child of the process number `parent`, whatever started that."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went before we could ask
        sys.exit(1)
