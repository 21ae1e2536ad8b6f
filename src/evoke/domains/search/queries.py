"""Questions to the tables of search and, through them, to the photos. Each is bounded to one owner."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from evoke.domains.accounts.models import User
from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.filters import PhotoFilter, conditions
from evoke.domains.photos.models import Photo
from evoke.domains.photos.presenting import COLUMNS
from evoke.domains.photos.queries import visible_to
from evoke.domains.search import expressions, ranking
from evoke.domains.search.calendar import Period
from evoke.domains.search.documents import VERSION, Document
from evoke.domains.search.models import SearchDocument, SearchTerm
from evoke.domains.search.understanding import Question, Time
from evoke.platform.compound import Filled, Part
from evoke.platform.postgres.engine import ReadSession, WriteSession
from evoke.platform.postgres.quickly import Record

_OFFSETS = timedelta(hours=15)
"""More than any zone is away from UTC: by so much may the instant of a photo differ from its wall clock."""
_EARLIEST_YEAR = 2
Order = Literal["relevance", "newest", "oldest"]
Key = tuple[Any, ...]
SOURCE_COLUMNS = [
    *(Photo.id, Photo.type, Photo.file_name, Photo.description, Photo.tags, Photo.city, Photo.state, Photo.country),
    *(Photo.camera_make, Photo.camera_model, Photo.lens, Photo.taken_at_local, Photo.updated_at, Photo.caption),
]
"""What `documents.document` reads, and `id` and `updated_at`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page: what, in which order, after which key, how many, and up to which number all are counted (0: not)."""

    question: Question
    filters: PhotoFilter
    order: Order
    after: Key | None
    limit: int
    count_limit: int


def page(actor: Actor, wanted: Wanted) -> Select[Any]:
    """COLUMNS of the photos, `score` and `total`, in one statement.

    There is always a row: without a match, one whose `id` is None.
    """
    matching = _by_words(actor, wanted) if wanted.question.terms else _by_time(actor, wanted)
    found = _first(matching, wanted)
    total = _counted(matching, wanted)
    photo = and_(Photo.owner_id == actor.user_id, Photo.id == found.c.id)
    return (
        select(*COLUMNS, found.c.score, total.c.total)
        .select_from(total)
        .outerjoin(found, true())
        .outerjoin(Photo, photo)
        .order_by(*_ordering(wanted.order, found.c.score, found.c.taken_at, found.c.id))
    )


async def fetch(session: ReadSession, actor: Actor, wanted: Wanted) -> tuple[list[Row[Any]], int]:
    """Up to `limit` rows of `page` and how many match in all, as far as was counted."""
    rows = await session.rows(page(actor, wanted))
    return [row for row in rows if row.id is not None], rows[0].total


def _by_words(actor: Actor, wanted: Wanted) -> CTE:
    """All that match, once for the page and once for the number."""
    score = ranking.score(wanted.question.terms)
    document = and_(SearchDocument.owner_id == Photo.owner_id, SearchDocument.photo_id == Photo.id)
    return (
        select(Photo.id, Photo.taken_at, score.label("score"))
        .join(SearchDocument, document)
        .where(
            SearchDocument.owner_id == actor.user_id,
            ranking.matches(_words(wanted.question)),
            *_where(actor, wanted),
        )
        .cte("matching")
    )


def _words(question: Question) -> str:
    join = expressions.any_of if question.any_word else expressions.all_of
    required = join(term.any for term in question.terms)
    return expressions.all_of([required, *(f"!{term.exact}" for term in question.excluded)])


def _by_time(actor: Actor, wanted: Wanted) -> CTE:
    """In order, from the index of the timeline, as many as the page or the number needs; nothing is sorted twice."""
    key = (literal(0), Photo.taken_at, Photo.id)
    statement = select(Photo.id, Photo.taken_at, literal(0).label("score")).where(*_where(actor, wanted))
    after = _after(wanted, *key)
    if after is not None:
        statement = statement.where(after)
    many = max(wanted.limit, wanted.count_limit)
    return statement.order_by(*_ordering(wanted.order, *key)).limit(many).cte("matching")


def _first(matching: CTE, wanted: Wanted) -> CTE:
    key = (matching.c.score, matching.c.taken_at, matching.c.id)
    statement = select(*key).order_by(*_ordering(wanted.order, *key)).limit(wanted.limit)
    after = _after(wanted, *key)
    return (statement if after is None else statement.where(after)).cte("found")


def _counted(matching: CTE, wanted: Wanted) -> CTE:
    if not wanted.count_limit:
        return select(literal(0).label("total")).cte("counted")
    some = select(matching.c.id).limit(wanted.count_limit).subquery()
    return select(func.count().label("total")).select_from(some).cte("counted")


def _ordering(order: Order, score: Any, taken_at: Any, id_: Any) -> list[Any]:
    if order == "oldest":
        return [taken_at, id_]
    newest = [taken_at.desc(), id_.desc()]
    return [score.desc(), *newest] if order == "relevance" else newest


def _after(wanted: Wanted, score: Any, taken_at: Any, id_: Any) -> ColumnElement[bool] | None:
    """No two photos share a key, so a page begins exactly after the last one."""
    if wanted.after is None:
        return None
    if wanted.order == "relevance":
        return tuple_(score, taken_at, id_) < tuple_(*wanted.after)
    key = tuple_(taken_at, id_)
    return key > tuple_(*wanted.after) if wanted.order == "oldest" else key < tuple_(*wanted.after)


def _where(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    question = wanted.question
    where = [visible_to(actor), *conditions(wanted.filters), *_times(question.times)]
    where.extend(not_(_within(time.period)) for time in question.excluded_times)
    if question.excluded and not question.terms:
        unwanted = ranking.matches(expressions.any_of(term.exact for term in question.excluded))
        # NOT IN looks each photo up in one hash table, whatever the planner believes of the numbers.
        having = select(SearchDocument.photo_id).where(SearchDocument.owner_id == actor.user_id, unwanted)
        where.append(Photo.id.not_in(having))
    return where


def _times(times: Iterable[Time]) -> list[ColumnElement[bool]]:
    named = [_within(time.period) for time in times if not time.bound]
    limits = [_within(time.period) for time in times if time.bound]
    return [*([or_(*named)] if named else []), *limits]


def _within(period: Period) -> ColumnElement[bool]:
    """By wall clock, and by the instant as well: the indexes are on the instant."""
    where: list[ColumnElement[bool]] = []
    if period.start is not None:
        where.append(Photo.taken_at_local >= period.start)
        if period.start.year >= _EARLIEST_YEAR:
            where.append(Photo.taken_at >= period.start.replace(tzinfo=UTC) - _OFFSETS)
    if period.end is not None:
        where.append(Photo.taken_at_local < period.end)
        where.append(Photo.taken_at < period.end.replace(tzinfo=UTC) + _OFFSETS)
    return and_(*where)


async def list_terms(session: ReadSession, owner_id: uuid.UUID, *, limit: int) -> Sequence[str]:
    statement = select(SearchTerm.term).where(SearchTerm.owner_id == owner_id).limit(limit)
    return (await session.scalars(statement)).all()


_SOURCES = select(*SOURCE_COLUMNS).where(
    Photo.owner_id == bindparam("owner_id"), Photo.id == any_(bindparam("photo_ids", type_=ARRAY(Uuid())))
)


async def list_sources(session: ReadSession, owner_id: uuid.UUID, photo_ids: Sequence[uuid.UUID]) -> Sequence[Record]:
    """SOURCE_COLUMNS of these photos."""
    return await session.prebuilt(_SOURCES, {"owner_id": owner_id, "photo_ids": photo_ids})


async def list_outdated(
    session: WriteSession, owner_id: uuid.UUID, *, after: uuid.UUID | None, limit: int
) -> Sequence[Row[Any]]:
    """SOURCE_COLUMNS of photos without a document, or with one of another version or another state, by id.

    The photos are locked against changes, so that the document of an older state is not written over a newer one.
    """
    document = and_(SearchDocument.owner_id == Photo.owner_id, SearchDocument.photo_id == Photo.id)
    statement = (
        select(*SOURCE_COLUMNS)
        .outerjoin(SearchDocument, document)
        .where(
            Photo.owner_id == owner_id,
            or_(
                SearchDocument.photo_id.is_(None),
                SearchDocument.version != VERSION,
                SearchDocument.photo_updated_at != Photo.updated_at,
            ),
        )
        .order_by(Photo.id)
        .limit(limit)
        .with_for_update(read=True, of=Photo)
    )
    return (await session.execute(statement if after is None else statement.where(Photo.id > after))).all()


async def list_owners(session: ReadSession) -> Sequence[uuid.UUID]:
    return (await session.scalars(select(User.id).order_by(User.id))).all()


# One statement whatever the number of documents, and for both tables. Terms and documents each in one order, so that
# two transactions never wait for each other.
_PUT = text("""
WITH learned AS (
    INSERT INTO search_terms (owner_id, term)
    SELECT :owner_id, term FROM unnest(:terms) AS given (term) ORDER BY term
    ON CONFLICT DO NOTHING
)
INSERT INTO search_documents (owner_id, photo_id, words, version, photo_updated_at)
SELECT :owner_id, photo_id, CAST(words AS tsvector), :version, photo_updated_at
FROM unnest(:photo_ids, :words, :updated) AS given (photo_id, words, photo_updated_at)
ORDER BY photo_id
ON CONFLICT (owner_id, photo_id) DO UPDATE SET
    words = excluded.words, version = excluded.version, photo_updated_at = excluded.photo_updated_at
