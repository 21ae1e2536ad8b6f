"""What happened to an account. Published in the transaction that made it so."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class AccountCreated:
    user_id: uuid.UUID
    role: Literal["admin", "user"]
    created_at: datetime


@dataclass(frozen=True)
class AccountDisabled:
    """Nothing of this account works any more until it is enabled; its data stays."""

    user_id: uuid.UUID


@dataclass(frozen=True)
class AccountEnabled:
    user_id: uuid.UUID
