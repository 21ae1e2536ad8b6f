"""What goes in and out of accounts, and `Actor`: who is calling, for every domain."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from evoke.domains.accounts.errors import ScopeMissing
from evoke.kit.time import rfc3339

Role = Literal["admin", "user"]
Scope = Literal[
    "photos:read",
    "photos:write",
    "search:read",
    "jobs:read",
    "jobs:write",
    "entries:read",
    "entries:write",
    "visualizations:read",
    "visualizations:write",
    "account:read",
    "account:write",
    "admin",
]
SCOPES: frozenset[str] = frozenset(get_args(Scope))
Moment = Annotated[datetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]

_USER_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11"
_SESSION_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b12"
_KEY_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b13"
_CREATED = "2026-03-21T16:04:22Z"
_USER = {"id": _USER_ID, "email": "user1@example.org", "name": "User One", "created_at": _CREATED, "role": "user"}
_GRANT = {
    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl",
    "token_type": "bearer",
    "expires_in": 900,
    "refresh_token": "evr_AZhfDntafMKdUUw6fRwrEQ",
    "refresh_expires_in": 5184000,
}
_KEY = {
    "id": _KEY_ID,
    "name": "Backup script",
    "prefix": "3f9a1c0b7d2e",
    "scopes": ["photos:read", "photos:write"],
    "created_at": _CREATED,
    "expires_at": None,
    "last_used_at": None,
}


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [value]})


@dataclass(frozen=True)
class Actor:
    """Who is calling. `scopes` is what an API key allows; None (a person's own session) allows everything."""

    user_id: uuid.UUID
    role: Role
    scopes: frozenset[str] | None = None
    session_id: uuid.UUID | None = None
    api_key_id: uuid.UUID | None = None

    @property
    def is_admin(self) -> bool:
        """An administrator's API key is one only with the scope `admin`."""
        return self.role == "admin" and self.allows("admin")

    def allows(self, scope: Scope) -> bool:
        return self.scopes is None or scope in self.scopes

    def require(self, scope: Scope) -> None:
        """Raise ScopeMissing when this caller's API key lacks `scope`."""
        if not self.allows(scope):
            raise ScopeMissing(f"This API key lacks the scope {scope}.", scope=scope)


@dataclass(frozen=True)
class Client:
    """Where a sign-in comes from, for the list of sessions."""

    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True)
class Credentials:
    """What is needed to check a password. Never leaves the process."""

    user_id: uuid.UUID
    email: str
    name: str
    password_hash: str
    disabled: bool


class Register(BaseModel):
    email: str = Field(max_length=1000)
    password: str = Field(max_length=1000, description="8 to 128 characters, none of the most common ones.")
    name: str = Field(max_length=1000, description="1 to 200 characters of any script.")

    model_config = _example({"email": "user1@example.org", "password": "blue-window-47", "name": "User One"})


class NewUser(Register):
    """An account that an administrator makes for somebody."""

    role: Role = "user"

    model_config = _example(
        {"email": "user2@example.org", "password": "green-door-83", "name": "User Two", "role": "user"}
    )


class Login(BaseModel):
    email: str = Field(max_length=1000)
    password: str = Field(max_length=1000)

    model_config = _example({"email": "user1@example.org", "password": "blue-window-47"})


class Refresh(BaseModel):
    refresh_token: str | None = Field(None, max_length=1000, description="Absent: the bearer is refreshed instead.")

    model_config = _example({"refresh_token": _GRANT["refresh_token"]})


class ChangePassword(BaseModel):
    old_password: str = Field(max_length=1000)
    new_password: str = Field(max_length=1000, description="8 to 128 characters, none of the most common ones.")

    model_config = _example({"old_password": "blue-window-47", "new_password": "quiet-river-92"})


def _within_years(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a time needs a zone, as in 2027-01-01T00:00:00Z")
    if moment is not None and moment.year >= 9999:  # conversion to UTC must stay inside the calendar
        raise ValueError("leave it out for a key that does not expire")
    return moment


class NewApiKey(BaseModel):
    name: str = Field(max_length=1000, description="What the key is for; 1 to 200 characters.")
    scopes: list[Scope] = Field(min_length=1, max_length=len(SCOPES))
    expires_at: Annotated[datetime | None, AfterValidator(_within_years)] = None

    model_config = _example({"name": "Backup script", "scopes": ["photos:read", "photos:write"], "expires_at": None})


class User(BaseModel):
    id: uuid.UUID
    email: str
    name: str
    created_at: Moment
    role: Role

    model_config = _example(_USER)


class Me(User):
    quota_bytes: int | None = Field(None, description="Room for originals; null is the installation's own limit.")
    entry_count: int
    visualization_count: int

    model_config = _example({**_USER, "quota_bytes": None, "entry_count": 12, "visualization_count": 3})


class Grant(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # the name of a kind of token, not a token
    expires_in: int = Field(description="Seconds that the access token is good for.")
    refresh_token: str | None = Field(None, description="Good for one use; null when the bearer itself was refreshed.")
    refresh_expires_in: int | None = Field(None, description="Seconds that the refresh token is good for.")

    model_config = _example(_GRANT)


class SignedIn(Grant):
    user: User

    model_config = _example({"user": _USER, **_GRANT})


class Created(BaseModel):
    user: User

    model_config = _example({"user": _USER})


class Session(BaseModel):
    id: uuid.UUID
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment
    user_agent: str
    address: str
    current: bool = Field(description="Whether this is the session that asks.")

    model_config = _example(
        {
            "id": _SESSION_ID,
            "created_at": _CREATED,
            "last_used_at": _CREATED,
            "expires_at": "2026-05-20T16:04:22Z",
            "user_agent": "EmotionVisualizer/1.0 CFNetwork Darwin",
            "address": "203.0.113.7",
            "current": True,
        }
    )


class Sessions(BaseModel):
    sessions: list[Session]

    model_config = _example(
        {
            "sessions": [
                {
                    "id": _SESSION_ID,
                    "created_at": _CREATED,
                    "last_used_at": _CREATED,
                    "expires_at": "2026-05-20T16:04:22Z",
                    "user_agent": "EmotionVisualizer/1.0 CFNetwork Darwin",
                    "address": "203.0.113.7",
                    "current": True,
                }
            ]
        }
    )


class ApiKey(BaseModel):
    id: uuid.UUID
    name: str
    prefix: str = Field(description="The part of the key that may be shown: evk_<prefix>_…")
    scopes: list[str]
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None = Field(description="To the minute.")

    model_config = _example(_KEY)


class ApiKeys(BaseModel):
    api_keys: list[ApiKey]

    model_config = _example({"api_keys": [_KEY]})


class CreatedApiKey(BaseModel):
    api_key: ApiKey
    key: str = Field(description="The key itself. It is shown this once and cannot be shown again.")

    model_config = _example({"api_key": _KEY, "key": "evk_3f9a1c0b7d2e_Vh1p0Zc4n0m8b2R7tYw3qLx6sKd9fGj5aEu1oIi2yQ0"})
