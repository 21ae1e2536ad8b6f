"""Sentences that a model wrote for a person: not too many, and none of the kind that Evoke does not say.

Evoke does not diagnose, does not advise, and explains a habit of thinking without giving it its textbook name. The
instructions to the model say so; here it is held to it, in the languages that the lists below know.
"""

import re

from evoke.kit import texts
from evoke.platform.generation.labels import Unusable

_END = re.compile(r"(?<=[.!?…؟।])[\"”’»)]*\s+|(?<=[。！？])")
_MARKUP = re.compile(r"[*_`#]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|^\s*(?:[-•*]|\d{1,2}[.)])\s+", re.MULTILINE)
_UNSAID = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # A diagnosis: the words are near enough the same in most European languages.
        r"\bdiagnos|\b(?:ptsd|adhd|ocd|adhs|tdah)\b|\bbipolar|\bborderline\b|\bschizo|\bclinical(?:ly)?\b",
        r"\b(?:depressive|anxiety|panic|personality|eating|mood|stress|mental|attention)\s+(?:disorder|illness)",
        r"\byou (?:have|suffer from|are suffering from|show signs of) (?:an? )?(?:depression|anxiety|trauma)\b",
        r"\b(?:persönlichkeits|angst|ess|zwangs|belastungs)störung|\btrastorno\b|\btrouble (?:de|bipolaire|anxieux)\b",
        # The name of a bias.
        r"\bbias(?:es)?\b|\bfallac|\bcognitive distortion|\bcatastrophi[sz]|\ball[- ]or[- ]nothing\b",
        r"\bblack[- ]and[- ]white thinking\b|\bspotlight effect\b|\bimpost[eo]r syndrome\b|\bovergenerali[sz]",
        r"\b(?:negativity|confirmation|attribution|availability|hindsight|anchoring) (?:effect|error|heuristic)\b",
        r"\b(?:kognitive\w* verzerrung|bestätigungsfehler|sesgo|biais)\b",
        # Advice.
        r"\byou (?:should|could|must|need to|ought to|might want to|may want to)\b",
        r"^(?:try|consider|remember) (?:to|\w+ing)\b|\bprofessional help\b",
        r"\b(?:seek|talk to|see|consult) (?:a|your) (?:therapist|doctor|professional|psychologist)\b",
        r"\b(?:du solltest|sie sollten|deberías|tu devrais|vous devriez)\b",
    )
)


def split(given: str) -> list[str]:
    """The sentences of a text on one line, without marks of markup."""
    plain = " ".join(_MARKUP.sub("", texts.storable(given)).split())
    return [sentence for part in _END.split(plain) if (sentence := part.strip())]


def insight(given: str, *, most: int = 3, longest: int = 700) -> str:
    """One to `most` sentences that neither diagnose nor advise nor name a bias. Raises Unusable when none is left."""
    kept = [sentence for sentence in split(given) if not any(pattern.search(sentence) for pattern in _UNSAID)]
    return _joined(kept[:most], longest)


def passage(given: str, *, most: int = 12, longest: int = 5000) -> str:
    """A text in a person's own voice: only bounded, for people may say of themselves what they like."""
    return _joined(split(given)[:most], longest)


def _joined(sentences: list[str], longest: int) -> str:
    while len(sentences) > 1 and len(" ".join(sentences)) > longest:
        sentences = sentences[:-1]
    text = " ".join(sentences)
    if not any(character.isalpha() for character in text):
        raise Unusable("a text is empty, or says what is not to be said")
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"
