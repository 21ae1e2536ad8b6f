import pytest

from evoke.domains.accounts import identity
from evoke.domains.accounts.errors import EmailInvalid, NameInvalid


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("user1@example.org", "user1@example.org"),
        ("  User1@EXAMPLE.org ", "user1@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("straße@example.org", "strasse@example.org"),
        ("%@example.org", "%@example.org"),
        ("user_1+tag@example.org", "user_1+tag@example.org"),
        ("user1@home.local", "user1@home.local"),
        ("用户@例子.测试", "用户@例子.测试"),
    ],
)
def test_addresses_are_compared_without_case(text: str, folded: str) -> None:
    assert identity.read_email(text).folded == folded
    assert identity.fold_email(text) == folded


def test_the_address_keeps_the_way_it_was_written() -> None:
    assert identity.read_email("User.One@Example.ORG").typed == "User.One@example.org"


@pytest.mark.parametrize(
    "text",
    [
        *("", "\0", "user1", "@example.org", "user1@", "user1@@example.org", "a b@example.org", "user1\0@example.org"),
        *("user1@exa\u202emple.org", "User <user1@example.org>", "user1@example..org", "user1@-example.org"),
        *("\ud800@example.org", "user1@localhost"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(EmailInvalid) as refused:
        identity.read_email(text)
    assert refused.value.details["field"] == "email"
    assert identity.fold_email(text) is None


def test_an_address_that_is_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(EmailInvalid) as refused:
        identity.read_email("u" * 300 + "@example.org")
    assert refused.value.details["max_length"] == 254
    assert refused.value.details["actual_length"] == 312


@pytest.mark.parametrize(
    "text",
    [
        *("👩\u200d👩\u200d👧\u200d👦", "🦊", "n" * 200, "O'Name; DROP TABLE users;--", "%", "X"),
        *("Name With Spaces", "محمد", "\u200fשם\u200f", "山田", "नाम"),
    ],
)
def test_names_of_any_script_pass_unchanged(text: str) -> None:
    assert identity.read_name(text) == text


def test_names_are_trimmed_and_composed() -> None:
    assert identity.read_name("  Ame\u0301lie ") == "Am\u00e9lie"


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b\u200d", "\u00a0", "a\0b", "line\nbreak", "a\x1b[31m", "a\u2028b", "\ud800"]
)
def test_names_that_cannot_be_shown_are_refused(text: str) -> None:
    with pytest.raises(NameInvalid) as refused:
        identity.read_name(text)
    assert refused.value.details["field"] == "name"


def test_a_name_of_300_characters_says_how_long_it_may_be() -> None:
    with pytest.raises(NameInvalid) as refused:
        identity.read_name("n" * 300)
    assert refused.value.details["max_length"] == 200
    assert refused.value.details["actual_length"] == 300
