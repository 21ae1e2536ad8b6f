"""Signing in with a password, and changing it.

A password is checked between two transactions: read the hash, check (slow, none open), start the session if nothing
changed meanwhile.
"""

from dataclasses import replace

from evoke.domains.accounts import identity, models, passwords, queries, schemas
from evoke.domains.accounts.errors import AccountNotFound, CredentialsWrong, PasswordWrong
from evoke.domains.accounts.schemas import Actor, Client, Credentials
from evoke.domains.accounts.service import grants
from evoke.domains.accounts.service.tools import Tools
from evoke.kit import boundaries
from evoke.platform.postgres.engine import ReadSession, WriteSession


async def find_credentials(session: ReadSession, email: str) -> Credentials | None:
    """Use a session on the primary: an account may be younger than what a replica knows."""
    folded = identity.fold_email(email)
    user = await queries.find_user_by_email(session, folded) if folded else None
    return _credentials(user) if user else None


async def get_credentials(session: ReadSession, actor: Actor) -> Credentials:
    """Of the caller. Raises AccountNotFound, and ScopeMissing for an API key without account:write."""
    actor.require("account:write")
    user = await queries.find_user(session, actor.user_id)
    if user is None:
        raise AccountNotFound
    return _credentials(user)


async def check_password(tools: Tools, credentials: Credentials | None, password: str) -> Credentials:
    """The credentials, once the password is right. CredentialsWrong in every other case, after the same work."""
    boundaries.outside_transaction("checking a password")
    right = await tools.passwords.verify(password, credentials.password_hash if credentials else None)
    if credentials is None or not right or credentials.disabled:
        raise CredentialsWrong
    return credentials


async def renew_hash(tools: Tools, credentials: Credentials, password: str) -> str | None:
    """A hash of the same password with the settings in force, where the stored one is weaker; for `start`."""
    if not tools.passwords.is_outdated(credentials.password_hash):
        return None
    boundaries.outside_transaction("hashing a password")
    return await tools.passwords.hash(password)


async def start(
    session: WriteSession, tools: Tools, credentials: Credentials, client: Client, *, new_hash: str | None = None
) -> schemas.SignedIn:
    """A new session. CredentialsWrong when the password was changed or the account disabled since it was checked."""
    if new_hash is not None and await queries.update_password(
        session, credentials.user_id, old_hash=credentials.password_hash, new_hash=new_hash, changed_at=None
    ):
        credentials = replace(credentials, password_hash=new_hash)
    user = await queries.lock_user(session, credentials.user_id, credentials.password_hash)
    if user is None:
        raise CredentialsWrong
    return await grants.sign_in(session, tools, user, client)


async def start_registered(session: WriteSession, tools: Tools, user: models.User, client: Client) -> schemas.SignedIn:
    """The session of an account made in this same transaction."""
    return await grants.sign_in(session, tools, user, client)


async def prepare_change(tools: Tools, credentials: Credentials, form: schemas.ChangePassword) -> str:
    """The hash of the new password. Raises PasswordWrong for the old one, PasswordWeak for the new one."""
    passwords.check_strength(form.new_password, email=credentials.email, name=credentials.name)
    boundaries.outside_transaction("checking a password")
    if not await tools.passwords.verify(form.old_password, credentials.password_hash):
        raise PasswordWrong(field="old_password", reason="not right")
    return await tools.passwords.hash(form.new_password)


async def change_password(
    session: WriteSession, tools: Tools, actor: Actor, credentials: Credentials, new_hash: str
) -> int:
    """Set the password and end every other session; how many those were. API keys stay.

    Raises PasswordWrong when another request changed it first.
    """
    now = tools.clock()
    changed = await queries.update_password(
        session, actor.user_id, old_hash=credentials.password_hash, new_hash=new_hash, changed_at=now
    )
    if not changed:
        raise PasswordWrong(field="old_password", reason="changed meanwhile")
    tools.live.forget_others(session, actor)
    return await queries.revoke_sessions(session, actor.user_id, now, but=actor.session_id)


def _credentials(user: models.User) -> Credentials:
    return Credentials(
        user_id=user.id,
        email=user.email,
        name=user.name,
        password_hash=user.password_hash,
        disabled=user.disabled_at is not None,
    )
