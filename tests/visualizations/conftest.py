"""Visualizations over fakes that a test can make fail or hang."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from evoke.bootstrap import Resources, compose
from evoke.platform.generation.switch import Generators
from evoke.settings import Settings
from tests.factories.generators import FakeAnalyst, FakeArtist


@pytest.fixture
def analyst() -> FakeAnalyst:
    return FakeAnalyst()


@pytest.fixture
def artist() -> FakeArtist:
    return FakeArtist()


@pytest.fixture
async def resources(settings: Settings, analyst: FakeAnalyst, artist: FakeArtist) -> AsyncIterator[Resources]:
    assert settings.database_url is not None
    generators = Generators("local", "error", local_analyst=analyst, local_artist=artist)
    resources = compose(settings, settings.database_url.get_secret_value(), generators=generators)
    yield resources
    await resources.close()


def changed(resources: Resources, **options: Any) -> None:
    """The same with other options; call it before anything is served."""
    resources.visualizations = replace(
        resources.visualizations, options=replace(resources.visualizations.options, **options)
    )
