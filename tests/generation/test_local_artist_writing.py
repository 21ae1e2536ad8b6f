"""Labels as glyphs: spelled, shaped and ordered as they should be, by fonts that have them."""

from pathlib import Path

import pymupdf_fonts
import pytest

from evoke.platform.generation.local import directions, text_layout, writing
from evoke.platform.generation.local.fonts import FontBook, system_folders
from evoke.platform.generation.local.writing import Writer

# Two in a language that is not theirs: in their own the font has other glyphs for some letters.
LABELS = [
    ("Fear Of Public Failure", "en"),
    ("Größe Übermäßig Straße", "de"),
    ("Żółć Gęślą Jaźń", "en"),
    ("Çok Şey İçin Ağır", "en"),
    ("Страх Оценки", "ru"),
    ("Φόβος Αποτυχίας", "el"),
]


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer(FontBook([]))


def spelled(line: writing.Line) -> str:
    """The characters of simple scripts back from their glyphs."""
    font = line.glyphs[0].font
    names = {font.shaper.get_nominal_glyph(code): chr(code) for code in sorted(font.characters, reverse=True)}
    return "".join(names[glyph.number] for glyph in line.glyphs).replace("\xa0", " ")


@pytest.mark.parametrize(("label", "language"), LABELS)
def test_letters_are_the_ones_of_the_label(writer: Writer, label: str, language: str) -> None:
    block = text_layout.fitted([label], language, writer, lambda *_: 120, largest=40)
    assert " ".join(spelled(line) for line, _, _ in block.lines) == label
    assert [" ".join(parts) for parts in block.texts] == [label]


@pytest.mark.parametrize(
    "label", ["الخوف من الفشل", "पीड़ा क्षत्रिय", "ความกลัว", "שָׁלוֹם", "Nỗi Sợ Thất Bại", "e\u0301a\u030a"]
)
def test_no_glyph_stands_for_a_missing_one(writer: Writer, label: str) -> None:
    assert writer.can_show(label, "en")
    line = writer.line(writing.cleaned(label), "en", is_rtl=directions.runs_right_to_left(label))
    assert all(glyph.number != 0 for glyph in line.glyphs)


def test_arabic_letters_join(writer: Writer) -> None:
    """A word takes other glyphs than its letters alone."""
    word = [glyph.number for glyph in writer.line("الخوف", "ar", is_rtl=True).glyphs]
    alone = [writer.line(letter, "ar", is_rtl=True).glyphs[0].number for letter in reversed("الخوف")]
    assert len(word) == len(alone)
    assert word != alone


def test_marks_stand_on_their_letters(writer: Writer) -> None:
    plain, marked = (writer.line(text, "he", is_rtl=True) for text in ("שלום", "שָׁלוֹם"))
    assert marked.width == pytest.approx(plain.width, abs=0.1)
    assert len(marked.glyphs) > len(plain.glyphs) or marked.bottom < plain.bottom


@pytest.mark.parametrize(
    ("line", "is_rtl", "seen"),
    [
        ("abc", False, [("abc", False)]),
        ("שלום", True, [("שלום", True)]),
        ("שלום AI 2.0 עולם", True, [(" עולם", True), ("AI 2.0", False), ("שלום ", True)]),
        ("Der שלום עולם Ort", False, [("Der ", False), ("שלום עולם", True), (" Ort", False)]),
        ("عام 2024", True, [("2024", False), ("عام ", True)]),
        ("", False, []),
    ],
)
def test_pieces_are_seen_from_left_to_right(line: str, is_rtl: bool, seen: list[tuple[str, bool]]) -> None:
    assert [(piece.text, piece.is_rtl) for piece in directions.pieces(line, is_rtl=is_rtl)] == seen


def test_joiners_count_as_what_they_follow() -> None:
    assert [piece.text for piece in directions.pieces("می\u200cروم", is_rtl=True)] == ["می\u200cروم"]


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("Fear Of Failure", ["Fear", "Of", "Failure"]),
        ("失败的恐惧", ["失", "败", "的", "恐", "惧"]),
        ("仕事、ストレス", ["仕", "事、", "ス", "ト", "レ", "ス"]),
        ("データー", ["デー", "ター"]),
        ("「不安」です", ["「不", "安」", "で", "す"]),
        ("직장 스트레스", ["직장", "스트레스"]),
        ("Work-Life Balance", ["Work-", "Life", "Balance"]),
        ("x" * 30, ["x" * 30]),
    ],
)
def test_where_lines_may_end(label: str, parts: list[str]) -> None:
    assert [text for text, _ in text_layout.breakable(label)] == parts


