"""Rate limits on HTTP: who pays from which budget, and the headers that say so.

A pure ASGI middleware counts each request under /api/v1 and writes X-RateLimit-Limit, -Remaining and -Reset on whatever
answers it, errors included. Routes that know more than the address count once more through `meter`: signing in by
address and account, drawing by the hour. The headers speak of the limit that is closest.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evoke.api import envelope
from evoke.domains.accounts.schemas import Actor
from evoke.kit.errors import Misconfigured, RateLimited
from evoke.platform.limits import HOUR, MINUTE, Budget, Limiter, Rate, Verdict

PREFIX = "/api/v1/"
SIGN_IN_PATHS = {"/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/auth/refresh"}
LIBRARY = frozenset({"photos", "search", "jobs", "albums", "tags", "map", "trash", "events"})
NO_ADDRESS = "local"
MAX_ADDRESSES = 4096
"""How many are known in their plain form: each request has one, and mostly the same."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Budgets:
    """What each class of requests may spend; the defaults are those of the journal contract."""

    per_minute: int = 100
    per_hour: int = 1000
    library_per_minute: int = 6000
    sign_in_per_minute: int = 10
    drawing_per_hour: int = 50
    drawing_anonymous_per_hour: int = 10

    @property
    def default(self) -> Budget:
        return Budget("default", (Rate(self.per_minute, MINUTE), Rate(self.per_hour, HOUR)))

    @property
    def library(self) -> Budget:
        """Photos, search and jobs: one look at a grid is a hundred thumbnails."""
        return Budget("library", (Rate(self.library_per_minute, MINUTE),))

    @property
    def sign_in(self) -> Budget:
        """For each address and account."""
        return Budget("sign_in", (Rate(self.sign_in_per_minute, MINUTE),))

    @property
    def sign_in_address(self) -> Budget:
        """For each address, whatever accounts it tries: a household behind one address has several."""
        return Budget("sign_in_address", (Rate(6 * self.sign_in_per_minute, MINUTE),))

    def drawing(self, *, signed_in: bool) -> Budget:
        if signed_in:
            return Budget("drawing", (Rate(self.drawing_per_hour, HOUR),))
        return Budget("drawing_anonymous", (Rate(self.drawing_anonymous_per_hour, HOUR),))


@dataclass
class Meter:
    """What one request has spent. In `request.state.meter` of every request under /api/v1."""

    limiter: Limiter
    budgets: Budgets
    address: str
    """Of the client itself, proxies we trust taken away."""
    actor: Actor | None = None
    verdict: Verdict | None = None

    async def spend(self, budget: Budget, who: str) -> None:
        """Count this request. Raises RateLimited when that was one too many."""
        verdict = await self.limiter.hit(budget, who)
        if verdict is None:
            return
        self.verdict = verdict.tightest(self.verdict)
        if not verdict.allowed:
            raise RateLimited(
                f"Too many requests. Try again in {verdict.retry_after} seconds.",
                retry_after_seconds=verdict.retry_after,
                limit=verdict.limit,
            )

    async def spend_on_sign_in(self, account: str) -> None:
        """One attempt on this account from this address."""
        await self.spend(self.budgets.sign_in, f"{self.group}|{account.strip().casefold()}")

    @property
    def group(self) -> str:
        """The address as far as it tells households apart: of IPv6 the first 64 bits, the rest is free to choose."""
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address
        if address.version == 6:
            return str(ipaddress.ip_network((address, 64), strict=False).network_address)
        return self.address


def meter(connection: HTTPConnection) -> Meter:
    """The meter of this request, for routes that count more than requests."""
    found: Meter = connection.state.meter
    return found


class LimitMiddleware:
    """`limiter(scope)` and `authenticate(scope, credential)` reach what the application holds only once it runs."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limiter: Callable[[Scope], Limiter],
        authenticate: Callable[[Scope, str], Awaitable[Actor]],
        budgets: Budgets | None = None,
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        self.app = app
        self.limiter = limiter
        self.authenticate = authenticate
        self.budgets = budgets or Budgets()
        self.trusted = networks(trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] not in {"http", "websocket"} or not path.startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        spent = Meter(self.limiter(scope), self.budgets, client_address(scope, self.trusted))
        scope.setdefault("state", {})["meter"] = spent

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and spent.verdict is not None:
                message["headers"] = [*message.get("headers", ()), *_headers(spent.verdict)]
            await send(message)

        # A preflight asks on behalf of a request that is still to come and will be counted.
        if scope["type"] == "http" and scope["method"] != "OPTIONS":
            try:
                await self._charge(scope, path, spent)
            except RateLimited as error:
                await envelope.failure(error)(scope, receive, answer)
                return
        await self.app(scope, receive, answer)

    async def _charge(self, scope: Scope, path: str, spent: Meter) -> None:
        if path.rstrip("/") in SIGN_IN_PATHS:
            await spent.spend(self.budgets.sign_in_address, f"address:{spent.group}")
            return
        spent.actor = await self._identify(scope)
        who = f"user:{spent.actor.user_id}" if spent.actor else f"address:{spent.group}"
        section = path.removeprefix(PREFIX).partition("/")[0]
        await spent.spend(self.budgets.library if section in LIBRARY else self.budgets.default, who)

    async def _identify(self, scope: Scope) -> Actor | None:
        credential = read_credential(Headers(scope=scope))
        if credential is None:
            return None
        try:
            return await self.authenticate(scope, credential)
        except Exception:  # the route asks again and says what is wrong, be it the token or the database
            return None


def _headers(verdict: Verdict) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-ratelimit-limit", b"%d" % verdict.limit),
        (b"x-ratelimit-remaining", b"%d" % verdict.remaining),
        (b"x-ratelimit-reset", b"%d" % verdict.reset),
    ]


def read_credential(headers: Headers) -> str | None:
    """The bearer, else the API key of its own header: the order in which routes look."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    return headers.get("x-api-key") or None


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Raises Misconfigured for what is neither an address nor a network."""
    try:
        return tuple(ipaddress.ip_network(text.strip(), strict=False) for text in texts)
    except ValueError as error:
        raise Misconfigured(
            f"EVOKE_HTTP__TRUSTED_PROXIES: {error}. Write addresses or networks, as in 10.0.0.0/8."
        ) from error


def client_address(scope: Scope, trusted: Sequence[Network]) -> str:
    """The address of the client: the nearest hop that is none of our proxies.

    X-Forwarded-For is read from its end, and only as long as the hop that wrote an entry is trusted: everything before
    that is what a stranger says about themselves.
    """
    peer = (scope.get("client") or (NO_ADDRESS, 0))[0]
    if not trusted:
        return _plain(peer)
    forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    current = _plain(peer)
    while hops and is_trusted(current, trusted):
        claimed = _plain(hops.pop())
        if not _is_address(claimed):
            break
        current = claimed
    return current


@lru_cache(maxsize=MAX_ADDRESSES)
def _plain(text: str) -> str:
    """Without a port, brackets, or the IPv6 form of an IPv4 address."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    if not _is_address(text):
        return text
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_trusted(text: str, trusted: Sequence[Network]) -> bool:
    """Whether the hop at this address is one of our proxies."""
    return _is_address(text) and any(ipaddress.ip_address(text) in network for network in trusted)
