import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.generation import checks, labels, sentences
from evoke.platform.generation.checks import Unusable
from evoke.platform.generation.ports import EMOTIONS, Scenario

# ---- Labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "language", "made"),
    [
        ("work pressure", "en", "Work Pressure"),
        ("  Fear   of\nfailure. ", "en", "Fear Of Failure"),
        ('"Unclear Expectations"', "en", "Unclear Expectations"),
        ("**Missing rest**", "en", "Missing Rest"),
        ("HIGH DEMANDS AT WORK", "en", "High Demands At Work"),
        ("ADHD and school", "en", "ADHD And School"),
        ("the feeling of not being good enough", "en", "Feeling Of Not Being"),
        ("living far away from the family", "en", "Living Far Away"),
        ("angst vor nähe", "de", "Angst Vor Nähe"),
        ("öffentliche ämter", "de", "Öffentliche Ämter"),
        ("iş stresi", "tr", "İş Stresi"),
        ("iki el", "en", "Iki El"),
        ("страх одиночества", "ru", "Страх Одиночества"),
        ("2nd place", "en", "2nd Place"),
        ("'quiet' evenings", "en", "Quiet Evenings"),
        ("l’absence de repos", "fr", "L’absence De Repos"),
        ("ضغط العمل", "ar", "ضغط العمل"),
        ("직장 스트레스", "ko", "직장 스트레스"),
        ("სამუშაო სტრესი", "ka", "სამუშაო სტრესი"),
        ("職場的壓力", "zh", "職場的壓力"),
        ("「仕事の重圧」", "ja", "仕事の重圧"),
        ("ความกดดันจากงาน", "th", "ความกดดันจากงาน"),
        ("zero\u0000 width\ud800", "en", "Zero Width"),
    ],
)
def test_labels_are_mended(given: str, language: str, made: str) -> None:
    assert labels.label(given, language=language) == made


@pytest.mark.parametrize("given", ["", "   ", "!!!", "1 2", "Stress", "“”", "a" * 30 + " " + "b" * 30, "職" * 30])
def test_labels_beyond_mending(given: str) -> None:
    with pytest.raises(Unusable):
        labels.label(given, language="en")


@given(st.text(max_size=80), st.sampled_from(["en", "tr", "ja"]))
def test_a_label_is_a_label_whatever_came(given: str, language: str) -> None:
    try:
        made = labels.label(given, language=language)
    except Unusable:
        return
    assert 0 < len(made) <= labels.MAX_CHARACTERS
    assert not set(made) & set('"“”`*<>{}[]\n\x00')
    assert labels.label(made, language=language) == made or made.isupper()


# ---- Sentences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("One. Two! Three? Four.", "One. Two! Three?"),
        ("- One.\n- Two.", "One. Two."),
        ("**Work** takes `all`.", "Work takes all."),
        ("仕事が多い。休みがない。眠れない。疲れた。", "仕事が多い。 休みがない。 眠れない。"),
        ("Rest looks like failure. You should sleep more.", "Rest looks like failure."),
        ("Fear grows in silence. This is called confirmation bias.", "Fear grows in silence."),
        ("This may be a depressive disorder. Much is unsaid.", "Much is unsaid."),
        ("You have anxiety. The days are long.", "The days are long."),
        ("Du solltest schlafen. Die Tage sind lang.", "Die Tage sind lang."),
        ("Try to breathe. The days are long.", "The days are long."),
        ("Many who try to please feel this.", "Many who try to please feel this."),
    ],
)
def test_insights_are_short_and_say_only_what_they_may(given: str, made: str) -> None:
    assert sentences.insight(given) == made


@pytest.mark.parametrize("given", ["", " \n ", "…", "You should see a therapist.", "You suffer from depression."])
def test_insights_of_which_nothing_is_left(given: str) -> None:
    with pytest.raises(Unusable):
        sentences.insight(given)


def test_a_person_may_say_of_themselves_what_they_like() -> None:
    said = "I was diagnosed with bipolar disorder. I should have slept."
    assert sentences.passage(said) == said


def test_passages_are_bounded_between_sentences_or_words() -> None:
    assert sentences.passage("One two three. Four five six.", longest=20) == "One two three."
    assert sentences.passage("One two three four five", longest=12) == "One two…"


# ---- Answers ---------------------------------------------------------------------------------------------------------


def factors(*names: str) -> list[tuple[str, str]]:
    return [(name, "It wears people down.") for name in names]


