"""Under which address the client reaches us, for links that it opens as they are."""

import re
from functools import lru_cache

from starlette.requests import HTTPConnection

from evoke.api import limits
from evoke.bootstrap import Resources

_HOST = re.compile(r"[A-Za-z0-9._\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_SCHEMES = {"ws": "http", "wss": "https"}


def origin_of(connection: HTTPConnection, resources: Resources) -> str:
    """`https://host:port`: the address that is configured; else that of the request.

    X-Forwarded-Proto and X-Forwarded-Host count only from a proxy that is trusted. What is no host name is answered
    with the address that the server listens on.
    """
    settings = resources.settings.http
    if settings.public_url:
        return settings.public_url.rstrip("/")
    scheme = _SCHEMES.get(connection.scope["scheme"], connection.scope["scheme"])
    host = connection.headers.get("host", "")
    peer = (connection.scope.get("client") or (limits.NO_ADDRESS, 0))[0]
    if limits.is_trusted(peer, _networks(tuple(settings.trusted_proxies))):
        scheme = _last(connection, "x-forwarded-proto", ("http", "https")) or scheme
        host = _last(connection, "x-forwarded-host") or host
    if _HOST.fullmatch(host) is None:
        name, port = connection.scope.get("server") or ("localhost", None)
        host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}" if port else name
    return f"{scheme}://{host}"


@lru_cache(maxsize=8)
def _networks(texts: tuple[str, ...]) -> tuple[limits.Network, ...]:
    return limits.networks(texts)


def _last(connection: HTTPConnection, name: str, allowed: tuple[str, ...] = ()) -> str:
    """The entry that the nearest proxy wrote."""
    value = connection.headers.get(name, "").rpartition(",")[2].strip()
    return value if not allowed or value in allowed else ""
