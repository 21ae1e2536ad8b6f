"""Questions for when an analyst has none although too little was said: plain ones, in some languages.

A conversation has two answers at least; whoever asks is not always able to think of a second question.
"""

from evoke.platform.generation.ports import Option, Scenario

_INDICATORS = (("joy", "contentment"), ("sadness",), ("anger", "frustration"), ("fear", "anxiety"))
_DIRECTIONS = (("excitement", "joy"), ("frustration", "anger"), ("anxiety",), ("contentment",))
_TEXTS = {
    "en": (
        (
            "Which of these comes closest to how it felt?",
            "Light or at ease",
            "Heavy or sad",
            "Angry or annoyed",
            "Afraid or uneasy",
        ),
        (
            "What did it make you want to do?",
            "Go towards it",
            "Push against it",
            "Get away from it",
            "Leave it as it is",
        ),
    ),
    "de": (
        (
            "Was davon trifft am ehesten, wie es sich angefühlt hat?",
            "Leicht oder ruhig",
            "Schwer oder traurig",
            "Wütend oder genervt",
            "Ängstlich oder unruhig",
        ),
        (
            "Wozu hat es dich gedrängt?",
            "Darauf zuzugehen",
            "Dagegen anzugehen",
            "Davon wegzukommen",
            "Es so zu lassen",
        ),
    ),
    "es": (
        (
            "¿Qué se acerca más a lo que sentiste?",
            "Ligereza o calma",
            "Pesadez o tristeza",
            "Enfado o fastidio",
            "Miedo o inquietud",
        ),
        (
            "¿Qué te daban ganas de hacer?",
            "Acercarme",
            "Oponerme",
            "Alejarme",
            "Dejarlo como está",
        ),
    ),
    "fr": (
        (
            "Qu'est-ce qui décrit le mieux ce que tu as ressenti ?",
            "Léger ou apaisé",
            "Lourd ou triste",
            "En colère ou agacé",
            "Effrayé ou inquiet",
        ),
        (
            "Qu'est-ce que cela donnait envie de faire ?",
            "M'en approcher",
            "M'y opposer",
            "M'en éloigner",
            "Laisser les choses ainsi",
        ),
    ),
    "it": (
        (
            "Che cosa si avvicina di più a come ti sei sentito?",
            "Leggerezza o calma",
            "Pesantezza o tristezza",
            "Rabbia o fastidio",
            "Paura o inquietudine",
        ),
        (
            "Che cosa ti veniva voglia di fare?",
            "Avvicinarmi",
            "Oppormi",
            "Allontanarmi",
            "Lasciare tutto com'è",
        ),
    ),
    "pt": (
        (
            "O que chega mais perto do que sentiste?",
            "Leveza ou calma",
            "Peso ou tristeza",
            "Raiva ou irritação",
            "Medo ou inquietação",
        ),
        (
            "O que te deu vontade de fazer?",
            "Aproximar-me",
            "Opor-me",
            "Afastar-me",
            "Deixar como está",
        ),
    ),
}


def plain(asked: int, language: str) -> Scenario:
    """The question after `asked` others; English where the language is not written yet."""
    question, *options = _TEXTS.get(language, _TEXTS["en"])[asked % 2]
    indicators = (_INDICATORS, _DIRECTIONS)[asked % 2]
    return Scenario(question, tuple(Option(text, each) for text, each in zip(options, indicators, strict=True)))
