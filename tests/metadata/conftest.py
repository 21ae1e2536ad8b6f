"""The readers under one contract; exiv2 is an extra, so it is skipped where it is not installed."""

import pytest

from evoke.platform.metadata import reading
from evoke.platform.metadata.exiv2_reader import Exiv2Reader
from evoke.platform.metadata.pillow_reader import PillowReader
from evoke.platform.metadata.raw import MetadataReader

without_exiv2 = pytest.mark.skipif(not reading.exiv2_is_installed(), reason="the exiv2 extra is not installed")


@pytest.fixture(params=[pytest.param("exiv2", marks=without_exiv2), "pillow"])
def reader(request: pytest.FixtureRequest) -> MetadataReader:
    return Exiv2Reader() if request.param == "exiv2" else PillowReader()
