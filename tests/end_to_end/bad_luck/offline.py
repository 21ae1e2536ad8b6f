"""A whole installation where there is no network: `python -m tests.end_to_end.bad_luck.offline FOLDER`.

To be run in a network namespace of its own. Brings up the loopback interface, which is all there is, uses everything
once, and prints what it saw as JSON.
"""

import fcntl
import json
import re
import socket
import struct
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.factories import pictures, processes
from tests.factories.processes import Program, until

SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
"""linux/sockios.h, linux/if.h"""


def bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def is_cut_off() -> bool:
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=2).close()
    except OSError:
        return True
    return False


def use(address: str) -> dict[str, Any]:
    """What a person does on the first day."""
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        account = {"email": "user@example.org", "password": "quiet-river-92", "name": "User"}
        registered = client.post("/api/v1/auth/register", json=account).json()["data"]
        client.headers["Authorization"] = f"Bearer {registered['access_token']}"
        content = pictures.jpeg(1, latitude=38.7167, longitude=-9.1333)
        answer = client.post("/api/v1/photos", files={"file": ("IMG_20190321_160422.jpg", content)})
        photo_id = answer.json()["data"]["photo"]["id"]

        def processed() -> Any:
            photo = client.get(f"/api/v1/photos/{photo_id}").json()["data"]["photo"]
            return photo if photo["processing"]["state"] in ("done", "partial", "failed") else None

        photo = until(processed)
        found = client.post("/api/v1/search", json={"q": "march 2019"})
        page = client.get("/docs").text
        assets = [client.get(part).status_code for part in re.findall(r"(?:src|href)=\"([^\"]+)\"", page)]
        return {
            "photo": photo,
            "found": [result["photo"]["id"] for result in found.json()["data"]["results"]],
            "thumbnail": client.get(photo["urls"]["thumbnail"]).status_code,
            "ready": client.get("/health/ready").json()["status"],
            "assets": assets,
        }


def main(folder: Path) -> None:
    bring_up_loopback()
    seen: dict[str, Any] = {"cut_off": is_cut_off()}
    settings = processes.settings_for(folder / "data")
    with Program("evoke", "serve", "--workers", "1", settings=settings, folder=folder) as program:
        seen |= use(program.healthy().address)
        seen["status"] = program.stop()
    seen["said"] = program.said()
    print(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
