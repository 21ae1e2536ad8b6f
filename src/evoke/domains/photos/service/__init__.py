"""The use cases of the library, one module each."""

from evoke.domains.photos.service import adding, counting, editing, feelings, files, live, processing, reading, trashing

__all__ = ["adding", "counting", "editing", "feelings", "files", "live", "processing", "reading", "trashing"]
