"""Guided conversations: what happened, some questions, an entry.

Each step is in three parts, because a model takes seconds and a transaction must not wait for it: `find` what was
said so far, think (`begin`, `go_on`, `conclude`), and keep what came of it (`keep_new`, `keep`, `finish`). A model that
fails leaves the conversation as it was, so the same step can be asked for again. Of two that go on from the same state,
the first to be kept counts.
"""

import asyncio
import uuid
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal import conversations, intake_queries, schemas
from evoke.domains.journal import intake_schemas as forms
from evoke.domains.journal.conversations import Conversation, Outcome
from evoke.domains.journal.errors import IntakeFinished, IntakeMoved, IntakeNotFound, IntakeTooShort
from evoke.domains.journal.fields import MAX_SITUATION
from evoke.domains.journal.service import entries, supporting
from evoke.domains.journal.tools import Tools
from evoke.kit import boundaries, ids, texts
from evoke.platform.care.locales import Locale
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.texts import decrypt_text, encrypt_text
from evoke.platform.generation import deadlines
from evoke.platform.generation.errors import GenerationTimedOut
from evoke.platform.generation.local import languages
from evoke.platform.generation.ports import Payer
from evoke.platform.postgres.engine import ReadSession, WriteSession

Answer = TypeVar("Answer")
_GRACE_SECONDS = 1.0
"""A generator ends by itself at the deadline and knows why; this is for one that does not."""


@dataclass(frozen=True)
class Found:
    """A conversation as it was read."""

    session_id: uuid.UUID
    conversation: Conversation
    version: int
    entry_id: uuid.UUID | None
    created_at: datetime
    updated_at: datetime
    key: OwnerKey


@dataclass(frozen=True)
class Step:
    """The conversation after a step, not kept yet."""

    session_id: uuid.UUID
    conversation: Conversation
    version: int
    support: schemas.Support | None
    key: OwnerKey


async def find(session: ReadSession, tools: Tools, actor: Actor, session_id: uuid.UUID) -> Found:
    """Raises IntakeNotFound, also for somebody else's."""
    key = await tools.keys.get(actor.user_id)
    row = await intake_queries.find(session, actor, session_id)
    if row is None:
        raise IntakeNotFound
    opened = decrypt_text(key, row.conversation, context=_context(session_id))
    conversation = Conversation.model_validate_json(opened)
    return Found(session_id, conversation, row.version, row.entry_id, row.created_at, row.updated_at, key)


