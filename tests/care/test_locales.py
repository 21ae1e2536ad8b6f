"""What browsers and phones send, and what hostile ones do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.care.locales import Locale, locale_of


@pytest.mark.parametrize(
    ("header", "language", "country"),
    [
        ("de-AT", "de", "AT"),
        ("de_AT", "de", "AT"),
        ("de_AT.UTF-8", "de", "AT"),
        ("en-GB;q=0.8", "en", "GB"),
        ("en;q=0.5, fr-CH;q=0.9", "fr", "CH"),
        ("de, de-CH;q=0.9, en;q=0.8", "de", "CH"),
        ("de, en-US;q=0.9", "de", None),
        ("zh-Hant-TW, zh;q=0.9", "zh", "TW"),
        ("sr-Latn-RS", "sr", "RS"),
        ("es-419", "es", None),
        ("nb-NO, en;q=0.5", "no", "NO"),
        ("iw-IL", "he", "IL"),
        ("en-UK", "en", "GB"),
        ("EN-us", "en", "US"),
        ("de-DE-u-co-phonebk", "de", "DE"),
        ("en-u-ca-gregory", "en", None),
        ("fr;q=0, es", "es", None),
        ("*", "en", None),
        ("*, pt-BR;q=0.7", "pt", "BR"),
        ("", "en", None),
        (None, "en", None),
        ("q=1;;;,,,;q=", "en", None),
        ("en-GB;q=9", "en", None),
        ("<script>, ../../etc/passwd, de", "de", None),
        (" de-DE , en ", "de", "DE"),
        ("x" * 5000, "en", None),
    ],
)
def test_locale(header: str | None, language: str, country: str | None) -> None:
    assert locale_of(header) == Locale(language, country)


@given(st.text() | st.from_regex(r"([a-z]{1,4}[-_;,=q.0-9]*){0,20}"))
def test_anything_is_some_locale(header: str) -> None:
    locale = locale_of(header)
    assert locale.language.isascii()
    assert 2 <= len(locale.language) <= 3
    assert locale.country is None or len(locale.country) == 2