def test_only_a_very_long_word_may_be_broken_and_between_whole_characters() -> None:
    assert [text for text, _ in text_layout.breakable("Failure", broken=True)] == ["Failure"]
    pieces = [text for text, _ in text_layout.breakable("e\u0301" * 30, broken=True)]
    assert pieces == ["e\u0301"] * 30


@pytest.mark.parametrize("width", [40, 90, 150])
@pytest.mark.parametrize(
    "label", ["A", "Fear Of Public Failure", "y" * 120, "Kraftfahrzeughaftpflichtversicherung", "الخوف"]
)
def test_writing_fits_its_room(writer: Writer, label: str, width: float) -> None:
    def room(above: float, below: float) -> float:
        return width if max(abs(above), abs(below)) <= 60 else -1

    block = text_layout.fitted([label, label], "en", writer, room, largest=44)
    mask = writing.written([(line, x + 200, y + 200, block.size) for line, x, y in block.lines], 400)
    box = mask.getbbox()
    assert box is not None
    assert box[0] >= 199 - width
    assert box[2] <= 201 + width
    assert box[1] >= 139
    assert box[3] <= 261
    assert block.size <= 44


def test_lines_do_not_touch(writer: Writer) -> None:
    lines = [writer.line(text, "vi", is_rtl=False) for text in ("gjpqy", "ẤỔÅ", "gjpqy")]
    baselines = writing.spacing(lines)
    for (above, at), (below, then) in zip(
        zip(lines, baselines, strict=True), list(zip(lines, baselines, strict=True))[1:], strict=False
    ):
        assert at - above.bottom < then - below.top


def test_a_font_of_the_machine_helps_out(tmp_path: Path) -> None:
    label = "Blue 𝄞 Note"
    assert not Writer(FontBook([tmp_path])).can_show(label, "en")
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 no font at all")
    (tmp_path / "empty.otf").write_bytes(b"")
    nested = tmp_path / "truetype"
    nested.mkdir()
    (nested / "Music.ttf").write_bytes(pymupdf_fonts.myfont("music"))
    writer = Writer(FontBook([tmp_path, tmp_path / "missing"]))
    assert writer.can_show(label, "en")
    fonts = [glyph.font.name for glyph in writer.line(label, "en", is_rtl=False).glyphs]
    assert sum(name.startswith("Music.ttf") for name in fonts) >= 1
    assert fonts[0] == fonts[-1] == "FiraGO"


def test_fonts_of_boxes_are_no_help(tmp_path: Path) -> None:
    (tmp_path / "LastResort.ttf").write_bytes(pymupdf_fonts.myfont("music"))
    assert FontBook([tmp_path]).find("𝄞", "en") is None


def test_the_fonts_of_this_machine_can_be_read() -> None:
    assert system_folders()
    writer = Writer(FontBook())
    for label, language in (("仕事のプレッシャー", "ja"), ("失败的恐惧", "zh"), ("직장 스트레스", "ko")):
        if writer.can_show(label, language):
            assert all(glyph.number for glyph in writer.line(label, language, is_rtl=False).glyphs)
        else:
            with pytest.raises(ValueError, match="no font"):
                writer.line(label, language, is_rtl=False)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Two \n Words\t", "Two Words"),
        ("\u202eabc\u2066", "abc"),
        ("e\u0301", "é"),
        ("a\x00b", "a b"),
        ("می\u200cروم", "می\u200cروم"),
    ],
)
def test_cleaning_leaves_what_is_seen(text: str, clean: str) -> None:
    assert writing.cleaned(text) == clean


def test_emoji_are_one_character_each() -> None:
    assert writing.clusters("👩🏽‍🚀a") == ["👩🏽‍🚀", "a"]
    assert writing.without_pictures("Late 👩🏽‍🚀 Nights ❤️") == "Late Nights"