def show(found: Found) -> forms.Intake:
    said = found.conversation
    return forms.Intake(
        session_id=found.session_id,
        state=said.state,
        situation=said.situation,
        answers=[
            forms.Told(question=each.scenario.question, answer=each.chosen.text, added=each.added)
            for each in said.answers
        ],
        scenarios=said.scenarios,
        ai_context=said.context,
        entry_id=found.entry_id,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


# ---- Thinking --------------------------------------------------------------------------------------------------------


async def begin(tools: Tools, actor: Actor, form: forms.Analyze, locale: Locale) -> Step:
    """The first questions. Raises what an analyst raises."""
    key = await tools.keys.get(actor.user_id)
    language = await asyncio.to_thread(languages.language_of, form.situation, locale.language)
    support = await supporting.find(form.situation, locale, language)
    conversation = Conversation(situation=form.situation, language=language)
    given = await _in_time(tools, tools.analyst.ask(conversation.for_analyst(), Payer(actor.user_id)))
    return Step(ids.new_id(), conversations.asked(conversation, given), 0, support, key)


async def go_on(tools: Tools, actor: Actor, found: Found, form: forms.Refine, locale: Locale) -> Step:
    """Take an answer and ask what follows from it.

    Raises IntakeFinished, also when enough is known already, OptionUnknown, and what an analyst raises.
    """
    if found.conversation.state == "finished":
        raise IntakeFinished
    if found.conversation.state == "enough":
        raise IntakeFinished("Enough is known: complete this conversation, or begin a new one.")
    said = conversations.answered(found.conversation, form.selected_option_id, form.additional_context or "")
    support = await supporting.find(said.texts(), locale, said.language)
    if not conversations.is_over(said):
        given = await _in_time(tools, tools.analyst.ask(said.for_analyst(), Payer(actor.user_id)))
        said = conversations.asked(said, given)
    return Step(found.session_id, said, found.version, support, found.key)


async def conclude(
    tools: Tools, actor: Actor, found: Found, form: forms.Complete, locale: Locale
) -> tuple[Step, schemas.NewEntry]:
    """What the conversation comes to. A person may stop early, after one answer.

    Raises IntakeFinished, IntakeTooShort, and what an analyst raises.
    """
    said = found.conversation
    if said.state == "finished":
        raise IntakeFinished
    if not said.answers:
        raise IntakeTooShort
    support = await supporting.find(said.texts(), locale, said.language)
    emotions = tuple(form.final_emotions)
    asked = tools.analyst.summarize(said.for_analyst(), emotions, form.intensity, Payer(actor.user_id))
    summary = await _in_time(tools, asked)
    outcome = Outcome(
        emotions=form.final_emotions,
        intensity=form.intensity,
        summary=summary.text,
        insights=list(summary.insights),
        made_by=summary.made_by,
    )
    situation = texts.storable(summary.situation).strip()[:MAX_SITUATION].strip() or said.situation
    entry = schemas.NewEntry(situation=situation, emotions=form.final_emotions, intensity=form.intensity)
    step = Step(found.session_id, conversations.finished(said, outcome), found.version, support, found.key)
    return step, entry


async def _in_time(tools: Tools, asked: Awaitable[Answer]) -> Answer:
    """Raises GenerationTimedOut when it takes longer than a person waits."""
    boundaries.outside_transaction("asking the analyst")
    seconds = tools.options.answer_seconds
    try:
        with deadlines.within(seconds):
            async with asyncio.timeout(seconds + _GRACE_SECONDS) as limit:
                return await asked
    except TimeoutError:
        if not limit.expired():
            raise
        raise GenerationTimedOut(service="gemini_api", timeout_seconds=round(seconds)) from None


# ---- Keeping ---------------------------------------------------------------------------------------------------------


async def keep_new(session: WriteSession, tools: Tools, actor: Actor, step: Step) -> forms.Analyzed:
    now = tools.clock()
    values = {
        **_sealed(step),
        "owner_id": actor.user_id,
        "id": step.session_id,
        "version": step.version,
        "created_at": now,
        "updated_at": now,
    }
    await intake_queries.add(session, values)
    return forms.Analyzed(**_shown(step))


async def keep(session: WriteSession, tools: Tools, actor: Actor, step: Step) -> forms.Refined:
    """Raises IntakeNotFound, IntakeFinished, IntakeMoved when somebody else was faster."""
    await _lock(session, actor, step)
    await intake_queries.change(session, actor, step.session_id, {**_sealed(step), "updated_at": tools.clock()})
    return forms.Refined(**_shown(step), is_complete=step.conversation.state != "asking")


async def finish(
    session: WriteSession, tools: Tools, actor: Actor, step: Step, form: schemas.NewEntry
) -> forms.Completed:
    """The entry, and the conversation that is finished with it. Raises as `keep`."""
    await _lock(session, actor, step)
    entry = await entries.create(session, tools, actor, form, source="intake_flow", key=step.key)
    values = {**_sealed(step), "entry_id": uuid.UUID(entry["id"]), "updated_at": tools.clock()}
    await intake_queries.change(session, actor, step.session_id, values)
    outcome = step.conversation.outcome
    assert outcome is not None, "a conversation that is finished has come to something"
    return forms.Completed(
        entry=schemas.Entry.model_validate(entry),
        ai_summary=outcome.summary,
        insights=outcome.insights,
        generated_by=outcome.made_by,
        support=step.support,
    )


async def _lock(session: WriteSession, actor: Actor, step: Step) -> Row[Any]:
    row = await intake_queries.find(session, actor, step.session_id, locked=True)
    if row is None:
        raise IntakeNotFound
    if row.state == "finished":
        raise IntakeFinished
    if row.version != step.version:
        raise IntakeMoved
    return row


def _sealed(step: Step) -> dict[str, Any]:
    said = step.conversation.model_dump_json()
    return {
        "conversation": encrypt_text(step.key, said, context=_context(step.session_id)),
        "state": step.conversation.state,
    }


def _shown(step: Step) -> dict[str, Any]:
    return {
        "session_id": step.session_id,
        "scenarios": step.conversation.scenarios,
        "ai_context": step.conversation.context,
        "generated_by": step.conversation.made_by,
        "support": step.support,
    }


def _context(session_id: uuid.UUID) -> bytes:
    return f"intake_sessions.conversation/{session_id}".encode()
