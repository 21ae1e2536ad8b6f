"""Who to talk to, for texts that speak of self-harm."""

import asyncio

from evoke.domains.journal.schemas import Support, SupportLine
from evoke.platform.care import lines, recognition
from evoke.platform.care.locales import Locale
from evoke.platform.generation.local.languages import language_of

SHORT = 500
"""Characters that are looked at in less time than a thread is found for them."""


async def find(text: str, locale: Locale, language: str | None = None) -> Support | None:
    """Lines for a reader of `language` (by default the text's own) in the country of `locale`; None where the text
    asks for none.

    A long text goes to a thread: it takes some milliseconds; and so does the first, for which the patterns are read.
    """
    if len(text) <= SHORT and recognition.is_loaded():
        speaks = recognition.speaks_of_self_harm(text)
    else:
        speaks = await asyncio.to_thread(recognition.speaks_of_self_harm, text)
    if not speaks:
        return None
    if language is None:
        language = await asyncio.to_thread(language_of, text, locale.language)
    found = lines.support_for(language, locale.country)
    shown = [
        SupportLine(name=each.name, phone=each.phone, text=each.text, url=each.url, hours=each.hours)
        for each in found.lines
    ]
    return Support(message=found.message, lines=shown, emergency=" / ".join(found.emergency) or None)
