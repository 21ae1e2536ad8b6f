"""A worker killed at each step of drawing: the picture is there once, and so is the photo."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke.bootstrap import Resources
from evoke.domains.visualizations import stash
from tests.factories.people import Person, data
from tests.factories.processes import Program
from tests.visualizations import fatal_worker, stage

pytestmark = pytest.mark.unmeasured


@pytest.mark.parametrize("step", fatal_worker.STEPS)
async def test_nothing_is_lost_and_nothing_is_twice(
    client: httpx.AsyncClient, resources: Resources, person: Person, tmp_path: Path, step: str
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    entry_id = await stage.write(client, person)
    id_ = await stage.asked(client, person, entry_id)
    assert resources.settings.database_url is not None
    own = {
        "DATABASE_URL": resources.settings.database_url.get_secret_value(),
        "EVOKE_DATA_DIR": str(resources.settings.data_dir),
    }
    arguments = ("tests.visualizations.fatal_worker", marks, step)
    first = Program(*arguments, settings=own, folder=tmp_path)
    assert await asyncio.to_thread(first.ended) == -signal.SIGKILL, first.said()
    with Program(*arguments, settings=own, folder=tmp_path):
        done = await stage.until_status(client, person, id_, "completed", "failed")
        await until_the_job_is_done(client, person, id_)
    assert done["status"] == "completed"
    assert (marks / "drawings").read_text() == "x", "a picture that was drawn is not drawn again"
    assert [photo["id"] for photo in await stage.photos(client, person)] == [done["photo_id"]]
    assert (await client.get(done["image_url"])).status_code == 200
    left = [info.key async for info in resources.blobs.iterate(stash.FOLDER)]
    # Whoever dies between the end and tidying up leaves a file for the night's sweep.
    assert len(left) == (1 if step == "written" else 0)


async def until_the_job_is_done(client: httpx.AsyncClient, person: Person, id_: str) -> None:
    async with asyncio.timeout(stage.PATIENCE_SECONDS):
        while True:
            found: Any = data(await client.get(f"/api/v1/jobs?subject=visualization:{id_}", headers=person.headers))
            if found["jobs"][0]["state"] == "done":
                return
            await asyncio.sleep(0.05)
