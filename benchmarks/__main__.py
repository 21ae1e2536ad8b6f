"""`make bench`, or `make bench ARGS="ingest timeline"`: one table of all figures, or of those that are named."""

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache

from benchmarks import drawing, footprint, generation, ingest, journal, library, search, timeline, upload
from benchmarks.figures import Figure, table
from evoke.platform.telemetry import logs

NAMES = ("ingest", "upload", "timeline", "search", "journal", "drawing", "generation", "footprint")


def main() -> int:
    """The exit status is 1 when a figure is not what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"Which: {', '.join(NAMES)}. Without any: all.")
    names = parser.parse_args().names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    logs.configure("WARNING", console=False)
    figures: list[Figure] = []
    with ExitStack() as stack:
        seeded = cache(lambda: stack.enter_context(library.seeded()))
        programs: dict[str, Callable[[], list[Figure]]] = {
            "ingest": ingest.run,
            "upload": upload.run,
            "timeline": lambda: timeline.run(seeded()),
            "search": lambda: search.run(seeded()),
            "journal": journal.run,
            "drawing": drawing.run,
            "generation": generation.run,
            "footprint": footprint.run,
        }
        for name in names:
            started = time.perf_counter()
            figures += programs[name]()
            print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(table(figures))
    return 0 if all(figure.ok for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
