"""Users with a token, made without the price of hashing a password."""

import itertools
from dataclasses import dataclass

import httpx

from evoke.bootstrap import Resources
from evoke.domains.accounts import service
from evoke.domains.accounts.identity import read_email
from evoke.domains.accounts.schemas import Actor, Client
from evoke.domains.accounts.service.registration import Prepared

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    actor: Actor
    email: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def create(resources: Resources) -> Person:
    """The first one of a database is its administrator, as everywhere."""
    email = f"user{next(_numbers)}@example.org"
    account = Prepared(email=read_email(email), name="User", password_hash="not a hash: nobody signs in with it")
    async with resources.database.transaction() as session:
        user = await service.registration.register(session, resources.accounts, account)
        signed_in = await service.sign_in.start_registered(session, resources.accounts, user, Client())
    actor = await resources.authenticator.authenticate(signed_in.access_token)
    return Person(actor=actor, email=email, token=signed_in.access_token)


def data(response: httpx.Response) -> dict[str, object]:
    """What a good answer holds; fails with the answer itself when it is not one."""
    assert response.is_success, response.text
    found: dict[str, object] = response.json()["data"]
    return found
