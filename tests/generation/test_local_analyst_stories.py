"""What the local analyst says of stories."""

import pytest

from evoke.platform.generation import ports
from evoke.platform.generation.local import library
from evoke.platform.generation.local.analyst import LocalAnalyst

SOMEBODY = ports.Payer()
ANALYST = LocalAnalyst()


async def told(
    text: str, category: ports.Category = "not_sure", feelings: tuple[str, ...] = (), language: str = "en"
) -> ports.StoryAnalysis:
    return await ANALYST.analyze_story(ports.StoryBrief(text, category, feelings, language), SOMEBODY)


STORIES: list[tuple[str, ports.Category, str, str]] = [
    ("en", "bad", "boss_conflict", "My boss yelled at me in front of everyone because the numbers were late again."),
    ("en", "bad", "deadline", "The report is due tomorrow, the client is waiting and I am running out of time."),
    ("en", "bad", "job_loss", "They laid me off after nine years. I write applications all day and feel useless."),
    ("en", "bad", "exams", "My exam is on Monday and when I look at my notes I cannot remember a single thing."),
    ("en", "bad", "money", "The bills are on the table and I cannot afford the groceries until the paycheck."),
    ("en", "bad", "loneliness", "I felt lonely all weekend. The phone was silent and I had nobody to talk to."),
    ("en", "bad", "breakup", "He broke up with me over the phone and I keep looking at photos of us together."),
    (
        "en",
        "bad",
        "grief",
        "My father passed away in spring and today I found his coat. The funeral feels like yesterday.",
    ),
    ("en", "bad", "grief", "My granmother passd away last week and I stil cannot belive it after the funreal."),
    ("en", "bad", "sleep", "I lie awake every night with racing thoughts and watch the clock until it is morning."),
    ("en", "bad", "comparison", "I scroll through Instagram and all the others have a better life than I do."),
    ("en", "bad", "noise", "The neighbours upstairs play loud music until two, and the walls are thin as paper."),
    ("en", "bad", "public_speaking", "I gave a presentation today, my voice was shaking and my mind went blank."),
    ("en", "bad", "climate", "This heatwave makes me think of the climate and what will be left of the planet."),
    ("en", "bad", "pet_loss", "We had to take our dog to the vet and put him to sleep. His leash still hangs there."),
    ("en", "not_sure", "decision", "I am torn between two offers and cannot decide; I make lists of pros and cons."),
    ("en", "good", "achievement", "I passed my exam after two years of work and I am so proud that I did it at last."),
    ("en", "good", "nature", "We went hiking in the mountains and watched the sunrise above a sea of clouds."),
    ("en", "good", "rest", "A slow morning with tea, a blanket and the rain outside, and no plans for the day off."),
    ("en", "good", "new_love", "Our first date lasted until three in the morning and I have butterflies all day long."),
    (
        "de",
        "bad",
        "boss_conflict",
        "Mein Chef hat mich heute vor dem ganzen Team angeschrien, weil der Bericht fehlte.",
    ),
    ("de", "bad", "exams", "Morgen ist die Klausur, und ich habe solche Angst, dass ich wieder durchfalle."),
    ("de", "bad", "loneliness", "Ich bin so einsam in dieser Stadt, niemand ruft an und abends ist alles still."),
    ("de", "good", "nature", "Wir sind durch den Wald gewandert und haben am See den Sonnenuntergang gesehen."),
    ("fr", "bad", "boss_conflict", "Mon chef m’a crié dessus devant tout le monde parce que le rapport manquait."),
    ("fr", "bad", "grief", "Ma grand-mère est décédée la semaine dernière et l’enterrement était vendredi."),
    ("fr", "good", "achievement", "J’ai réussi mon concours après deux ans d’efforts et je suis si fière de moi."),
    ("es", "bad", "boss_conflict", "Mi jefe me gritó delante de todos porque el informe no estaba terminado hoy."),
    ("es", "bad", "sleep", "No puedo dormir, paso la noche en vela y miro el reloj hasta la madrugada."),
    ("es", "good", "celebration", "Celebramos mi cumpleaños con toda la familia y bailamos hasta la madrugada."),
]


