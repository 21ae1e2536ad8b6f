"""Gemini as the Analyst."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from evoke.kit.time import Clock
from evoke.platform.generation import checks
from evoke.platform.generation.gemini import answers, reply
from evoke.platform.generation.gemini.connection import Connection
from evoke.platform.generation.gemini.failures import Fault
from evoke.platform.generation.gemini.gateway import Gateway
from evoke.platform.generation.gemini.reply import Reply
from evoke.platform.generation.ports import (
    Conversation,
    EntryAnalysis,
    EntryBrief,
    Maker,
    Payer,
    Questions,
    StoryAnalysis,
    StoryBrief,
    Summary,
)
from evoke.platform.generation.prompts import words

Answer = TypeVar("Answer", bound=BaseModel)
Result = TypeVar("Result")
MADE_BY: Maker = "gemini"


class GeminiAnalyst:
    """An Analyst. Every answer is made by `gemini`, is in the schema asked for, and has passed `checks`."""

    def __init__(self, gateway: Gateway, connection: Connection, clock: Clock) -> None:
        self._gateway = gateway
        self._connection = connection
        self._clock = clock

    async def ask(self, conversation: Conversation, payer: Payer) -> Questions:
        asked = len(conversation.turns)
        if asked >= checks.MOST_QUESTIONS:
            return Questions((), "", MADE_BY)

        def made(answer: answers.QuestionsAnswer) -> Questions:
            scenarios = [
                checks.scenario(each.question, [(option.text, option.emotion_indicators) for option in each.options])
                for each in answer.scenarios[:1]
            ]
            return checks.questions(asked, scenarios, context=answer.context, made_by=MADE_BY)

        early = asked < checks.FEWEST_QUESTIONS
        schema = answers.FirstQuestionsAnswer if early else answers.QuestionsAnswer
        return await self._answer(words.ASK, words.conversation(conversation), schema, made, payer)

    async def summarize(
        self, conversation: Conversation, emotions: tuple[str, ...], intensity: float, payer: Payer
    ) -> Summary:
        def made(answer: answers.SummaryAnswer) -> Summary:
            return checks.summary(answer.situation, answer.text, answer.insights, made_by=MADE_BY)

        data = words.finished(conversation, emotions, intensity)
        return await self._answer(words.SUMMARIZE, data, answers.SummaryAnswer, made, payer)

    async def analyze_entry(self, brief: EntryBrief, payer: Payer) -> EntryAnalysis:
        def made(answer: answers.EntryAnswer) -> EntryAnalysis:
            return checks.entry_analysis(
                summary=answer.summary,
                insights=answer.insights,
                palette=answer.palette,
                shapes=answer.shapes,
                words=answer.labels,
                language=brief.language,
                made_by=MADE_BY,
            )

        return await self._answer(words.ENTRY, words.entry(brief), answers.EntryAnswer, made, payer)

    async def analyze_story(self, brief: StoryBrief, payer: Payer) -> StoryAnalysis:
        def made(answer: answers.StoryAnswer) -> StoryAnalysis:
            return checks.story_analysis(
                stressor=answer.central_stressor,
                factors=[(each.factor, each.insight) for each in answer.factors],
                language=checks.language(answer.language, fallback=brief.language),
                made_by=MADE_BY,
            )

        return await self._answer(words.STORY, words.story(brief), answers.StoryAnswer, made, payer)

    async def _answer(
        self, task: str, data: str, schema: type[Answer], made: Callable[[Answer], Result], payer: Payer
    ) -> Result:
        async def send() -> Reply:
            sdk = await self._connection.sdk()
            body = await sdk.words(self._gateway.service.model, task, schema, data, self._clock())
            return reply.parse(body)

        async def read(got: Reply) -> Result:
            got.check()
            try:
                return made(answers.read(got.text, schema))
            except checks.Unusable as error:
                raise Fault("bad_answer", "paid", 200, hint=str(error)) from error

        sent = len(task.encode()) + len(data.encode())
        return await self._gateway.call(send, read, prompt_bytes=sent, payer=payer)