""").bindparams(
    bindparam("owner_id", type_=Uuid()),
    bindparam("terms", type_=ARRAY(Text())),
    bindparam("version", type_=Integer()),
    bindparam("photo_ids", type_=ARRAY(Uuid())),
    bindparam("words", type_=ARRAY(Text())),
    bindparam("updated", type_=ARRAY(DateTime(timezone=True))),
)


async def put_documents(
    session: WriteSession, owner_id: uuid.UUID, documents: Sequence[tuple[Record | Row[Any], Document]]
) -> None:
    """Write the documents of photos (SOURCE_COLUMNS), new or in place of those that are there, and add their terms
    to the vocabulary."""
    await session.prebuilt(
        _PUT,
        {
            "owner_id": owner_id,
            "terms": sorted(frozenset[str]().union(*(document.terms for _, document in documents))),
            "version": VERSION,
            "photo_ids": [photo.id for photo, _ in documents],
            "words": [document.words for _, document in documents],
            "updated": [photo.updated_at for photo, _ in documents],
        },
    )


_WORDS_OF_NEW = Part(
    """
learned AS (
    INSERT INTO search_terms (owner_id, term)
    SELECT owner_id, term FROM added, unnest(:new_terms) AS given (term) ORDER BY term
    ON CONFLICT DO NOTHING
),
documented AS (
    INSERT INTO search_documents (owner_id, photo_id, words, version, photo_updated_at)
    SELECT owner_id, id, CAST(:new_words AS tsvector), :new_version, updated_at FROM added
)
""",
    {"new_terms": ARRAY(Text()), "new_words": Text(), "new_version": Integer()},
)


def words_of_new(document: Document) -> Filled:
    """The same for one photo, as a part of the statement that adds it (photos.events.PhotosAdded)."""
    values = {"new_terms": sorted(document.terms), "new_words": document.words, "new_version": VERSION}
    return Filled(_WORDS_OF_NEW, values)


async def delete_unused_terms(session: WriteSession, owner_id: uuid.UUID) -> int:
    """Forget the words that no photo of this owner has any more; how many there were."""
    used = exists().where(
        SearchDocument.owner_id == owner_id,
        # Terms are letters only, so quoting is all they need.
        SearchDocument.words.bool_op("@@")(cast(func.concat("'", SearchTerm.term, "'"), TSQUERY)),
    )
    deleted = await session.execute(
        delete(SearchTerm)
        .where(SearchTerm.owner_id == owner_id, not_(used))
        .returning(SearchTerm.term)
        .execution_options(synchronize_session=False)
    )
    return len(deleted.all())
