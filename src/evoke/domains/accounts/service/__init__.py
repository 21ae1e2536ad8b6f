"""What can be done with accounts, one module for each use case; `Tools` is what they are given to work with."""

from evoke.domains.accounts.passwords import Argon2, Passwords
from evoke.domains.accounts.service import administration, api_keys, registration, sessions, sign_in, users
from evoke.domains.accounts.service.authentication import Authenticator
from evoke.domains.accounts.service.owner_keys import OwnerKeys
from evoke.domains.accounts.service.tools import Counts, Options, Tools
from evoke.domains.accounts.tokens import TokenSigner

__all__ = [
    "Argon2",
    "Authenticator",
    "Counts",
    "Options",
    "OwnerKeys",
    "Passwords",
    "TokenSigner",
    "Tools",
    "administration",
    "api_keys",
    "owner_keys",
    "registration",
    "sessions",
    "sign_in",
    "users",
]
