"""`evoke serve` as people start, stop and lose it."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from evoke import supervisor
from tests.factories import pictures, processes
from tests.factories.processes import Program, is_healthy, processes_of, until

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes through /proc")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings of an installation with a database of its own, made by the first test that starts it."""
    folder = tmp_path_factory.mktemp("installation")
    yield processes.settings_for(folder / "data", EVOKE_WORKER__HEARTBEAT_SECONDS=2)
    for pid in processes_of(folder / "data"):  # what a test that failed has left behind
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def data_dir(installation: dict[str, str]) -> Path:
    return Path(installation["EVOKE_DATA_DIR"])


def serve(installation: dict[str, str], folder: Path, workers: int = 1) -> Program:
    return Program("evoke", "serve", "--workers", workers, settings=installation, folder=folder, measured=True)


def children(program: Program, what: str) -> list[int]:
    """Processes of the installation that run `what`."""
    found = processes_of(Path(program.settings["EVOKE_DATA_DIR"]))
    return [pid for pid, command in found.items() if what in command]


def token(program: Program) -> str:
    """Of a user, registered at the first call."""
    account = {"email": "user@example.org", "password": "quiet-river-92", "name": "User"}
    with httpx.Client(base_url=program.address, timeout=60) as client:
        answer = client.post("/api/v1/auth/register", json=account)
        if answer.status_code == 409:
            answer = client.post("/api/v1/auth/login", json=account)
        assert answer.is_success, answer.text
        return str(answer.json()["data"]["access_token"])


def add(program: Program, seed: int) -> str:
    """The id of a photo that was uploaded and processed."""
    headers = {"Authorization": f"Bearer {token(program)}"}
    with httpx.Client(base_url=program.address, timeout=60, headers=headers) as client:
        answer = client.post("/api/v1/photos", files={"file": (f"{seed}.jpg", pictures.jpeg(seed))})
        assert answer.status_code == 201, answer.text
        photo_id = str(answer.json()["data"]["photo"]["id"])

        def processed() -> bool:
            photo = client.get(f"/api/v1/photos/{photo_id}").json()["data"]["photo"]
            return bool(photo["processing"]["state"] == "done")

        until(processed, program.said)
    return photo_id


def seen(program: Program, photo_id: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token(program)}"}
    return httpx.get(f"{program.address}/api/v1/photos/{photo_id}/original", headers=headers, timeout=60)


def test_it_starts_serves_and_stops(installation: dict[str, str], data_dir: Path, tmp_path: Path) -> None:
    with serve(installation, tmp_path) as program:
        program.healthy()
        until(lambda: "Evoke is ready at" in program.said())
        assert f"{program.address}/docs" in program.said()
        photo_id = add(program, 1)
        assert children(program, "postgres:")
        assert_a_second_one_on_the_same_port_says_so(installation, tmp_path)
        # On another port one may share the folder, and its database stays for the one that goes on.
        with serve({**installation, "EVOKE_PORT": str(processes.free_port())}, tmp_path, workers=0) as another:
            assert seen(another.healthy(), photo_id).status_code == 200
            assert another.stop() == 0
        assert seen(program, photo_id).content == pictures.jpeg(1)
        assert program.stop() == 0, program.said()
    assert processes_of(data_dir) == {}
    assert "Traceback" not in program.said()
    assert {path.name for path in data_dir.iterdir()} >= {"postgres", "blobs", "logs", "config"}
    assert (data_dir / "config" / "master.key").stat().st_mode & 0o777 == 0o600
    assert not is_healthy(program.address)


def assert_a_second_one_on_the_same_port_says_so(installation: dict[str, str], folder: Path) -> None:
    with serve(installation, folder) as second:
        assert second.ended() == 1
        assert f"Port {installation['EVOKE_PORT']} is taken" in second.said()
        assert "EVOKE_PORT" in second.said()
        assert "Traceback" not in second.said()


def test_ctrl_c_stops_it_as_well_and_early(installation: dict[str, str], data_dir: Path, tmp_path: Path) -> None:
    with serve(installation, tmp_path) as program:
        until(lambda: children(program, "postgres"), program.said)
        program.send(signal.SIGINT)
        assert program.ended() == 0, program.said()
    assert processes_of(data_dir) == {}
    assert "Traceback" not in program.said()


def test_a_port_of_another_program(installation: dict[str, str], data_dir: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = {**installation, "EVOKE_PORT": str(other.getsockname()[1])}
        with serve(taken, tmp_path) as program:
            assert program.ended() == 1
            assert "is taken" in program.said()
            assert len(program.said().strip().splitlines()) == 1
        elsewhere = {**installation, "EVOKE_HOST": "203.0.113.1"}
        with serve(elsewhere, tmp_path) as program:
            assert program.ended() == 1
            assert "EVOKE_HOST" in program.said()
    assert processes_of(data_dir) == {}


def test_what_is_killed_starts_again(installation: dict[str, str], data_dir: Path, tmp_path: Path) -> None:
    with serve(installation, tmp_path) as program:
        photo_id = add(program.healthy(), 2)
        program.process.kill()
        program.ended()
        # PostgreSQL may live on: the next start finds it and uses it. Nothing else may.
        until(lambda: not children(program, "evoke"), lambda: processes_of(data_dir))
    with serve(installation, tmp_path, workers=0) as program:
        assert seen(program.healthy(), photo_id).content == pictures.jpeg(2)
        # All at once, as a power cut does it: lock files, a socket and a process number that belong to nobody.
        program.process.kill()
        for pid in processes_of(data_dir):
            with suppress(ProcessLookupError):  # gone with its parent
                os.kill(pid, signal.SIGKILL)
        until(lambda: not processes_of(data_dir), lambda: processes_of(data_dir))
    with serve(installation, tmp_path) as program:
        assert seen(program.healthy(), photo_id).content == pictures.jpeg(2)
        assert_parts_that_die_are_started_again(program, data_dir)
        add(program, 3)
        assert program.stop() == 0, program.said()
    assert processes_of(data_dir) == {}


def assert_parts_that_die_are_started_again(program: Program, data_dir: Path) -> None:
    until(lambda: children(program, "evoke worker"), program.said)
    for what in ("evoke worker", "evoke.api.server"):
        lost = set(children(program, what))
        os.kill(min(lost), signal.SIGKILL)  # of the API the first process, which has started the other
        until(lambda lost=lost, what=what: set(children(program, what)) - lost, program.said)
        until(lambda: is_healthy(program.address), program.said)
        until(lambda lost=lost: not lost & set(processes_of(data_dir)), program.said)


def test_a_lost_key_ends_it_at_once(installation: dict[str, str], data_dir: Path, tmp_path: Path) -> None:
    with serve(installation, tmp_path) as program:
        add(program.healthy(), 4)
        assert program.stop() == 0, program.said()
    (data_dir / "config" / "master.key").rename(tmp_path / "elsewhere.key")
    with serve(installation, tmp_path) as program:
        assert program.ended() == 1
        assert "evoke key restore BACKUP" in program.said()
        assert "worker-1 cannot run as Evoke is configured" in program.said()
    assert processes_of(data_dir) == {}


def test_a_part_that_cannot_start_is_given_up() -> None:
    child = supervisor.Child("api", [sys.executable, "-c", "raise SystemExit(3)"])

    with pytest.raises(supervisor.ChildFailed, match="api ended 5 times right after its start"):
        until(child.look)  # which answers nothing, until it raises
    assert child.process is not None
    assert child.process.returncode == 3
