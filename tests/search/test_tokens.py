"""How text is cut into lexemes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.domains.search import tokens

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "lexemes"),
    [
        ("sunset", ["sunset"]),
        ("Köln, ÉTÉ", ["koln", "ete"]),
        ("straße", ["strasse"]),
        ("Ørsted Łódź", ["orsted", "lodz"]),
        ("IMG_20190321_160422.jpg", ["img", "20190321", "160422", "jpg"]),
        ("DSC01234", ["dsc", "01234", "1234", "dsc01234"]),
        ("MyHoliday", ["myholiday", "my", "holiday"]),
        ("IMGTest", ["imgtest", "img", "test"]),
        ("black-and-white", ["black", "and", "white"]),
        ("Côte d'Ivoire", ["cote", "d", "ivoire"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー", "ー"]),
        ("ﾈｺ", ["ネコ", "コ"]),
        ("猫", ["猫"]),
        ("สวัสดี", ["สว", "วั", "ัส", "สด", "ดี", "ี"]),
        ("서울 나무", ["서울", "나무"]),
        ("हिन्दी", ["हिन्दी"]),
        ("שָׁלוֹם", ["שלום"]),
        ("مُحَمَّد ٣٤", ["محمد", "34"]),
        ("１２ ﬁn", ["12", "fin"]),
        ("🌻🏽❤️", ["🌻", "❤"]),
        ("a\u200eb\u202e", ["ab"]),
        (" .,;-_/ ", []),
        ("", []),
    ],
)
def test_words_are_cut_and_folded(text: str, lexemes: list[str]) -> None:
    assert list(dict.fromkeys(placed.lexeme for placed in tokens.place(text)[0])) == lexemes


def test_words_of_several_parts_stand_whole_as_well() -> None:
    placed, width = tokens.place("my iPhone DSC012")
    assert {(one.lexeme, one.at) for one in placed} == {
        ("my", 0),
        ("iphone", 1),
        ("i", 1),
        ("phone", 1),
        ("dsc", 2),
        ("012", 3),
        ("12", 3),
        ("dsc012", 2),
        ("dsc012", 3),
    }
    assert width == 4


def test_long_words_are_cut() -> None:
    placed, _ = tokens.place("é" * 5000)
    assert [one.lexeme for one in placed] == ["e" * tokens.MAX_CHARACTERS]


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_the_fast_way_for_ascii_cuts_as_the_other(text: str) -> None:
    # A character of another script behind a separator sends the same text through the general way.
    *general, last = tokens.words(f"{text} 猫")
    assert last.parts == ("猫",)
    assert list(tokens.words(text)) == general


@given(ANY_TEXT)
def test_folding_again_changes_nothing(text: str) -> None:
    assert tokens.fold(tokens.fold(text)) == tokens.fold(text)


@given(ANY_TEXT)
def test_case_does_not_matter(text: str) -> None:
    assert tokens.fold(text) == tokens.fold(text.casefold())


@given(ANY_TEXT)
def test_lexemes_are_short_and_in_order(text: str) -> None:
    placed, width = tokens.place(text)
    for one in placed:
        assert 0 < len(one.lexeme.encode()) <= 2046
        assert 0 <= one.at < width
