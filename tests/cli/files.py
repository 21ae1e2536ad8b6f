"""Files as people have them in their folders."""

import json
import struct
from pathlib import Path

from tests.factories import pictures


def jpeg(path: Path, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pictures.jpeg(seed, size=(32, 24)))
    return path


def video(path: Path, *, seconds: float, version: int = 0, seed: int = 0) -> Path:
    """A QuickTime file that has a header with a duration, and nothing to show. `mdat` comes first, as in phones."""
    path.write_bytes(movie(seconds=seconds, version=version, seed=seed))
    return path


def movie(*, seconds: float, version: int = 0, seed: int = 0) -> bytes:
    scale = 600
    times = ">QQIQ" if version else ">IIII"
    header = bytes([version, 0, 0, 0]) + struct.pack(times, 0, 0, scale, round(seconds * scale)) + bytes(80)
    moov = box(b"moov", box(b"free", b"") + box(b"mvhd", header))
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"mdat", struct.pack(">Q", seed)) + moov


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def takeout(path: Path, *, timestamp: int = 1553184262, description: str = "") -> Path:
    document = {
        "title": path.name.removesuffix(".json"),
        "description": description,
        "photoTakenTime": {"timestamp": str(timestamp)},
        "geoData": {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0},
    }
    path.write_text(json.dumps(document))
    return path


def xmp(path: Path, *, rating: int = 4) -> Path:
    path.write_text(
        f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="{rating}"/>
        </rdf:RDF></x:xmpmeta>"""
    )
    return path
