"""`evoke user`."""

import pytest

from evoke.bootstrap import Resources
from evoke.domains.accounts import service as accounts
from evoke.domains.accounts.errors import CredentialsWrong, SessionEnded
from evoke.domains.accounts.schemas import Client
from tests.cli.conftest import Evoke
from tests.factories import people


async def sign_in(resources: Resources, email: str, password: str) -> str:
    async with resources.database.read() as session:
        credentials = await accounts.sign_in.find_credentials(session, email)
    checked = await accounts.sign_in.check_password(resources.accounts, credentials, password)
    async with resources.database.transaction() as session:
        return (await accounts.sign_in.start(session, resources.accounts, checked, Client())).access_token


async def test_accounts_are_made_and_listed(evoke: Evoke) -> None:
    assert "no account yet" in (await evoke("user", "list")).stdout
    made = await evoke("user", "create", "User1@example.org", "--password-stdin", stdin="blue-window-47\n")
    assert made.status == 0, made
    assert "an administrator" in made.stdout  # the first one always
    made = await evoke(
        "user", "create", "user2@example.org", "--name", "User Two", "--password-stdin", stdin="green-door-83"
    )
    assert (made.status, "administrator" in made.stdout) == (0, False)
    await evoke("user", "create", "user3@example.org", "--admin", "--password-stdin", stdin="green-door-83")
    listed = (await evoke("user", "list", "--json")).json
    assert [(each["email"], each["name"], each["role"]) for each in listed] == [
        ("User1@example.org", "User1", "admin"),
        ("user2@example.org", "User Two", "user"),
        ("user3@example.org", "user3", "admin"),
    ]
    table = (await evoke("user", "list")).stdout
    assert "user2@example.org" in table
    assert "0 B" in table


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (("nobody", "--password-stdin"), "blue-window-47", "e-mail address"),
        (("user1@example.org", "--password-stdin"), "short", "at least 8 characters"),
        (("user1@example.org", "--password-stdin"), "", "empty"),
        (("user1@example.org",), "blue-window-47", "--password-stdin"),
    ],
)
async def test_what_is_no_account_is_told(evoke: Evoke, arguments: tuple[str, ...], stdin: str, told: str) -> None:
    outcome = await evoke("user", "create", *arguments, stdin=stdin)
    assert outcome.status == 1
    assert told in outcome.stderr
    assert (await evoke("user", "list", "--json")).json == []


async def test_an_address_is_taken_once(evoke: Evoke) -> None:
    for status in (0, 1):
        outcome = await evoke("user", "create", "user1@example.org", "--password-stdin", stdin="blue-window-47")
        assert outcome.status == status


async def test_a_password_is_never_an_argument(evoke: Evoke) -> None:
    outcome = await evoke("user", "create", "user1@example.org", "--password", "blue-window-47")
    assert outcome.status == 2


async def test_a_password_is_set_anew(evoke: Evoke, resources: Resources) -> None:
    await evoke("user", "create", "user1@example.org", "--password-stdin", stdin="blue-window-47")
    token = await sign_in(resources, "user1@example.org", "blue-window-47")
    outcome = await evoke("user", "reset-password", "USER1@example.org", "--password-stdin", stdin="green-door-83")
    assert outcome.status == 0, outcome
    assert "1 session ended" in outcome.stdout
    with pytest.raises(SessionEnded):
        await resources.authenticator.authenticate(token)
    with pytest.raises(CredentialsWrong):
        await sign_in(resources, "user1@example.org", "blue-window-47")
    assert await sign_in(resources, "user1@example.org", "green-door-83")


async def test_only_a_known_account_gets_a_good_password(evoke: Evoke, person: people.Person) -> None:
    unknown = await evoke("user", "reset-password", "nobody@example.org", "--password-stdin", stdin="green-door-83")
    assert (unknown.status, "no account nobody@example.org" in unknown.stderr) == (1, True)
    weak = await evoke("user", "reset-password", person.email, "--password-stdin", stdin="short")
    assert (weak.status, "at least 8" in weak.stderr) == (1, True)
