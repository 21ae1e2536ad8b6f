"""Making accounts."""

from dataclasses import dataclass

from evoke.domains.accounts import identity, models, passwords, queries, schemas
from evoke.domains.accounts.errors import EmailTaken, RegistrationClosed
from evoke.domains.accounts.events import AccountCreated
from evoke.domains.accounts.service.tools import Tools
from evoke.kit import boundaries, ids
from evoke.platform.postgres.engine import WriteSession


@dataclass(frozen=True)
class Prepared:
    """An account that keeps all rules and is not there yet."""

    email: identity.Email
    name: str
    password_hash: str


async def prepare(tools: Tools, form: schemas.Register) -> Prepared:
    """Check the form and hash its password; to be called before a transaction opens, for the hash takes its time.

    Raises EmailInvalid, NameInvalid, PasswordWeak, SignInBusy.
    """
    email = identity.read_email(form.email)
    name = identity.read_name(form.name)
    passwords.check_strength(form.password, email=email.typed, name=name)
    boundaries.outside_transaction("hashing a password")
    return Prepared(email=email, name=name, password_hash=await tools.passwords.hash(form.password))


async def register(session: WriteSession, tools: Tools, account: Prepared) -> models.User:
    """An account that somebody makes for themselves. The first of an installation is its administrator.

    Raises EmailTaken, and RegistrationClosed unless it is the first.
    """
    first = await _is_first(session)
    if not first and not tools.options.registration_open:
        raise RegistrationClosed
    return await _insert(session, tools, account, "admin" if first else "user")


async def create(session: WriteSession, tools: Tools, account: Prepared, *, role: schemas.Role = "user") -> models.User:
    """An account that an administrator or the command line makes, whether registration is open or not.

    The first is an administrator whatever `role` says: an installation without one could not be run. Raises EmailTaken.
    """
    first = await _is_first(session)
    return await _insert(session, tools, account, "admin" if first else role)


async def _is_first(session: WriteSession) -> bool:
    if await queries.any_user(session):
        return False
    # Of two that both saw nobody, the one that gets the lock later sees the account of the other.
    await queries.lock_first_account(session)
    return not await queries.any_user(session)


async def _insert(session: WriteSession, tools: Tools, account: Prepared, role: schemas.Role) -> models.User:
    now = tools.clock()
    values = {
        "id": ids.new_id(),
        "email": account.email.typed,
        "email_folded": account.email.folded,
        "name": account.name,
        "password_hash": account.password_hash,
        "role": role,
        "quota_bytes": None,
        "created_at": now,
        "password_changed_at": now,
        "disabled_at": None,
    }
    user = await queries.insert_user(session, values)
    if user is None:
        raise EmailTaken(field="email")
    await session.publish(AccountCreated(user_id=user.id, role=role, created_at=now))
    return user
