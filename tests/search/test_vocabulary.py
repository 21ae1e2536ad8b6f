"""Which words may have been meant."""

import pytest

from evoke.domains.search.vocabulary import Options, Vocabularies, Words
from evoke.platform.postgres.engine import Database
from tests.factories import seed

WORDS = Words(["beach", "sunflower", "sunset", "cat", "dog", "berry", "lisbon", "mountain", "surf", "catskill"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("beech", ["beach"]),
        ("baech", ["beach"]),
        ("beachh", ["beach"]),
        ("each", ["beach"]),
        ("sunflwoer", ["sunflower"]),
        ("sunflover", ["sunflower"]),
        ("snflwer", []),  # 7 letters, two errors
        ("suunflowwer", ["sunflower"]),  # 11 letters, two errors
        ("mauntian", ["mountain"]),
        ("suunnflowwer", []),  # three errors
        ("dug", []),  # too short
        ("beach", []),  # there as it is
        ("sunf", []),  # the beginning of one
        ("dogs", ["dog"]),
        ("cats", ["cat"]),  # also the beginning of another
        ("berries", ["berry"]),
        ("beaches", ["beach"]),
        ("zzzzzz", []),
    ],
)
def test_variants(typed: str, meant: list[str]) -> None:
    assert WORDS.variants(typed) == meant


def test_the_nearest_come_first_and_not_many() -> None:
    words = Words(f"photogra{letter}{other}" for letter in "abcdefgh" for other in "abc")
    endings = [word.removeprefix("photogra") for word in words.variants("photografz")]
    assert endings == ["fa", "fb", "fc", "aa", "ab", "ac", "ba", "bb"]


async def test_a_word_that_is_not_known_is_looked_up_again(database: Database) -> None:
    actor = await seed.owner(database)
    seconds = [0.0]
    vocabularies = Vocabularies(Options(max_age=100, min_age=10), clock=lambda: seconds[0])

    async def variants(word: str) -> tuple[str, ...]:
        async with database.read() as session:
            return (await vocabularies.variants(session, actor.user_id, [word]))[word]

    await seed.photo(database, actor, tags=["sunflower"])
    assert await variants("sunflwoer") == ("sunflower",)
    await seed.photo(database, actor, tags=["mountain"])
    assert await variants("mountian") == (), "too soon to look again"
    seconds[0] = 11.0
    assert await variants("mountian") == ("mountain",)


async def test_as_many_libraries_as_allowed_are_kept(database: Database) -> None:
    vocabularies = Vocabularies(Options(owners=2))
    for _ in range(4):
        actor = await seed.owner(database)
        async with database.read() as session:
            await vocabularies.variants(session, actor.user_id, ["word"])
    assert len(vocabularies) == 2
