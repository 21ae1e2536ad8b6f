"""`evoke serve`: everything in one command."""

from typing import Annotated

import typer

from evoke import supervisor
from evoke.platform.telemetry import logs
from evoke.settings import load

app = typer.Typer()


@app.command()
def serve(
    workers: Annotated[
        int | None, typer.Option(min=0, help="Worker processes; 0 where workers run elsewhere.", show_default="2")
    ] = None,
    reload: Annotated[bool, typer.Option(help="Start the API again when its source changes.")] = False,
) -> None:
    """Start the database (unless DATABASE_URL names one), the API and the workers; Ctrl-C stops them all."""
    settings = load()
    logs.configure("DEBUG" if settings.debug else settings.log_level, folder=settings.logs_dir, name="supervisor")
    count = settings.worker.processes if workers is None else workers
    supervisor.Supervisor(settings, workers=count, reload=reload).run()
