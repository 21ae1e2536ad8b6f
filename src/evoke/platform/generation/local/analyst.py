"""The Analyst without a service: a hand-written library, matched by words and, where a text model is there, by meaning.

It recognises what a text is about, not what is meant between its lines: the names are general, the insights hold for
many. Where nothing is recognised it says so with a general name. English, German, French and Spanish; for texts in
other languages it answers in English and says that it does.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from evoke.platform.generation import ports
from evoke.platform.generation.local import emotions, intake, library, matching, story
from evoke.platform.generation.local.embeddings import EmbeddingsUnusable, SentenceEmbedder
from evoke.platform.generation.local.meaning import Meanings

log = structlog.get_logger(__name__)

_INSIGHTS, _LABELS, _SHAPES = 3, 4, 3


class LocalAnalyst:
    """Implements `ports.Analyst`. Deterministic: the same brief has the same answer. All work is done in a thread.

    Nothing is loaded before the first call.
    """

    def __init__(self, *, embeddings: Path | None = None) -> None:
        """`embeddings`: a folder with a sentence-embedding model (see embeddings.py). One that cannot be used is
        reported in the log, once, and texts are matched by their words."""
        self._meanings: Meanings | None = None
        if embeddings is not None:
            try:
                self._meanings = Meanings(SentenceEmbedder(embeddings))
            except EmbeddingsUnusable as error:
                log.warning("text_embeddings_unusable", reason=str(error))

    async def ask(self, conversation: ports.Conversation, payer: ports.Payer) -> ports.Questions:  # noqa: ARG002 - the port names it
        return await asyncio.to_thread(self._ask, conversation)

    async def summarize(
        self,
        conversation: ports.Conversation,
        emotions: tuple[str, ...],
        intensity: float,
        payer: ports.Payer,  # noqa: ARG002 - the port names it
    ) -> ports.Summary:
        return await asyncio.to_thread(self._summarize, conversation, emotions, intensity)

    async def analyze_entry(self, brief: ports.EntryBrief, payer: ports.Payer) -> ports.EntryAnalysis:  # noqa: ARG002 - the port names it
        return await asyncio.to_thread(self._analyze_entry, brief)

    async def analyze_story(self, brief: ports.StoryBrief, payer: ports.Payer) -> ports.StoryAnalysis:  # noqa: ARG002 - the port names it
        return await asyncio.to_thread(self._analyze_story, brief)

    def _ask(self, conversation: ports.Conversation) -> ports.Questions:
        language = library.spoken(conversation.language)
        ranked = self._rank(_said(conversation), language, "not_sure")
        question = intake.next_question(conversation, ranked[0].stressor if ranked else None)
        return ports.Questions(
            scenarios=() if question is None else (question.scenario,),
            context=_context(conversation, language, ranked),
            made_by="local",
        )

    def _summarize(self, conversation: ports.Conversation, felt: tuple[str, ...], intensity: float) -> ports.Summary:
        language = library.spoken(conversation.language)
        named = felt or tuple(intake.tally(conversation))[:2] or ("surprise",)
        theme, factors = self._theme(_said(conversation), language, named)
        return ports.Summary(
            situation=intake.situation_of(conversation, felt, intensity),
            text=_told("summary", theme, named, intensity, language),
            insights=_insights(factors, named, language),
            made_by="local",
        )

    def _analyze_entry(self, brief: ports.EntryBrief) -> ports.EntryAnalysis:
        language = library.spoken(brief.language)
        theme, factors = self._theme(f"{brief.situation}\n{brief.notes}", language, brief.emotions)
        table = library.conversation(language)["emotions"]
        return ports.EntryAnalysis(
            summary=_told("entry", theme, brief.emotions, brief.intensity, language),
            insights=_insights(factors, brief.emotions, language),
            palette=emotions.palette(brief.emotions, brief.intensity),
            shapes=tuple(table[emotion]["shape"] for emotion in dict.fromkeys(brief.emotions))[:_SHAPES],
            labels=tuple(factor.label for factor in factors)[:_LABELS],
            made_by="local",
        )

    def _analyze_story(self, brief: ports.StoryBrief) -> ports.StoryAnalysis:
        language = library.spoken(brief.language)
        ranked = self._rank(brief.text, language, brief.category)
        tones = [emotions.FEELING_TONES[feeling] for feeling in brief.feelings if feeling in emotions.FEELING_TONES]
        stressor = _first(ranked, language, brief.category)
        factors = story.choose_factors(brief.text, language, stressor, tones, story.beside(ranked))
        return ports.StoryAnalysis(
            stressor=stressor.name,
            factors=tuple(ports.Factor(factor.label, factor.insight) for factor in factors),
            language=language,
            made_by="local",
        )

    def _theme(self, text: str, language: str, felt: Sequence[str]) -> tuple[library.Stressor, list[library.Factor]]:
        category = emotions.category_of(felt)
        ranked = self._rank(text, language, category)
        stressor = _first(ranked, language, category)
        tones = [emotions.TONES[emotion] for emotion in felt if emotion in emotions.TONES]
        return stressor, story.choose_factors(text, language, stressor, tones, story.beside(ranked))

    def _rank(self, text: str, language: str, category: ports.Category) -> list[matching.Match]:
        meaning = None
        if self._meanings is not None:
            try:
                meaning = self._meanings.of(text)
            except EmbeddingsUnusable as error:
                log.warning("text_embeddings_unusable", reason=str(error))
                self._meanings = None
        return matching.rank(text, language, category, meaning)


def _first(ranked: Sequence[matching.Match], language: str, category: ports.Category) -> library.Stressor:
    return ranked[0].stressor if ranked else library.stressors(language)[library.GENERAL[category]]


def _said(conversation: ports.Conversation) -> str:
    return "\n".join([conversation.situation, *(turn.added for turn in conversation.turns)])


def _context(conversation: ports.Conversation, language: str, ranked: Sequence[matching.Match]) -> str:
    phrases = library.conversation(language)["phrases"]
    known = phrases["context_known"].format(stressor=ranked[0].stressor.name) if ranked else phrases["context_open"]
    felt = tuple(intake.tally(conversation))[:2] if conversation.turns else ()
    if not felt:
        return str(known)
    so_far = phrases["context_so_far" if len(felt) == 1 else "context_so_far_two"]
    return f"{known} {so_far.format(emotions=intake.named(felt, language))}"


def _told(kind: str, theme: library.Stressor, felt: Sequence[str], intensity: float, language: str) -> str:
    sentence: str = library.conversation(language)["phrases"][kind]
    return sentence.format(
        stressor=theme.name, emotions=intake.named(felt, language), strength=intake.strength(intensity, language)
    )


def _insights(factors: Sequence[library.Factor], felt: Sequence[str], language: str) -> tuple[str, ...]:
    """Those of the factors that fit best, and what the leading emotion is there for."""
    table = library.conversation(language)["emotions"]
    own = [table[felt[0]]["insight"]] if felt and felt[0] in table else []
    return (*(factor.insight for factor in factors[:_INSIGHTS]), *own)
