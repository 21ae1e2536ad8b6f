"""A process that uses the server of the folder in its first argument until its input ends or says "stop".

It prints the address once the server is up, or the name and message of the error.
"""

import json
import sys
from pathlib import Path

from evoke.platform.postgres.embedded import EmbeddedPostgres, EmbeddedPostgresError


def main() -> int:
    server = EmbeddedPostgres(Path(sys.argv[1]), extra_settings={"fsync": "off", "full_page_writes": "off"})
    try:
        address = server.start()
    except EmbeddedPostgresError as error:
        _say(error=type(error).__name__, message=error.message)
        return 1
    _say(address=address, pid=server.status().pid)
    sys.stdin.readline()
    server.stop()
    return 0


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
