"""The API keeps the promises of its own description, whatever it is sent.

Examples come from the description by itself, the same ones each time: for every operation some that fit it and some
that do not. Each answer must be documented, of the documented type and shape, and never our fault.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from evoke.api.app import create_app
from evoke.bootstrap import compose
from evoke.domains.accounts.schemas import SCOPES
from evoke.settings import Settings
from tests.conftest import make_settings
from tests.factories import databases, library, people, pictures, processes

pytestmark = pytest.mark.unmeasured

EXAMPLES = 10
PROMISES = (
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
HOW_MANY = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
schema = schemathesis.openapi.from_dict(create_app(Settings(_env_file=None)).openapi())
OPERATIONS = {f"{result.ok().method.upper()} {result.ok().path}": result.ok() for result in schema.get_all_operations()}


@dataclass(frozen=True)
class Installation:
    """A running API with some photos, one in the trash, and jobs; `ids` are those that exist, by parameter."""

    address: str
    headers: dict[str, str]
    ids: dict[str, str]


@pytest.fixture(scope="module")
def installation(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder, url = tmp_path_factory.mktemp("openapi"), asyncio.run(databases.create(postgres_url))
    settings = processes.settings_for(folder, DATABASE_URL=url)
    with processes.Program("evoke.api.server", settings=settings, folder=folder) as server:
        yield asyncio.run(_furnish(server.healthy().address, make_settings(folder, url)))
    asyncio.run(databases.drop(url, postgres_url))


async def _furnish(address: str, settings: Settings) -> Installation:
    assert settings.database_url is not None
    resources = compose(settings, settings.database_url.get_secret_value())
    try:
        async with httpx.AsyncClient(base_url=address) as client:
            administrator = await people.create(resources)
            photos = await library.add(
                client, resources, administrator, *((f"{n}.jpg", pictures.jpeg(n), {}) for n in range(3))
            )
            await client.delete(f"/api/v1/photos/{photos[2]['id']}", headers=administrator.headers)
            jobs = people.data(await client.get("/api/v1/jobs", headers=administrator.headers))["jobs"]
            # A key and no token: nothing that is tried here signs it out.
            form = {"name": "Test", "scopes": sorted(SCOPES)}
            made = await client.post("/api/v1/auth/api-keys", json=form, headers=administrator.headers)
    finally:
        await resources.close()
    assert isinstance(jobs, list)
    ids = {"photo_id": photos[0]["id"], "job_id": jobs[0]["id"]}
    return Installation(address, {"Authorization": f"Bearer {people.data(made)['key']}"}, ids)


MAX_QUERY_BYTES = 60_000


@pytest.mark.parametrize("name", OPERATIONS)
def test_promises(name: str, installation: Installation) -> None:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @HOW_MANY
        @hypothesis.given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
        def keeps(case: schemathesis.Case) -> None:
            aim(case, installation.ids)
            # A longer address is refused by the server itself, which knows no envelope.
            hypothesis.assume(len(urlencode(case.query or {}, doseq=True, errors="replace")) < MAX_QUERY_BYTES)
            case.call_and_validate(
                base_url=installation.address, headers=installation.headers, checks=PROMISES, timeout=30
            )

        with suppress(hypothesis.errors.Unsatisfiable):  # what takes nothing cannot be given something wrong
            keeps()


def aim(case: schemathesis.Case, ids: dict[str, str]) -> None:
    """Half of the made-up ids become ids of something that is there."""
    for name in ids.keys() & case.path_parameters.keys():
        made_up = str(case.path_parameters[name])
        if made_up[:1] in "01234567":
            case.path_parameters[name] = ids[name]
