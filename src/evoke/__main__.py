"""`python -m evoke` is `evoke`."""

from evoke.cli.main import run

run()
