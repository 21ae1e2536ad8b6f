"""Who to talk to, for texts that speak of self-harm."""

import asyncio

from evoke.domains.journal.intake_schemas import Support, SupportLine
from evoke.platform.care import lines, recognition
from evoke.platform.care.locales import Locale


async def find(text: str, locale: Locale, language: str) -> Support | None:
    """Lines for a reader of `language` in the country of `locale`; None where the text asks for none.

    In a thread: a long text takes some ten milliseconds.
    """
    if not await asyncio.to_thread(recognition.speaks_of_self_harm, text):
        return None
    found = lines.support_for(language, locale.country)
    shown = [
        SupportLine(name=each.name, phone=each.phone, text=each.text, url=each.url, hours=each.hours)
        for each in found.lines
    ]
    return Support(message=found.message, lines=shown, emergency=" / ".join(found.emergency) or None)
