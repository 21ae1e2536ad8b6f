"""Upload 12 MiB where no file may grow past 5 MiB, and print what became of it.

A limit on the size of a file stops a write in the middle as a full disk does, on every machine and for every user.
"""

import asyncio
import json
import os
import resource
import sys
from pathlib import Path

from evoke.kit.errors import EvokeError, StorageFull
from evoke.platform.blobs.connect import open_store
from evoke.platform.crypto.keys import OwnerKey

MiB = 1 << 20


async def main(folder: Path, how: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (5 * MiB, 5 * MiB))
    content = os.urandom(12 * MiB)
    key = None if how == "plain" else OwnerKey.generate()
    outcome: dict[str, object] = {}
    async with open_store(str(folder)) as store:
        try:
            if how == "put":
                await store.put_bytes("photo", content, key)
            else:
                async with store.spool(key) as spool:
                    try:
                        for start in range(0, len(content), MiB // 2):
                            await spool.write(content[start : start + MiB // 2])
                    except StorageFull:
                        # Going on does not help: not a byte after the gap is taken.
                        await spool.write(b"1")
                    await spool.finish()
                    await store.adopt(spool, "photo")
        except EvokeError as error:
            outcome = {"status": error.status, "code": error.code, "message": error.message}
        await store.put_bytes("small", b"still works", key)
        outcome["read"] = (await store.get_bytes("small", key)).decode()
    outcome["files"] = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    sys.stdout.write(json.dumps(outcome))


asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
