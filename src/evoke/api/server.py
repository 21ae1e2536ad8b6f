"""`python -m evoke.api.server`: the HTTP server of one installation, on granian."""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from evoke.platform.processes import end_with_parent, end_with_supervisor
from evoke.settings import Settings, load

if TYPE_CHECKING:
    from fastapi import FastAPI

BUFFER_BYTES = 512 * 1024
"""No upload comes in larger pieces, and headers of twice as much are never held. Smaller ones cost: each is a turn of
the loop."""
APPLICATION = "evoke.api.server:application"
HEADER_SECONDS = 10
STOP_SECONDS = 10


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished."""
    end_with_supervisor()
    serve(load(), reload="--reload" in sys.argv[1:])


def serve(settings: Settings, *, reload: bool = False, application: str = APPLICATION) -> None:
    """Serve the application that the factory of this name makes, until SIGTERM or SIGINT."""
    if reload:
        # A worker that is forked, as on Linux by default, keeps the modules that are imported here: edits of those
        # would never be served.
        multiprocessing.set_start_method("spawn")
    server = Server(
        application,
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=1 if reload else settings.http.api_processes,
        # Browsers and proxies speak no HTTP/2 without TLS, and to look for it costs an upload a twentieth of its time.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=BUFFER_BYTES, header_read_timeout=HEADER_SECONDS * 1000),
        websockets=True,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        reload=reload,
        reload_paths=[Path(__file__).parents[1]],
        reload_ignore_worker_failure=reload,  # a typing error waits for the next edit instead of ending everything
    )
    with _shared_metrics(server.workers):
        server.serve()


@contextmanager
def _shared_metrics(processes: int) -> Iterator[None]:
    """Where several processes count together. Before any of them imports prometheus_client, which looks once."""
    if processes == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="evoke-metrics-", ignore_cleanup_errors=True) as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def application() -> "FastAPI":
    """What each of granian's processes runs. Without its master it would keep the port and serve on, unseen."""
    from evoke.api.app import create_app  # here, because the master has no use for it

    master = multiprocessing.parent_process()
    if master is not None and master.pid is not None:
        end_with_parent(master.pid)
    return create_app()


if __name__ == "__main__":
    main()
