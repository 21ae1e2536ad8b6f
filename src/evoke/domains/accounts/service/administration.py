"""What the command line does with accounts, for whoever may read the data folder anyway."""

from collections.abc import Sequence
from typing import cast

from evoke.domains.accounts import identity, models, passwords, queries, schemas
from evoke.domains.accounts.errors import AccountAmbiguous, AccountNotFound
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service.tools import Tools
from evoke.kit import boundaries
from evoke.platform.postgres.engine import ReadSession, WriteSession


async def list_users(session: ReadSession) -> Sequence[models.User]:
    """Every account, the oldest first."""
    return await queries.list_users(session)


async def get_sole_actor(session: ReadSession) -> Actor:
    """The only account that is enabled. Raises AccountNotFound when there is none, AccountAmbiguous when several."""
    users = [user for user in await queries.list_users(session) if user.disabled_at is None]
    if not users:
        raise AccountNotFound("There is no account yet. Make one: evoke user create you@example.org")
    if len(users) > 1:
        raise AccountAmbiguous(f"There are {len(users)} accounts. Say whose library is meant: --user EMAIL")
    return Actor(user_id=users[0].id, role=cast(schemas.Role, users[0].role))


async def prepare_reset(tools: Tools, user: models.User, password: str) -> str:
    """The hash of the new password, to be made before a transaction opens. Raises PasswordWeak, SignInBusy."""
    passwords.check_strength(password, email=user.email, name=user.name)
    boundaries.outside_transaction("hashing a password")
    return await tools.passwords.hash(password)


async def get_user(session: ReadSession, email: str) -> models.User:
    """Raises AccountNotFound."""
    folded = identity.fold_email(email)
    user = await queries.find_user_by_email(session, folded) if folded else None
    if user is None:
        raise AccountNotFound(f"There is no account {email}.")
    return user


async def reset_password(session: WriteSession, tools: Tools, user: models.User, new_hash: str) -> int:
    """Set the password without the old one, and end every session; how many those were. API keys stay.

    Raises AccountNotFound when the account was deleted, or its password changed, since `user` was read.
    """
    now = tools.clock()
    if not await queries.update_password(
        session, user.id, old_hash=user.password_hash, new_hash=new_hash, changed_at=now
    ):
        raise AccountNotFound("The account was changed at this very moment. Try again.")
    tools.live.forget_user(session, user.id)
    return await queries.revoke_sessions(session, user.id, now)
