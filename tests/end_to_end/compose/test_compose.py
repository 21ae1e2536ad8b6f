"""The promise of compose.yaml: up, a photo in, an edit served, down and up again, and the photo is still there."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke import __version__
from tests.end_to_end.compose.stack import Stack, engine_runs
from tests.factories import pictures

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1800)]
UNFINISHED = {"queued", "running"}
SOMEBODY = {"email": "user1@example.org", "password": "blue-window-47"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    if not engine_runs():
        pytest.skip("no Docker engine runs here")
    with Stack(tmp_path / "checkout").until_removed() as stack:
        yield stack


class Library:
    """One person's use of the API, as any client would."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=f"{address}/api/v1", timeout=30)

    def register(self) -> None:
        answer = self.http.post("/auth/register", json={**SOMEBODY, "name": "User One"})
        assert answer.status_code == 201, answer.text

    def sign_in(self) -> None:
        token = data(self.http.post("/auth/login", json=SOMEBODY))["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def add(self, name: str, content: bytes) -> str:
        """Upload a photo, wait until it is processed, and answer its id."""
        photo_id = str(data(self.http.post("/photos", files={"file": (name, content)}))["photo"]["id"])
        self.see_processed(photo_id)
        return photo_id

    def see_processed(self, photo_id: str) -> None:
        state = wait_for(lambda: self.photo(photo_id)["processing"]["state"], lambda state: state not in UNFINISHED)
        assert state == "done", self.photo(photo_id)["processing"]

    def ids(self) -> list[str]:
        return [photo["id"] for photo in data(self.http.get("/photos"))["photos"]]

    def photo(self, photo_id: str) -> Any:
        return data(self.http.get(f"/photos/{photo_id}"))["photo"]

    def file(self, photo_id: str, variant: str) -> bytes:
        answer = self.http.get(f"/photos/{photo_id}/{variant}")
        assert answer.status_code == 200, answer.text
        return answer.content


def data(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()["data"]


def wait_for(ask: Callable[[], Any], enough: Callable[[Any], bool], seconds: float = 120) -> Any:
    """The first answer that is enough, or the last one there was; a server that starts again is waited for."""
    answer: Any = None
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            answer = ask()
        except httpx.TransportError as error:
            answer = error
        else:
            if enough(answer):
                break
        time.sleep(0.1)
    return answer


def served_version(stack: Stack) -> Any:
    return httpx.get(f"{stack.address}/health", timeout=5).json()["version"]


def edit_version(stack: Stack, version: str) -> None:
    # This module is imported by everything: also by the process that watches the source and starts the server.
    source = stack.folder / "src" / "evoke" / "__init__.py"
    source.write_text(source.read_text().replace(f'"{__version__}"', f'"{version}"'))


def import_photo(stack: Stack, library: Library, content: bytes) -> str:
    """By the command line, from a folder of this machine; answers the id."""
    folder = stack.folder.parent / "pictures"
    folder.mkdir(mode=0o755)
    (folder / "before.jpg").write_bytes(content)
    stack.compose("run", "--rm", "--no-TTY", "-v", f"{folder}:/pictures:ro", "api", "evoke", "import", "/pictures")
    (photo_id,) = library.ids()
    library.see_processed(photo_id)
    return photo_id


def test_a_photo_outlives_the_containers_and_an_edit_is_served(stack: Stack) -> None:
    stack.up("--build")
    library = Library(stack.address)
    library.register()
    library.sign_in()
    original = pictures.jpeg(1)
    photo_id = import_photo(stack, library, original)
    thumbnail = library.file(photo_id, "thumbnail")

    assert served_version(stack) == __version__
    edit_version(stack, "99.0.0")
    assert wait_for(lambda: served_version(stack), lambda version: version == "99.0.0") == "99.0.0"
    library.add("after.jpg", pictures.jpeg(2))  # the worker took the edit and works

    for service in ("api", "worker"):
        assert stack.inside(service, "id", "-un") == "evoke"

    stack.compose("down")
    stack.up("--no-build")
    library.sign_in()
    assert library.file(photo_id, "original") == original
    assert library.file(photo_id, "thumbnail") == thumbnail

    stack.compose("down", "--rmi", "local")
    stack.files.append("compose.production.yaml")
    stack.up("--build")
    assert served_version(stack) == "99.0.0"
    library.sign_in()
    assert library.file(photo_id, "thumbnail") == thumbnail
    library.add("in production.jpg", pictures.jpeg(3))
    assert stack.inside("api", "sh", "-c", "id -un; command -v cc gcc g++ clang make || true") == "evoke"
    assert "/opt/venv/" in stack.inside("worker", "python", "-c", "import evoke; print(evoke.__file__)")
