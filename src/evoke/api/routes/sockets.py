"""WebSockets: a visualization as it is drawn.

Who calls says so by a token in the query (`token` or `access_token`), as a subprotocol (`bearer, <token>` or the token
alone: the only header that a browser lets a page set), or in the usual header. Refusals are close codes, for before
accepting there is none that a page can read: 4401 no or bad token, 4403 a key that may not, 4404 no such
visualization, 4429 too many.
"""

import asyncio
import uuid

import structlog
from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from evoke.api import limits
from evoke.api.routes.visualizations import told
from evoke.api.routing import PREFIX
from evoke.bootstrap import Resources
from evoke.domains.accounts.schemas import Actor
from evoke.domains.visualizations.live import Following
from evoke.kit import errors

router = APIRouter(prefix=f"{PREFIX}/ws")
log = structlog.get_logger(__name__)

BEARER = "bearer"
CLOSE_CODES = {401: 4401, 403: 4403, 404: 4404, 429: 4429}
UNAVAILABLE = 1013
FINISHED = 1000


@router.websocket("/visualizations/{visualization_id}")
async def visualization(websocket: WebSocket, visualization_id: str) -> None:
    """`{"type":"progress","data":{…}}` again and again, then `complete` or `failed`, and the end."""
    resources: Resources = websocket.app.state.resources
    credential, protocol = _credential(websocket)
    await websocket.accept(subprotocol=protocol)
    try:
        actor = await _identify(websocket, resources, credential)
        states = await resources.feed.open(actor, _read_id(visualization_id))
    except errors.EvokeError as error:
        await websocket.close(CLOSE_CODES.get(error.status, UNAVAILABLE), error.message[:120])
        return
    except Exception as error:
        log.error("socket.refused", exc_info=error)
        await websocket.close(UNAVAILABLE)
        return
    try:
        await _follow(websocket, resources, actor, states)
    finally:
        states.close()


async def _follow(websocket: WebSocket, resources: Resources, actor: Actor, states: Following) -> None:
    telling = asyncio.create_task(_tell(websocket, resources, actor, states))
    leaving = asyncio.create_task(_until_gone(websocket))
    try:
        await asyncio.wait([telling, leaving], return_when=asyncio.FIRST_COMPLETED)
    finally:
        # The server sends no close frame while somebody waits to receive.
        for task in (telling, leaving):
            task.cancel()
        told_all, has_left = await asyncio.gather(telling, leaving, return_exceptions=True)
    if has_left is None:
        return
    if isinstance(told_all, Exception) and not isinstance(told_all, WebSocketDisconnect):
        log.error("socket.broken", exc_info=told_all)
    await websocket.close(UNAVAILABLE if isinstance(told_all, BaseException) else FINISHED)


async def _tell(websocket: WebSocket, resources: Resources, actor: Actor, states: Following) -> None:
    async for state in states:
        await websocket.send_json(await told(websocket, resources, actor, state))


async def _until_gone(websocket: WebSocket) -> None:
    """Whatever the client says is passed over, until it leaves."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _identify(websocket: WebSocket, resources: Resources, credential: str | None) -> Actor:
    if credential is None:
        raise errors.Unauthorized
    actor = await resources.authenticator.authenticate(credential)
    actor.require("visualizations:read")
    meter = limits.meter(websocket)
    await meter.spend(meter.budgets.default, f"user:{actor.user_id}")
    return actor


def _credential(websocket: WebSocket) -> tuple[str | None, str | None]:
    """The token, and which of the offered subprotocols is agreed to: a browser insists on one of its own."""
    offered = [part.strip() for part in websocket.headers.get("sec-websocket-protocol", "").split(",") if part.strip()]
    query = websocket.query_params.get("token") or websocket.query_params.get("access_token")
    named = query or limits.read_credential(websocket.headers)
    if offered and offered[0].lower() == BEARER:
        return named or (offered[1] if len(offered) > 1 else None), offered[0]
    if offered:
        return named or offered[0], offered[0]
    return named, None


def _read_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise errors.NotFound("There is no such visualization.") from error
