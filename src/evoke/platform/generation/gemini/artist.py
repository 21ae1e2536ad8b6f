"""Gemini as the Artist."""

import asyncio
import base64
import binascii

from evoke.kit.time import Clock
from evoke.platform.generation.checks import Unusable
from evoke.platform.generation.gemini import finishing, reply
from evoke.platform.generation.gemini.connection import Connection
from evoke.platform.generation.gemini.failures import Fault
from evoke.platform.generation.gemini.gateway import Gateway
from evoke.platform.generation.gemini.reply import Reply
from evoke.platform.generation.ports import (
    FEELING_SIDE,
    STORY_SIDE,
    EntryDrawing,
    FeelingDrawing,
    Payer,
    Picture,
    StoryDrawing,
)
from evoke.platform.generation.prompts import pictures


class GeminiArtist:
    """An Artist. A picture is asked for once; again only where none can have been paid for."""

    def __init__(self, gateway: Gateway, connection: Connection, clock: Clock) -> None:
        self._gateway = gateway
        self._connection = connection
        self._clock = clock

    async def draw_feeling(self, drawing: FeelingDrawing, payer: Payer) -> Picture:
        return await self._draw(pictures.feeling(drawing), FEELING_SIDE, payer)

    async def draw_story(self, drawing: StoryDrawing, payer: Payer) -> Picture:
        return await self._draw(pictures.story(drawing), STORY_SIDE, payer)

    async def draw_entry(self, drawing: EntryDrawing, payer: Payer) -> Picture:
        return await self._draw(pictures.entry(drawing), STORY_SIDE, payer)

    async def _draw(self, order: str, side: int, payer: Payer) -> Picture:
        async def send() -> Reply:
            sdk = await self._connection.sdk()
            body = await sdk.picture(self._gateway.service.model, order, self._clock())
            return await asyncio.to_thread(reply.parse, body)

        async def read(got: Reply) -> Picture:
            got.check()
            if got.picture is None:
                raise Fault("bad_answer", "paid", 200, hint="no picture")
            try:
                png = await asyncio.to_thread(_finished, got.picture, side)
            except Unusable as error:
                raise Fault("bad_answer", "paid", 200, hint=str(error)) from error
            return Picture(png, side, side, order, "gemini")

        return await self._gateway.call(send, read, prompt_bytes=len(order.encode()), payer=payer)


def _finished(encoded: str, side: int) -> bytes:
    try:
        received = base64.b64decode(encoded)
    except (binascii.Error, ValueError) as error:
        raise Unusable("the picture is not base64") from error
    return finishing.square_png(received, side)
