"""A conversation as it is kept, and its rules: which answers there are, and when it is over.

It is over after five answers, and after two when the analyst has no further question; never before, whatever the
analyst says.
"""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel

from evoke.domains.journal import questions
from evoke.domains.journal.errors import OptionUnknown
from evoke.kit import ids
from evoke.platform.generation import ports

FEWEST = 2
MOST = 5
State = Literal["asking", "enough", "finished"]


class Option(BaseModel):
    id: str
    text: str
    emotion_indicators: list[str]


class Scenario(BaseModel):
    id: str
    question: str
    options: list[Option]


class Answer(BaseModel):
    """What was chosen of `scenario`, and what the person added in their own words."""

    scenario: Scenario
    option_id: str
    added: str = ""

    @property
    def chosen(self) -> Option:
        return next(option for option in self.scenario.options if option.id == self.option_id)


class Outcome(BaseModel):
    emotions: list[str]
    intensity: float
    summary: str
    insights: list[str]
    made_by: ports.Maker


class Conversation(BaseModel):
    """All that was said. `scenarios` are the questions that are open now; none: enough is known."""

    situation: str
    language: str
    answers: list[Answer] = []
    scenarios: list[Scenario] = []
    context: str = ""
    made_by: ports.Maker = "local"
    outcome: Outcome | None = None

    @property
    def state(self) -> State:
        if self.outcome is not None:
            return "finished"
        return "asking" if self.scenarios else "enough"

    def for_analyst(self) -> ports.Conversation:
        turns = tuple(
            ports.Turn(question=each.scenario.question, chosen=each.chosen.text, added=each.added)
            for each in self.answers
        )
        return ports.Conversation(self.situation, turns, self.language)

    def texts(self) -> str:
        """What the person wrote themselves."""
        return "\n".join([self.situation, *(each.added for each in self.answers if each.added)])


def answered(conversation: Conversation, option_id: str, added: str) -> Conversation:
    """The conversation with one more answer and no open question. Raises OptionUnknown."""
    for scenario in conversation.scenarios:
        if any(option.id == option_id for option in scenario.options):
            answer = Answer(scenario=scenario, option_id=option_id, added=added)
            return _with(conversation, answers=[*conversation.answers, answer], scenarios=[])
    raise OptionUnknown(field="selected_option_id", reason="not offered")


def is_over(conversation: Conversation) -> bool:
    """Whether there is nothing left to ask the analyst."""
    return len(conversation.answers) >= MOST


def asked(conversation: Conversation, given: ports.Questions) -> Conversation:
    """The conversation with the analyst's questions, as far as the rules let them in."""
    so_far = len(conversation.answers)
    usable = [scenario for scenario in given.scenarios if scenario.question.strip() and scenario.options]
    scenarios = _offered(usable[: max(0, MOST - so_far)])
    if not scenarios and so_far < FEWEST:
        scenarios = _offered([questions.plain(so_far, conversation.language)])
    return _with(conversation, scenarios=scenarios, context=given.context, made_by=given.made_by)


def finished(conversation: Conversation, outcome: Outcome) -> Conversation:
    return _with(conversation, scenarios=[], outcome=outcome)


def _with(conversation: Conversation, **changes: Any) -> Conversation:
    return conversation.model_copy(update=changes)


def _offered(scenarios: Iterable[ports.Scenario]) -> list[Scenario]:
    return [
        Scenario(
            id=str(ids.new_id()),
            question=scenario.question,
            options=[
                Option(id=str(ids.new_id()), text=option.text, emotion_indicators=list(option.emotion_indicators))
                for option in scenario.options
            ],
        )
        for scenario in scenarios
    ]