@pytest.mark.parametrize(("language", "category", "id_", "text"), STORIES, ids=lambda value: str(value)[:40])
async def test_stories_are_recognised(language: str, category: ports.Category, id_: str, text: str) -> None:
    feelings = ports.FEELINGS.get(category, ("blah",))[:1]
    analysis = await told(text, category, feelings, language)
    expected = library.stressors(language)[id_]
    assert (analysis.stressor, analysis.language, analysis.made_by) == (expected.name, language, "local")
    assert 3 <= len(analysis.factors) <= 5
    known = {factor.insight: factor.label for entry in library.stressors(language).values() for factor in entry.factors}
    assert all(known[factor.insight] == factor.label for factor in analysis.factors)
    assert len({factor.label for factor in analysis.factors}) == len(analysis.factors)
    assert analysis.factors[0].insight in {factor.insight for factor in expected.factors}


async def test_the_same_story_has_the_same_analysis() -> None:
    text = "My boss yelled at me and I cannot sleep, and the rent is due and I cannot afford it at all."
    first = await told(text, "bad", ("fuming",))
    assert first == await told(text, "bad", ("fuming",))
    assert first == await LocalAnalyst().analyze_story(ports.StoryBrief(text, "bad", ("fuming",)), SOMEBODY)


async def test_what_is_denied_is_not_the_subject() -> None:
    analysis = await told("I do not feel lonely at all; we went hiking in the forest and saw the sunset.", "good")
    assert analysis.stressor == library.stressors("en")["nature"].name


async def test_names_are_not_feelings() -> None:
    analysis = await told("Yesterday we met Joy, Grace and Hope at the beach and watched the waves.", "good")
    assert analysis.stressor == library.stressors("en")["nature"].name
    dog = await told("I asked Mr Price and Mrs Boss about the exam, and the exam is all I think about.", "bad")
    assert dog.stressor == library.stressors("en")["exams"].name


@pytest.mark.parametrize("category", ["good", "bad", "not_sure"])
async def test_nothing_recognised_is_not_claimed(category: ports.Category) -> None:
    analysis = await told("Qwerty asdfgh zxcvbn poiuy lkjhg mnbvc and some more of the very same kind.", category)
    assert analysis.stressor == library.stressors("en")[library.GENERAL[category]].name
    assert len(analysis.factors) >= 3


async def test_feelings_choose_among_factors() -> None:
    text = "Something with my boss again, I do not know what to say about it any more today."
    angry = await told(text, "bad", ("fuming", "mad_as_hell"))
    afraid = await told(text, "bad", ("freaked_out",))
    assert angry.stressor == afraid.stressor
    assert angry.factors != afraid.factors


async def test_the_text_chooses_before_the_feelings_do() -> None:
    text = "My boss controls and checks every step I take; he trusts nobody and micromanages us."
    analysis = await told(text, "bad", ("freaked_out",))
    assert analysis.factors[0].label == "Control And Mistrust"


async def test_a_language_without_a_library_is_answered_in_english() -> None:
    text = "今日は上司にみんなの前で怒られて、とても疲れました。どうすればいいのかわかりません。" * 2
    analysis = await told(text, "bad", ("down",), "ja")
    assert analysis.language == "en"
    assert analysis.stressor == library.stressors("en")["general_bad"].name


async def test_long_and_strange_texts() -> None:
    for text in ("exam " * 1000, "!" * 5000, "\U0001f600" * 2500, "a" * 5000, "'-'" * 1600, "I" + " not" * 1200):
        analysis = await told(text, "bad", ("down",))
        assert 3 <= len(analysis.factors) <= 5
