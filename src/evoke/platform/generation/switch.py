"""Which generator answers: the one place that knows there are several."""

from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

import structlog

from evoke.kit.errors import EvokeError
from evoke.platform.generation.errors import GenerationTimedOut, PictureServiceDown, TextModelDown
from evoke.platform.generation.ports import (
    Analyst,
    Artist,
    Conversation,
    EntryAnalysis,
    EntryBrief,
    EntryDrawing,
    FeelingDrawing,
    Maker,
    Payer,
    Picture,
    Questions,
    StoryAnalysis,
    StoryBrief,
    StoryDrawing,
    Summary,
)

log = structlog.get_logger(__name__)

Mode = Literal["auto", "gemini", "local"]
OnFailure = Literal["error", "local"]
Port = TypeVar("Port")
Result = TypeVar("Result")

SERVICE_FAILURES = (TextModelDown, PictureServiceDown, GenerationTimedOut)
"""What the local generator may stand in for. A filter's refusal is not among them: it is an answer."""
UNCONFIGURED_RETRY_SECONDS = 300


class Generators:
    """An Analyst and an Artist that hands each call to one of two.

    `auto` asks Gemini where there is one (without a key its analyst or artist is None) and the local generator
    otherwise; `gemini` and `local` ask that one alone. When Gemini fails in mode `auto`, `on_failure` says whether
    the error is passed on or the local generator answers. An answer is made by one of them and says by which.
    """

    def __init__(
        self,
        mode: Mode,
        on_failure: OnFailure,
        *,
        gemini_analyst: Analyst | None = None,
        gemini_artist: Artist | None = None,
        local_analyst: Analyst,
        local_artist: Artist,
    ) -> None:
        self._mode = mode
        self._stand_in = mode == "auto" and on_failure == "local"
        self._gemini_analyst = gemini_analyst
        self._gemini_artist = gemini_artist
        self._local_analyst = local_analyst
        self._local_artist = local_artist

    @property
    def words_by(self) -> Maker:
        """Who is asked for words first."""
        return self._first(self._gemini_analyst)

    @property
    def pictures_by(self) -> Maker:
        """Who is asked for pictures first."""
        return self._first(self._gemini_artist)

    async def ask(self, conversation: Conversation, payer: Payer) -> Questions:
        return await self._words(lambda analyst: analyst.ask(conversation, payer))

    async def summarize(
        self, conversation: Conversation, emotions: tuple[str, ...], intensity: float, payer: Payer
    ) -> Summary:
        return await self._words(lambda analyst: analyst.summarize(conversation, emotions, intensity, payer))

    async def analyze_entry(self, brief: EntryBrief, payer: Payer) -> EntryAnalysis:
        return await self._words(lambda analyst: analyst.analyze_entry(brief, payer))

    async def analyze_story(self, brief: StoryBrief, payer: Payer) -> StoryAnalysis:
        return await self._words(lambda analyst: analyst.analyze_story(brief, payer))

    async def draw_feeling(self, drawing: FeelingDrawing, payer: Payer) -> Picture:
        return await self._picture(lambda artist: artist.draw_feeling(drawing, payer))

    async def draw_story(self, drawing: StoryDrawing, payer: Payer) -> Picture:
        return await self._picture(lambda artist: artist.draw_story(drawing, payer))

    async def draw_entry(self, drawing: EntryDrawing, payer: Payer) -> Picture:
        return await self._picture(lambda artist: artist.draw_entry(drawing, payer))

    def _first(self, gemini: object | None) -> Maker:
        return "local" if self._mode == "local" or (self._mode == "auto" and gemini is None) else "gemini"

    async def _words(self, call: Callable[[Analyst], Awaitable[Result]]) -> Result:
        return await self._one(self._gemini_analyst, self._local_analyst, call, TextModelDown, "gemini_api")

    async def _picture(self, call: Callable[[Artist], Awaitable[Result]]) -> Result:
        return await self._one(self._gemini_artist, self._local_artist, call, PictureServiceDown, "nanobanana_api")

    async def _one(
        self,
        gemini: Port | None,
        local: Port,
        call: Callable[[Port], Awaitable[Result]],
        down: type[EvokeError],
        service: str,
    ) -> Result:
        if self._first(gemini) == "local":
            return await call(local)
        if gemini is None:
            raise down(
                "Gemini has no key. Set GEMINI_API_KEY, or EVOKE_GENERATION__PROVIDER=auto to do without.",
                service=service,
                retry_after_seconds=UNCONFIGURED_RETRY_SECONDS,
                reason="configuration",
            )
        try:
            return await call(gemini)
        except SERVICE_FAILURES as error:
            if not self._stand_in:
                raise
            log.info("generation.local_instead", service=service, code=error.code, reason=error.details.get("reason"))
        return await call(local)
