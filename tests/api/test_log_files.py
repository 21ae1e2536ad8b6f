"""Files of the log: they turn over when they are full, and a full disk stops nobody."""

import json
import logging
import logging.handlers
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from evoke.platform.telemetry import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    logs.configure("WARNING", console=False)


def test_a_full_file_is_put_aside_and_nothing_is_lost(tmp_path: Path) -> None:
    logs.configure("INFO", folder=tmp_path, name="api", console=False)
    file = logs._handlers[-1]
    assert isinstance(file, logging.handlers.RotatingFileHandler)
    file.maxBytes = 4000
    for number in range(40):
        structlog.get_logger("test").info("said", number=number)
        logging.getLogger("library").warning("said too")
    lines = [json.loads(line) for path in tmp_path.iterdir() for line in path.read_text().splitlines()]
    assert len(list(tmp_path.iterdir())) > 1
    assert all(path.stat().st_size <= 4000 for path in tmp_path.iterdir())
    assert sorted(line["number"] for line in lines if "number" in line) == list(range(40))
    assert sum(line["event"] == "said too" for line in lines) == 40


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here is always full")
def test_a_full_disk_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "api.log").symlink_to("/dev/full")
    logs.configure("INFO", folder=tmp_path, name="api", console=False)
    structlog.get_logger("test").info("said", password="blue-window-47")
    logging.getLogger("library").warning("said too")
    told = capsys.readouterr().err
    assert "said too" in told
    assert "[hidden]" in told
    assert "blue-window" not in told
