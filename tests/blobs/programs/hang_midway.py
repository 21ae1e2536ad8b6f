"""Begin an upload, say so when 3 MiB of it are on the disk, and wait to be killed."""

import asyncio
import os
import sys

from evoke.platform.blobs.connect import open_store
from evoke.platform.crypto.keys import OwnerKey


async def main(folder: str) -> None:
    async with open_store(folder) as store, store.spool(OwnerKey.generate()) as spool:
        await spool.write(os.urandom(6 << 20))
        sys.stdout.write("under way\n")
        sys.stdout.flush()
        await asyncio.sleep(600)


asyncio.run(main(sys.argv[1]))
