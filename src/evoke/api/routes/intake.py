"""Intake: a short guided conversation that becomes an entry."""

import uuid
from typing import Annotated

from fastapi import Depends, Request

from evoke.api.deps import ActorDep, ResourcesDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.routing import router_of
from evoke.bootstrap import Resources
from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal import intake_schemas as forms
from evoke.domains.journal.errors import IntakeFinished, IntakeNotFound, OptionUnknown
from evoke.domains.journal.service import intake
from evoke.kit.errors import Invalid, Unauthorized
from evoke.platform.care.locales import Locale, locale_of
from evoke.platform.generation.errors import ContentFiltered, GenerationTimedOut, TextModelDown

router = router_of("/intake", "journal")


async def _locale(request: Request) -> Locale:
    return locale_of(request.headers.get("accept-language"))


LocaleDep = Annotated[Locale, Depends(_locale)]


@router.post("/analyze", responses=failures(Invalid, ContentFiltered, Unauthorized, TextModelDown, GenerationTimedOut))
async def analyze(
    form: forms.Analyze, actor: ActorDep, resources: ResourcesDep, locale: LocaleDep
) -> Envelope[forms.Analyzed]:
    """Say what happened; the answer asks the first question."""
    actor.require("entries:write")
    step = await intake.begin(resources.journal, actor, form, locale)
    async with resources.database.transaction() as session:
        answer = await intake.keep_new(session, resources.journal, actor, step)
    return ok(answer)


@router.post(
    "/refine",
    responses=failures(
        OptionUnknown, ContentFiltered, Unauthorized, IntakeNotFound, IntakeFinished, TextModelDown, GenerationTimedOut
    ),
)
async def refine(
    form: forms.Refine, actor: ActorDep, resources: ResourcesDep, locale: LocaleDep
) -> Envelope[forms.Refined]:
    """Choose one of the answers; what comes back asks on, or says that enough is known."""
    actor.require("entries:write")
    found = await _find(resources, actor, form.session_id)
    step = await intake.go_on(resources.journal, actor, found, form, locale)
    async with resources.database.transaction() as session:
        answer = await intake.keep(session, resources.journal, actor, step)
    return ok(answer)


@router.post(
    "/complete",
    status_code=201,
    responses=failures(
        Invalid, ContentFiltered, Unauthorized, IntakeNotFound, IntakeFinished, TextModelDown, GenerationTimedOut
    ),
)
async def complete(
    form: forms.Complete, actor: ActorDep, resources: ResourcesDep, locale: LocaleDep
) -> Envelope[forms.Completed]:
    """Make an entry of the conversation; after one answer already, if that is enough for the person."""
    actor.require("entries:write")
    found = await _find(resources, actor, form.session_id)
    step, entry = await intake.conclude(resources.journal, actor, found, form, locale)
    async with resources.database.transaction() as session:
        answer = await intake.finish(session, resources.journal, actor, step, entry)
    return ok(answer)


@router.get("/{session_id}", responses=failures(Unauthorized, IntakeNotFound))
async def one(session_id: uuid.UUID, actor: ActorDep, resources: ResourcesDep) -> Envelope[forms.Intake]:
    """A conversation as it stands, to go on with it."""
    actor.require("entries:read")
    return ok(intake.show(await _find(resources, actor, session_id)))


async def _find(resources: Resources, actor: Actor, session_id: uuid.UUID) -> intake.Found:
    # On the primary: a replica may not have heard of the last answer yet.
    async with resources.database.write() as session:
        return await intake.find(session, resources.journal, actor, session_id)
