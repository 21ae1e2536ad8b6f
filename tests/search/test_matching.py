"""Which photos a text finds, and which come first."""

from datetime import timedelta

import pytest

from tests.factories.seed import START
from tests.search.conftest import Shelf


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("sunflower", True),
        ("SUNFLOWER", True),
        ("sunf", True),
        ("sunflwoer", True),
        ("sunflower lisbon", True),
        ("lisbon sunflower", True),
        ("lisb portug", True),
        ("sunflower oslo", True),  # Relaxed: nothing has both.
        ("sunflower -lisbon", False),
        ("sunflower -oslo", True),
        ("field", True),
        ('"field of joy"', True),
        ('"joy of field"', False),
        ('"yellow field"', False),  # Of two tags.
        ("2682", True),
        ("IMG_2682", True),
        ("IMG_2682.heic", True),
        ("img2682", True),
        ("iphone", True),
        ("iPhone 7", True),
        ('"iphone 7"', True),
        ("phone", True),
        ("kornerlens", True),
        ("ｓｕｎｆｌｏｗｅｒ", True),
        ("súnflówer", True),
        ("unflower", True),  # One error.
        ("flower", False),
        ("video", False),
        ("-lisbon", False),
        ("-oslo", True),
        ("photos of sunflowers", True),
    ],
)
async def test_one_photo(shelf: Shelf, q: str, found: bool) -> None:
    await shelf.put(
        "sunflower",
        tags=["Sunflower", "yellow", "Field of Joy"],
        file_name="IMG_2682.heic",
        city="Lisbon",
        country="Portugal",
        camera_make="Apple",
        camera_model="iPhone 7",
        lens="KörnerLens 35",
    )
    assert await shelf.find(q) == (["sunflower"] if found else [])


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("猫", ["cat", "black cat"]),
        ("黒猫", ["black cat"]),
        ("東京", ["tower"]),
        ("タワー", ["tower"]),
        ("京タ", ["tower"]),
        ("東京タワー", ["tower"]),
        ("タワー東京", []),
        ("東京 2020", ["tower"]),
        ("สวัสดี", ["thai"]),
        ("วัส", ["thai"]),
        ("שלום", ["hebrew"]),
        ("🌻", ["emoji"]),
        ("☃", []),
    ],
)
async def test_other_scripts(shelf: Shelf, q: str, names: list[str]) -> None:
    await shelf.put("thai", tags=["สวัสดีครับ"])
    await shelf.put("hebrew", tags=["שָׁלוֹם"])
    await shelf.put("emoji", tags=["🌻 day"])
    await shelf.put("tower", tags=["東京タワー2020"])
    await shelf.put("black cat", tags=["黒猫"])
    await shelf.put("cat", tags=["猫"])
    assert await shelf.find(q) == names


async def test_better_ways_come_first(shelf: Shelf) -> None:
    await shelf.put("prefix of a tag", tags=["sunsets"])
    await shelf.put("camera", camera_model="Sunset")
    await shelf.put("file name", file_name="sunset.jpg")
    await shelf.put("place", city="Sunset")
    await shelf.put("tag", tags=["sunset"])
    assert await shelf.find("sunset") == ["tag", "place", "file name", "camera", "prefix of a tag"]
    scores = [result["score"] for result in (await shelf.answer("sunset"))["results"]]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 5
    assert all(0 < score <= 1 for score in scores)


async def test_similar_words_come_last(shelf: Shelf) -> None:
    await shelf.put("singular", tags=["cat"])
    await shelf.put("longer", camera_model="Catskill")
    await shelf.put("exact", camera_model="Cats")
    assert await shelf.find("cats") == ["exact", "longer", "singular"]


async def test_equal_scores_come_newest_first(shelf: Shelf) -> None:
    for number in range(3):
        await shelf.put(f"{number}", tags=["dog"], taken_at=START + timedelta(days=number))
    assert await shelf.find("dog") == ["2", "1", "0"]
    assert await shelf.find("dog", sort="newest") == ["2", "1", "0"]
    assert await shelf.find("dog", sort="oldest") == ["0", "1", "2"]


async def test_all_words_first_then_any(shelf: Shelf) -> None:
    await shelf.put("dog", tags=["dog"])
    await shelf.put("beach", tags=["beach"])
    await shelf.put("snow", tags=["snow"])
    answer = await shelf.answer("dog beach")
    assert sorted(shelf.named(answer)) == ["beach", "dog"]
    assert answer["understood"]["relaxed"] == "any_word"
    assert all(result["score"] < 0.5 for result in answer["results"])
    await shelf.put("both", tags=["dog", "beach"])
    answer = await shelf.answer("dog beach")
    assert shelf.named(answer) == ["both"]
    assert answer["understood"]["relaxed"] is None


async def test_why_tells_what_matched(shelf: Shelf) -> None:
    long = "word " * 40 + "and then a Sünflower stood there " + "word " * 40
    await shelf.put("one", tags=["yellow", "sunflowers"], description=long, city="Lisbon", country="Portugal")
    (result,) = (await shelf.answer("sunflower lisbon 2010"))["results"]
    told = {reason["field"]: reason for reason in result["why"]}
    assert told["tags"]["snippet"] == "sunflowers"
    assert "Sünflower" in told["description"]["snippet"]
    assert len(told["description"]["snippet"]) < 140
    assert told["place"]["snippet"] == "Lisbon"
    assert told["taken_at_local"] == {
        "signal": "date",
        "score": 1.0,
        "field": "taken_at_local",
        "snippet": "2010-01-01",
    }
    assert told["tags"]["signal"] == "words"
    assert 0 < told["tags"]["score"] <= 1


async def test_explain_tells_the_words_that_were_looked_for(shelf: Shelf) -> None:
    await shelf.put("one", tags=["sunflower"])
    understood = (await shelf.answer("sunflwoer", explain=True))["understood"]
    assert understood["terms"] == [
        {"text": "sunflwoer", "variants": ["sunflower"], "ways": ["exact", "prefix", "fuzzy"]}
    ]
    assert understood["timing_ms"].keys() == {"understand", "spell", "query"}
    assert "terms" not in (await shelf.answer("sunflwoer"))["understood"]


@pytest.mark.parametrize(
    "q", ["'; DROP TABLE photos; --", "a & b | !c", "x:*", "<->", "\\", "a\\'b", "%", "\u202eabc\u202c", "((("]
)
async def test_operators_are_text(shelf: Shelf, q: str) -> None:
    await shelf.put("exact", description=q)
    await shelf.put("other", tags=["nothing"])
    found = await shelf.find(q)
    assert "exact" in found
