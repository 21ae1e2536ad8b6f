"""Dates in words against the wall clock of photos."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.search.conftest import NOW, Shelf


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("march 2019", ["spring"]),
        ("2019", ["summer", "spring"]),
        ("2019 -may", ["summer", "spring"]),
        ("may", ["may day", "word"]),
        ("in may", ["may day"]),
        ("yesterday", ["yesterday"]),
        ("summer 2019", ["summer"]),
        ("before 2019", ["may day"]),
        ("since 2019 before 2020", ["summer", "spring"]),
        ("2018 march 2019", ["spring", "may day"]),
        ("dog 2019", ["spring"]),
        ("-2019", ["yesterday", "word", "may day"]),
        ("friday", ["yesterday"]),
        ("21 march", ["spring"]),
        ('"2019"', []),
    ],
)
async def test_words_for_times(shelf: Shelf, q: str, names: list[str]) -> None:
    await shelf.put("may day", taken_at=at("2018-05-01T12:00"), file_name="a.jpg")
    await shelf.put("spring", taken_at=at("2019-03-21T12:00"), tags=["dog"], file_name="b.jpg")
    await shelf.put("summer", taken_at=at("2019-07-03T12:00"), file_name="c.jpg")
    await shelf.put("word", taken_at=at("2020-01-01T12:00"), tags=["May"], file_name="d.jpg")
    await shelf.put("yesterday", taken_at=NOW - timedelta(days=1), file_name="e.jpg")
    found = await shelf.find(q)
    assert sorted(found) == sorted(names)
    if q != "may":
        assert found == names


async def test_the_wall_clock_counts_not_the_instant(shelf: Shelf) -> None:
    night, evening = (datetime.fromisoformat(text) for text in ("2019-01-01T00:30", "2018-12-31T23:30"))
    await shelf.put("new year in Kiribati", taken_at=at("2018-12-31T10:30"), taken_at_local=night)
    await shelf.put("old year in Samoa", taken_at=at("2019-01-01T10:30"), taken_at_local=evening)
    assert await shelf.find("2019") == ["new year in Kiribati"]
    assert await shelf.find("31 december") == ["old year in Samoa"]


async def test_yesterday_is_that_of_the_person(shelf: Shelf) -> None:
    await shelf.put("20th", taken_at=at("2025-11-20T12:00"))
    await shelf.put("21st", taken_at=at("2025-11-21T12:00"))
    await shelf.put("22nd", taken_at=at("2025-11-22T12:00"))
    assert await shelf.find("yesterday") == ["21st"]
    assert await shelf.find("yesterday", time_zone="Pacific/Kiritimati") == ["22nd"]  # UTC+14: the 23rd by then


async def test_understood_tells_the_range(shelf: Shelf) -> None:
    await shelf.put("one", taken_at=at("2019-03-21T12:00"))
    understood = (await shelf.answer("march 2019", filters={"favorite": False}))["understood"]
    assert understood["text"] == ""
    assert understood["filters"] == {
        "favorite": False,
        "taken_after": "2019-03-01T00:00:00",
        "taken_before": "2019-04-01T00:00:00",
    }
    assert understood["dates"] == [
        {"words": "march 2019", "after": "2019-03-01T00:00:00", "before": "2019-04-01T00:00:00"}
    ]


async def test_a_year_without_photos_may_be_a_word(shelf: Shelf) -> None:
    await shelf.put("scan", description="Grandmother, 1945", taken_at=at("2019-03-21T12:00"))
    answer = await shelf.answer("1945")
    assert shelf.named(answer) == ["scan"]
    assert answer["understood"]["relaxed"] == "dates_as_words"
    assert answer["understood"]["dates"] == []


async def test_the_first_and_last_years_are_no_trouble(shelf: Shelf) -> None:
    await shelf.put("one", taken_at=at("1826-01-01T12:00"))
    assert await shelf.find("before 1827") == ["one"]
    assert await shelf.find("2024 years ago") == []
    assert await shelf.find("1826") == ["one"]
