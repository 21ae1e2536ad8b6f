"""Choosing a reader."""

import importlib.util

from evoke.platform.metadata.exiv2_reader import Exiv2Reader
from evoke.platform.metadata.pillow_reader import PillowReader
from evoke.platform.metadata.raw import MetadataReader


def best_reader() -> MetadataReader:
    """exiv2 where its package is installed, else Pillow; both give the same tags of the same file."""
    return Exiv2Reader() if exiv2_is_installed() else PillowReader()


def exiv2_is_installed() -> bool:
    """Whether the GPL extra is there; asked without importing it."""
    return importlib.util.find_spec("exiv2") is not None
