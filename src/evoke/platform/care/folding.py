"""Texts and patterns brought to one form, in which they are compared."""

import re
import unicodedata

# Accents and vowel points. Marks of other scripts (kana, Devanagari) are letters' other halves and stay.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
        "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك",
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "＇": "'",
    }
)  # fmt: skip
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_ENDS = re.compile(r"[.!?;:…。！？；।؟]+")
# Vowel signs of Indic and South-East Asian scripts are no letters to `re`, but stand inside words.
_GAPS = re.compile("[^\\w.\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f]+|_+")
# Four or more letters, each apart: `k i l l`, `s.u.i.c.i.d.e`, `d-i-e n o w`.
_SPELLED = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-*_/|]{1,3}){3,}[^\W\d_](?!\w)")
_BETWEEN = re.compile(r"[ .\-*_/|]+")
_MASKED = re.compile(r"(?<![\w*#])[a-z]+[*#]+[a-z]*(?![\w*#])")
_MASKED_WORDS = ("suicide", "suicidal", "kill", "killing", "myself", "die", "dying", "dead", "harm", "suizid")
_FIGURED = re.compile(r"(?<![\w@$])(?=[a-z0-9@$!|]*[a-z])(?=[a-z0-9@$!|]*[0-9@$!|])[a-z0-9@$!|]*[a-z0-9@$](?!\w)")
_FIGURE = re.compile(r"[0-9@$!|]")
_FIGURES = str.maketrans("013457@$!|", "oieastasil")


def letters(text: str) -> str:
    """Lower case without accents, compatibility forms and invisible characters; apostrophes are left out."""
    if text.isascii():
        return text.lower().replace("`", "").replace("'", "")
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold())
    return unicodedata.normalize("NFC", bare.translate(_LETTERS)).replace("'", "")


def readings(text: str) -> list[str]:
    """How a text may be read: its words between single spaces, `.` for the end of each sentence.

    The first reading is what stands there; a second one, where it differs, takes figures for the letters they
    resemble (`k1ll`), masks for words (`su*cide`) and letters that stand apart for the word they spell.
    """
    bare = letters(text)
    uncovered = _MASKED.sub(_unmask, bare) if "*" in bare or "#" in bare else bare
    uncovered = _SPELLED.sub(lambda found: " " + _BETWEEN.sub("", found[0]) + " ", uncovered)
    if _FIGURE.search(uncovered):
        uncovered = _FIGURED.sub(lambda found: found[0].translate(_FIGURES), uncovered)
    plain = _words(bare)
    return [plain] if uncovered == bare else [plain, _words(uncovered)]


def _words(bare: str) -> str:
    return " ".join(_GAPS.sub(" ", _ENDS.sub(" . ", bare)).split())


def _unmask(found: re.Match[str]) -> str:
    shape = re.compile(re.sub(r"[*#]", "[a-z]?", found[0]))
    return next((word for word in _MASKED_WORDS if shape.fullmatch(word)), found[0])
