"""Photos a second through the whole pipeline with two workers, against decoding, scaling and encoding alone."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import floors, samples
from benchmarks.figures import Figure, Wanted, compared
from benchmarks.installation import PREFIX, Installation, Person, running
from benchmarks.wire import Connection

PHOTOS = 60
ROUNDS = 3
WORKERS = 2
WARM_UP = 12
WANTED = Wanted("≥", 0.75)

# From the moment the first job began to the moment the last one was done: no start of a process, no upload.
_SECONDS = """
SELECT extract(epoch FROM max(finished_at) - min(started_at))::float8 FROM jobs
WHERE owner_id = $1::uuid AND kind = 'photos.process' AND state = 'done'
"""
_UNFINISHED = "SELECT count(*) FROM photos WHERE owner_id = $1::uuid AND processing_state IN ('queued', 'running')"
_DONE = "SELECT count(*) FROM photos WHERE owner_id = $1::uuid AND processing_state = 'done'"


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder, running() as installation:
        paths = samples.make_photos(Path(folder), PHOTOS)
        installation.start_api()
        installation.start_workers(WORKERS)
        admin = installation.register(0)
        _process(installation, admin, admin, paths[:WARM_UP])
        floor_rates, our_rates = [], []
        for number in range(1, ROUNDS + 1):
            floor_rates.append(floors.floor_loop(paths, processes=WORKERS))
            # Each round is a user's own library, for the same bytes in one library would be duplicates.
            our_rates.append(_process(installation, admin, installation.register(number), paths))
        name = f"ingest, {PHOTOS} photos of 12 MP, {WORKERS} workers"
        return [compared(name, "photos/s", our_rates, floor_rates, WANTED)]


def _process(installation: Installation, admin: Person, owner: Person, paths: Sequence[Path]) -> float:
    """Photos a second. They all wait before the first one is begun."""
    with Connection(installation.port, admin.headers) as connection:
        connection.post("/api/v1/jobs/queues/photos/pause").data()
        with Connection(installation.port, owner.headers) as uploads:
            for path in paths:
                uploads.upload(path.name, [path.read_bytes()], path.stat().st_size).data()
        connection.post("/api/v1/jobs/queues/photos/resume").data()
    installation.wait_until(
        lambda: installation.ask(_UNFINISHED, owner.user_id) == 0,
        "the photos are processed",
        *installation.processes,
        pause=0.25,
    )
    if installation.ask(_DONE, owner.user_id) != len(paths):
        raise RuntimeError("Not every photo was processed without a problem.")
    return len(paths) / float(installation.ask(_SECONDS, owner.user_id))