def test_a_story_keeps_what_is_usable() -> None:
    found = checks.story_analysis(
        stressor="work pressure",
        factors=[
            *factors("Stress", "High Demands", "high demands", "Work Pressure", "Little Control"),
            ("Empty Words", "You should rest."),
            *factors("Missing Rest", "Old Roles", "Short Nights", "One Too Many"),
        ],
        language="en",
        made_by="gemini",
    )
    assert [factor.label for factor in found.factors] == [
        "High Demands",
        "Little Control",
        "Missing Rest",
        "Old Roles",
        "Short Nights",
    ]


def test_a_story_needs_three_factors() -> None:
    with pytest.raises(Unusable):
        checks.story_analysis(
            stressor="Work", factors=factors("High Demands", "Little Control"), language="en", made_by="gemini"
        )


def test_emotions_are_known_ones() -> None:
    assert checks.emotions(["Joy", "rage", "fear", "joy", " anger "]) == ("joy", "fear", "anger")


@pytest.mark.parametrize(
    ("given", "made"), [("en", "en"), ("pt-BR", "pt"), ("ZH_hant", "zh"), ("English", "de"), ("", "de"), ("eng", "de")]
)
def test_languages_are_codes(given: str, made: str) -> None:
    assert checks.language(given, fallback="de") == made


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (["#a0b8d4", "E8A0A0", "red", "#fff", "#A0B8D4"], ("#A0B8D4", "#E8A0A0")),
        (["#111111", "#222222", "#333333", "#444444", "#555555"], ("#111111", "#222222", "#333333", "#444444")),
        (["#111111"], ("#111111", "#D4C4E8", "#A8E6CF")),
        (["#d4c4e8"], ("#D4C4E8", "#A8E6CF")),
    ],
)
def test_palettes(given: list[str], made: tuple[str, ...]) -> None:
    assert entry(palette=given).palette == made


def entry(**given: list[str]) -> checks.EntryAnalysis:
    usual = {"insights": ["Rest."], "palette": ["#111111"], "shapes": ["a circle"], "words": ["Long Days"]}
    return checks.entry_analysis(summary="A day.", language="en", made_by="gemini", **{**usual, **given})


@pytest.mark.parametrize("missing", ["insights", "palette", "shapes", "words"])
def test_an_entry_needs_all_its_parts(missing: str) -> None:
    with pytest.raises(Unusable):
        entry(**{missing: ["", "!"]})


def test_an_entry_has_no_more_than_it_may() -> None:
    found = entry(
        insights=[f"Number {each}." for each in "abcdefg"],
        shapes=[f"circle {each}" for each in "abcdefg"],
        words=[f"Label {each}" for each in "abcdefg"],
    )
    assert (len(found.insights), len(found.shapes), len(found.labels)) == (5, 4, 5)


def test_scenarios_have_different_options() -> None:
    found = checks.scenario("What  was it?", [("I froze.", ["fear", "x"]), ("I FROZE.", []), ("", []), ("I ran.", [])])
    assert found.question == "What was it?"
    assert [(option.text, option.emotion_indicators) for option in found.options] == [
        ("I froze.", ("fear",)),
        ("I ran.", ()),
    ]
    many = checks.scenario("What?", [(f"It was {emotion}.", [emotion]) for emotion in EMOTIONS])
    assert len(many.options) == 5
    with pytest.raises(Unusable):
        checks.scenario("What?", [("I froze.", []), ("i froze.", [])])


SCENARIO = Scenario("What?", ())


@pytest.mark.parametrize(("asked", "given", "left"), [(0, 1, 1), (1, 1, 1), (2, 0, 0), (3, 3, 2), (4, 1, 1), (5, 1, 0)])
def test_conversations_end_in_time(asked: int, given: int, left: int) -> None:
    found = checks.questions(asked, [SCENARIO] * given, context="", made_by="gemini")
    assert len(found.scenarios) == left
    assert found.is_complete == (left == 0)


def test_conversations_do_not_end_early() -> None:
    with pytest.raises(Unusable):
        checks.questions(1, [], context="", made_by="gemini")


def test_summaries() -> None:
    found = checks.summary("I have anxiety.", "You were tired.", ["Rest.", "rest."], made_by="gemini")
    assert (found.situation, found.text, found.insights) == ("I have anxiety.", "You were tired.", ("Rest.",))
