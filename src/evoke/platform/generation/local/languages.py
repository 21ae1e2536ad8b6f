"""The language of a text.

Scripts of one language are told by their letters; for the rest py3langid asks a naive Bayes model on byte n-grams:
of the packages that work offline it is the small one (4 MB against 96 MB of lingua), gives the same answer for the
same text (langdetect does not unless seeded) and takes 0.1 ms. Its model loads at first use: about half a second.
"""

import re
import threading
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MAX_CHARACTERS: Final = 2000
"""More says nothing further about the language."""
MIN_LETTERS: Final = 12
"""Fewer Latin, Cyrillic or Arabic letters are a guess, so the default is given."""

# Those the model may answer, by script: rare ones win by chance on short texts when all 140 are allowed.
_BY_SCRIPT: Final = {
    "latin": (
        "af", "az", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "hu", "id",
        "is", "it", "lt", "lv", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "sw", "tl", "tr", "vi",
    ),
    "cyrillic": ("be", "bg", "kk", "mk", "mn", "ru", "sr", "uk"),
    "arabic": ("ar", "fa", "ur", "ps"),
    "devanagari": ("hi", "mr", "ne"),
}  # fmt: skip
_SCRIPTS: Final = (
    ("latin", "a-zA-Z\u00c0-\u024f\u1e00-\u1eff"),
    ("cyrillic", "\u0400-\u052f"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f"),
    ("devanagari", "\u0900-\u097f"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("he", "\u0590-\u05ff"),
    ("hy", "\u0530-\u058f"),
    ("ka", "\u10a0-\u10ff"),
    ("bn", "\u0980-\u09ff"),
    ("pa", "\u0a00-\u0a7f"),
    ("gu", "\u0a80-\u0aff"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("kn", "\u0c80-\u0cff"),
    ("ml", "\u0d00-\u0d7f"),
    ("si", "\u0d80-\u0dff"),
    ("th", "\u0e00-\u0e7f"),
    ("lo", "\u0e80-\u0eff"),
    ("my", "\u1000-\u109f"),
    ("am", "\u1200-\u137f"),
    ("km", "\u1780-\u17ff"),
    ("kana", "\u3041-\u30ff"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("ko", "\uac00-\ud7a3\u1100-\u11ff"),
)
_LETTERS = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _SCRIPTS))
# A sign of a word's worth carries about as much as two letters of an alphabet.
_WEIGHTS: Final = {"kana": 2, "han": 2, "ko": 2}
_loading = threading.Lock()


def language_of(text: str, default: str = "en") -> str:
    """The language (ISO 639-1) that most of a text is in; `default` where there is too little to tell. Deterministic.

    Good from about 50 characters on. Norwegian is `no` in both written forms. Reads the first MAX_CHARACTERS.
    """
    counts: Counter[str] = Counter()
    for found in _LETTERS.finditer(text[:MAX_CHARACTERS]):
        script = found.lastgroup or ""
        counts[script] += len(found[0]) * _WEIGHTS.get(script, 1)
    if not counts:
        return default
    script = counts.most_common(1)[0][0]
    if script in ("han", "kana"):
        # Japanese is a mixture of both; a stray kana in Chinese is a quotation.
        return "ja" if counts["kana"] * 8 >= counts["han"] else "zh"
    if script not in _BY_SCRIPT:
        return script
    return default if counts[script] < MIN_LETTERS else _by_model(text[:MAX_CHARACTERS], script)


def _by_model(text: str, script: str) -> str:
    with _loading:
        identifier = _identifiers()[script]
    return str(identifier.classify(text)[0])


@cache
def _identifiers() -> "dict[str, LanguageIdentifier]":
    from py3langid import langid  # half a second and 70 MB: for those who need it

    whole = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    return {script: _within(langid, whole, codes) for script, codes in _BY_SCRIPT.items()}


def _within(langid: Any, whole: "LanguageIdentifier", codes: tuple[str, ...]) -> "LanguageIdentifier":
    """The same model, its tables shared, that answers only these languages."""
    part: LanguageIdentifier = langid.LanguageIdentifier(
        whole.nb_ptc, whole.nb_pc, whole.nb_classes, whole.tk_nextmove, whole.tk_output, tk_row=whole.tk_row
    )
    part.set_languages(list(codes))
    if hasattr(part, "_full_model"):  # it keeps the table of all 140 languages, 30 MB, for a reset that never comes
        part._full_model = part.nb_ptc, part.nb_pc, part.nb_classes
    return part
