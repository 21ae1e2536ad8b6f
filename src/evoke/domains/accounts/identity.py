"""What counts as an e-mail address and as a name, and how both are kept."""

import unicodedata
from dataclasses import dataclass

import email_validator

from evoke.domains.accounts.errors import EmailInvalid, NameInvalid

MAX_EMAIL = 254
"""RFC 5321 section 4.5.3.1.3: a path has 256 octets, of which two are the angle brackets."""
MAX_NAME = 200

# Cc control characters, Cs lone surrogates, Zl and Zp line and paragraph separators: none is part of a name. Format
# characters (Cf) stay: joiners make emoji, direction marks belong to Hebrew and Arabic.
_NOT_IN_NAMES = {"Cc", "Cs", "Zl", "Zp"}
_INVISIBLE = {"Cf", "Zs", "Mn"}

# The validator refuses special-use names (RFC 6761). On a home network .local is real and .test serves trying things
# out; editing this list is the validator's documented way to say so.
for _name in ("local", "test"):
    if _name in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_name)


@dataclass(frozen=True)
class Email:
    typed: str
    folded: str


def read_email(text: str) -> Email:
    """The address as written and as it is compared. Asks no name server: a household may be offline."""
    text = text.strip()
    if len(text) > MAX_EMAIL:
        raise EmailInvalid(
            f"An e-mail address has {MAX_EMAIL} characters at most.",
            field="email",
            reason="too long",
            max_length=MAX_EMAIL,
            actual_length=len(text),
        )
    try:
        found = email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise EmailInvalid(f"This is not an e-mail address: {error}", field="email", reason=str(error)) from error
    return Email(typed=found.normalized, folded=_fold(found.normalized))


def fold_email(text: str) -> str | None:
    """What to look an address up by when signing in; None for text that no account can have."""
    try:
        return read_email(text).folded
    except EmailInvalid:
        return None


def read_name(text: str) -> str:
    """The name without spaces around it, in Unicode normal form C; any script, 1 to 200 characters."""
    name = unicodedata.normalize("NFC", text).strip()
    if len(name) > MAX_NAME:
        raise NameInvalid(
            f"A name has {MAX_NAME} characters at most.",
            field="name",
            reason="too long",
            max_length=MAX_NAME,
            actual_length=len(name),
        )
    if any(unicodedata.category(letter) in _NOT_IN_NAMES for letter in name):
        raise NameInvalid("A name has no control characters.", field="name", reason="control characters")
    if all(unicodedata.category(letter) in _INVISIBLE for letter in name):
        raise NameInvalid(
            "A name has at least one visible character.", field="name", reason="empty", min_length=1, actual_length=0
        )
    return name


def _fold(text: str) -> str:
    # Folding can undo normal form C (U+0345), hence the second pass; the same text then always compares equal.
    return unicodedata.normalize("NFC", text.casefold())
