"""The language of a text, told offline."""

import pytest

from evoke.platform.generation.local import languages
from evoke.platform.generation.local.languages import language_of

SENTENCES = {
    "en": "I came home late and could not stop thinking about the meeting.",
    "de": "Ich kam spät nach Hause und musste immer an die Besprechung denken.",
    "fr": "Je suis rentrée tard et je pensais sans cesse à la réunion.",
    "es": "Llegué tarde a casa y no podía dejar de pensar en la reunión.",
    "it": "Sono tornata tardi a casa e continuavo a pensare alla riunione.",
    "pt": "Cheguei tarde em casa e não conseguia parar de pensar na reunião.",
    "nl": "Ik kwam laat thuis en moest steeds aan de vergadering denken.",
    "sv": "Jag kom hem sent och kunde inte sluta tänka på mötet.",
    "da": "Jeg kom sent hjem og kunne ikke lade være med at tænke på mødet.",
    "no": "Jeg kom sent hjem og klarte ikke å slutte å tenke på møtet.",
    "fi": "Tulin myöhään kotiin enkä voinut lakata ajattelemasta kokousta.",
    "pl": "Wróciłam późno do domu i ciągle myślałam o spotkaniu.",
    "cs": "Přišla jsem pozdě domů a pořád jsem myslela na schůzku.",
    "sk": "Prišla som neskoro domov a stále som myslela na stretnutie.",
    "hu": "Későn értem haza, és folyton a megbeszélésre gondoltam.",
    "ro": "Am ajuns târziu acasă și mă gândeam mereu la ședință.",
    "tr": "Eve geç geldim ve sürekli toplantıyı düşündüm durdum.",
    "id": "Saya pulang larut malam dan terus memikirkan rapat itu.",
    "vi": "Tôi về nhà muộn và cứ nghĩ mãi về cuộc họp hôm đó.",
    "ca": "Vaig arribar tard a casa i no podia deixar de pensar en la reunió.",
    "ru": "Я пришла домой поздно и всё время думала о встрече.",
    "uk": "Я прийшла додому пізно і весь час думала про зустріч.",
    "bg": "Прибрах се късно вкъщи и все мислех за срещата.",
    "el": "Γύρισα αργά στο σπίτι και σκεφτόμουν συνέχεια τη συνάντηση.",
    "he": "חזרתי הביתה מאוחר ולא הפסקתי לחשוב על הפגישה.",
    "ar": "عدت إلى المنزل متأخرة وبقيت أفكر في الاجتماع طوال الليل.",
    "fa": "دیر به خانه آمدم و مدام به جلسه فکر می‌کردم.",
    "hi": "मैं देर से घर आई और बैठक के बारे में सोचती रही।",
    "bn": "আমি দেরিতে বাড়ি ফিরে সভার কথা ভাবতে থাকলাম।",
    "ta": "நான் தாமதமாக வீட்டிற்கு வந்து கூட்டத்தைப் பற்றி நினைத்தேன்.",
    "th": "ฉันกลับบ้านดึกและคิดถึงแต่เรื่องการประชุม",
    "ja": "家に遅く帰って、会議のことばかり考えていました。",
    "zh": "我很晚才回家，一直在想今天的会议。",
    "ko": "집에 늦게 돌아와서 계속 회의 생각만 했어요.",
    "hr": "Došla sam kasno kući i stalno sam mislila na sastanak.",
    "et": "Tulin hilja koju ja mõtlesin kogu aeg koosolekule.",
    "lt": "Grįžau namo vėlai ir vis galvojau apie susirinkimą.",
    "lv": "Es atnācu mājās vēlu un visu laiku domāju par sapulci.",
    "sl": "Domov sem prišla pozno in ves čas mislila na sestanek.",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
def test_language(language: str, text: str) -> None:
    assert language_of(text) == language
    assert language_of(text.upper()) == language or language in ("el", "tr")  # accents and dots are lost in capitals
    assert language_of(f"  {text}\n\n{text} \U0001f600 12:30") == language


def test_at_least_twenty() -> None:
    assert len(SENTENCES) >= 20


@pytest.mark.parametrize("text", ["", "   ", "12345 !!!", "\U0001f600" * 60, "ok", "\u200b" * 80])
def test_too_little_to_tell_is_the_default(text: str) -> None:
    assert language_of(text) == "en"
    assert language_of(text, default="fr") == "fr"


def test_the_larger_part_decides() -> None:
    assert language_of(f"{SENTENCES['de']} {SENTENCES['de']} OK, see you.") == "de"
    assert language_of(f"{SENTENCES['ja']} (meeting)") == "ja"


def test_chinese_with_a_stray_kana_is_chinese() -> None:
    assert language_of("我很喜欢吃寿司の味道，今天又去了那家小店，心情很好。") == "zh"


def test_the_same_text_has_the_same_language_in_every_thread() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(language_of, list(SENTENCES.values()) * 8))
    assert found == list(SENTENCES) * 8


def test_only_the_beginning_is_read() -> None:
    assert language_of(SENTENCES["fr"] * 100 + SENTENCES["en"] * 1000) == "fr"
    assert len(SENTENCES["fr"] * 100) > languages.MAX_CHARACTERS
