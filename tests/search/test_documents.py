"""What is stored of a photo's words, as PostgreSQL reads it."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from evoke.domains.search import documents, terms
from evoke.platform.postgres.engine import Database

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
WITH_ONE_DATABASE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MATCHES = text("SELECT CAST(:words AS text)::tsvector @@ CAST(:query AS text)::tsquery")


def photo(**values: Any) -> SimpleNamespace:
    blank: dict[str, Any] = {
        "type": "image",
        "file_name": "a.jpg",
        "description": "",
        "caption": None,
        "tags": [],
        "city": None,
        "state": None,
        "country": None,
        "camera_make": None,
        "camera_model": None,
        "lens": None,
        "taken_at_local": datetime.fromisoformat("2019-03-21T16:04"),
    }
    return SimpleNamespace(**{**blank, **values})


async def lexemes_of(database: Database, photo: SimpleNamespace) -> dict[str, str | None]:
    """Lexemes with their places, as the database gives them back."""
    async with database.read() as session:
        rows = await session.execute(
            text(
                "SELECT lexeme, array_to_string(positions, ',') || ' ' || array_to_string(weights, '') "
                "FROM unnest(CAST(:words AS text)::tsvector)"
            ),
            {"words": documents.document(photo).words},
        )
        return {row[0]: row[1] for row in rows}


async def test_fields_have_weights_and_stand_apart(database: Database) -> None:
    found = await lexemes_of(
        database,
        photo(
            file_name="IMG_20190321.jpg",
            description="at sea",
            tags=["blue sky"],
            city="Lisbon",
            camera_model="iPhone 12",
            type="video",
        ),
    )
    assert found == {
        "blue": "1 A",
        "sky": "2 A",
        "at": "5 A",
        "sea": "6 A",
        "lisbon": "9 B",
        "img": "12 C",
        "20190321": "13 C",
        "jpg": "14 C",
        "img_20190321": "12,13 CC",
        "iphone": "17 D",
        "i": "17 D",
        "phone": "17 D",
        "12": "18 D",
        "video": "21 D",
        "videos": "22 D",
        "@m03": None,
        "@d0321": None,
        "@w3": None,
    }


async def test_the_longest_texts_fit(database: Database) -> None:
    endless = photo(
        file_name="é" * 255,
        description=" ".join(f"word{number}" for number in range(9000)),
        tags=["same tag " * 300, *(f"tag {number}" for number in range(5000))],
        city="x" * 100_000,
    )
    found = await lexemes_of(database, endless)
    assert "word1" in found
    assert "tag" in found
    assert max(len(lexeme) for lexeme in found) == 64
    assert "jpg" not in found


async def test_terms_are_words_of_letters() -> None:
    document = documents.document(photo(tags=["sunflower", "東京", "r2d2", "ab", "🌻"], description="été"))
    assert {"sunflower", "ete", "jpg"} <= document.terms
    assert not document.terms & {"東京", "r2d2", "ab", "🌻", "2", "@m03"}


@WITH_ONE_DATABASE
@example(text_="'")
@example(text_="\\' | !'")
@example(text_="a:1A,2B")
@given(text_=STORABLE)
async def test_any_text_can_be_stored_and_found_by_itself(database: Database, text_: str) -> None:
    words = documents.document(photo(description=text_, file_name=text_ or "x")).words
    queries = [term.any for term in (terms.of_word(text_), terms.of_phrase(text_)) if term]
    async with database.read() as session:
        for query in queries:
            assert await session.scalar(MATCHES, {"words": words, "query": query}), query
        assert await session.scalar(MATCHES, {"words": words, "query": "'@m03'"})


@WITH_ONE_DATABASE
@given(before=STORABLE, inside=STORABLE, after=STORABLE)
async def test_words_are_found_within_a_text(database: Database, before: str, inside: str, after: str) -> None:
    term = terms.of_phrase(inside)
    if term is None:
        return
    words = documents.document(photo(tags=[f"{before} {inside} {after}"])).words
    async with database.read() as session:
        assert await session.scalar(MATCHES, {"words": words, "query": term.any})
