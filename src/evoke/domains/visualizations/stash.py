"""A picture that was drawn and is not yet in the library.

It is put down as soon as it is there, under an address that its visualization knows: whatever fails after that, a
database that is away or a worker that dies, the next attempt finds it and nobody pays for it again.
"""

import struct
import uuid

import orjson

from evoke.domains.photos.library import Library
from evoke.platform.blobs.errors import BlobNotFound
from evoke.platform.crypto.errors import BlobCorrupt
from evoke.platform.generation.ports import Picture

FOLDER = "drawn"
_HEADER = struct.Struct(">I")


def address(owner_id: uuid.UUID, visualization_id: uuid.UUID) -> str:
    return f"{FOLDER}/{owner_id}/{visualization_id}"


async def put(library: Library, owner_id: uuid.UUID, visualization_id: uuid.UUID, picture: Picture) -> None:
    about = {
        "width": picture.width,
        "height": picture.height,
        "prompt": picture.prompt,
        "made_by": picture.made_by,
    }
    header = orjson.dumps(about)
    key = await library.key_for_writing(owner_id)
    content = _HEADER.pack(len(header)) + header + picture.png
    await library.blobs.put_bytes(address(owner_id, visualization_id), content, key)


async def find(library: Library, owner_id: uuid.UUID, visualization_id: uuid.UUID) -> Picture | None:
    key = await library.keys.get(owner_id)
    try:
        content = await library.blobs.get_bytes(address(owner_id, visualization_id), key)
    except (BlobNotFound, BlobCorrupt):
        return None
    (length,) = _HEADER.unpack_from(content)
    start = _HEADER.size + length
    return Picture(png=content[start:], **orjson.loads(content[_HEADER.size : start]))


async def drop(library: Library, owner_id: uuid.UUID, visualization_id: uuid.UUID) -> None:
    await library.blobs.delete([address(owner_id, visualization_id)])
