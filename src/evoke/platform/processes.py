"""Processes that belong together."""

import ctypes
import os
import signal
import sys

SUPERVISED = "EVOKE_SUPERVISED"
"""Set in the environment of a supervisor's children."""
_PR_SET_PDEATHSIG = 1


def end_with_supervisor() -> None:
    """Ask Linux to end this process when its supervisor is gone, even by kill -9: no orphan keeps the port.

    Does nothing for a process that was started by itself, and on systems that cannot be asked.
    """
    if sys.platform != "linux" or SUPERVISED not in os.environ:
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # it went before we could ask
        sys.exit(1)
