"""Every setting of Evoke.

Variables are EVOKE_<GROUP>__<NAME>; names that people already have in their .env (DATABASE_URL,
JWT_SECRET_KEY, LOG_LEVEL …) keep working. `evoke doctor` shows what is in force; `.env.example` and
docs/configuration.md list them all, and a test holds the three together. Read once, by `load()`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AliasChoices, BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from evoke.kit.errors import Misconfigured


class DatabaseGroup(BaseModel):
    pool_size: int = Field(20, ge=1, le=200, description="Connections each process keeps.")
    pool_overflow: int = Field(0, ge=0, le=200, description="Connections beyond that, each opened for one use.")
    statement_timeout_seconds: float = Field(30, gt=0, description="When PostgreSQL gives up on one statement.")


class StorageGroup(BaseModel):
    url: str = Field("", description="Where blobs are kept: a folder or s3://bucket/prefix. Empty: <data>/blobs.")
    options: dict[str, str] = Field(
        default_factory=dict, description="Options of the object store as JSON: endpoint, region, access_key_id …"
    )
    encrypt: bool = Field(True, description="Encrypt new blobs at rest. Those that are there stay readable either way.")
    durable: bool = Field(True, description="fsync originals before an upload is answered.")
    max_upload_bytes: int = Field(10 * 1024**3, ge=1, description="The largest file that is taken.")
    max_pixels: int = Field(300_000_000, ge=1_000_000, description="The largest picture that is decoded.")
    trash_days: int = Field(30, ge=1, description="How long the trash keeps what was put there.")
    quota_bytes: int = Field(0, ge=0, description="Room for each user's originals; 0 is no limit.")


class KeyGroup(BaseModel):
    file: Path | None = Field(None, description="The master key's file, mode 0600. Default: <data>/config/master.key.")
    value: SecretStr | None = Field(None, description="The master key itself, base64 of 32 bytes, instead of a file.")
    command: str = Field("", description="A command that prints the master key (base64), instead of a file.")


class AuthGroup(BaseModel):
    open_registration: bool = Field(True, description="Whether anybody may register. The first account always can.")
    refresh_token_days: int = Field(60, ge=1, description="How long a session lives without being used.")


class HttpGroup(BaseModel):
    public_url: str = Field("", description="The address people use, for absolute links: https://photos.example.org")
    api_processes: int = Field(1, ge=1, le=64, description="API processes that `evoke serve` starts.")
    max_body_bytes: int = Field(2 * 1024**2, ge=1024, description="The largest JSON body.")
    timeout_seconds: float = Field(30, gt=0, description="When a request is given up, uploads and downloads aside.")
    upload_stall_seconds: float = Field(60, gt=0, description="How long an upload may be silent.")
    trusted_proxies: list[str] = Field(
        default_factory=list, description="Addresses or networks whose X-Forwarded-For is believed, as JSON."
    )
    metrics_token: SecretStr | None = Field(None, description="Bearer token that /metrics asks for; empty: none.")


class WorkerGroup(BaseModel):
    processes: int = Field(2, ge=0, le=64, description="Worker processes that `evoke serve` starts.")
    concurrency: int = Field(3, ge=1, le=64, description="Jobs that one worker process runs at once.")
    drawings: int = Field(
        8, ge=1, le=200, description="Entries that one worker process draws at once, beside its jobs: they mostly wait."
    )
    heartbeat_seconds: float = Field(30, ge=1, description="After this silence a worker counts as dead.")
    shutdown_grace_seconds: float = Field(20, ge=0, description="How long a worker that stops finishes its jobs.")
    keep_done_days: int = Field(7, ge=1, description="How long jobs that are done stay listed.")


class JournalGroup(BaseModel):
    time_zone: str = Field("UTC", description="The time zone (IANA) of who has not said where they are.")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("use an IANA name such as Europe/Lisbon")
        return value


class LimitsGroup(BaseModel):
    enabled: bool = Field(True, description="Rate limits; false for load tests.")
    per_minute: int = Field(100, ge=1, description="Requests a minute, each user (or address, when not signed in).")
    per_hour: int = Field(1000, ge=1, description="Requests an hour, likewise.")
    library_per_minute: int = Field(6000, ge=1, description="Requests a minute for photos, search and jobs.")
    sign_in_per_minute: int = Field(10, ge=1, description="Attempts to sign in a minute, each address and account.")
    drawing_per_hour: int = Field(50, ge=1, description="Feelings and stories drawn an hour for each user.")
    drawing_anonymous_per_hour: int = Field(10, ge=1, description="The same for each address that is not signed in.")


class GenerationGroup(BaseModel):
    provider: Literal["auto", "gemini", "local"] = Field(
        "auto",
        description="Who writes and draws: auto is Gemini where there is a key and this machine where not.",
    )
    on_failure: Literal["error", "local"] = Field(
        "error", description="With auto, when Gemini fails: error says so, local draws on this machine and says that."
    )
    picture_model: str = Field("gemini-3-pro-image", description="The model that draws.")
    picture_timeout_seconds: float = Field(180, ge=10, description="When Gemini's picture is given up.")
    max_in_flight: int = Field(
        16, ge=1, le=500, description="Calls to Gemini at once in each process, words and pictures each."
    )
    daily_budget_usd: float = Field(0, ge=0, description="What Gemini may cost a day (UTC) in all; 0 is no limit.")
    user_daily_budget_usd: float = Field(
        0, ge=0, description="What it may cost a day for each user; all who are not signed in count as one."
    )
    text_embeddings: Path | None = Field(
        None, description="A folder with an ONNX text model, for stories that words alone do not match."
    )


class Settings(BaseSettings):
    """The settings in force; field names below are the names people write, in lower case."""

    model_config = SettingsConfigDict(
        env_prefix="EVOKE_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
    )

    data_dir: Path = Field(Path("data"), description="Where everything is kept: postgres, blobs, logs, config.")
    host: str = Field("127.0.0.1", description="The address to listen on; 0.0.0.0 for every network.")
    port: int = Field(
        8000, ge=1, le=65535, validation_alias=AliasChoices("EVOKE_PORT", "port"), description="The port."
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("EVOKE_DATABASE_URL", "DATABASE_URL"),
        description="A PostgreSQL 18 server with pgvector; empty: the embedded one.",
    )
    database_read_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("EVOKE_DATABASE_READ_URL", "DATABASE_READ_URL"),
        description="A replica for read sessions; optional.",
    )
    redis_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("EVOKE_REDIS_URL", "REDIS_URL"),
        description="Redis for rate limits that several API processes share; optional.",
    )
    jwt_secret_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("EVOKE_JWT_SECRET_KEY", "JWT_SECRET_KEY"),
        description="Signs access tokens; empty: made at first start, kept in <data>/config/jwt.key.",
    )
    jwt_algorithm: Literal["HS256", "HS384", "HS512"] = Field(
        "HS256",
        validation_alias=AliasChoices("EVOKE_JWT_ALGORITHM", "JWT_ALGORITHM"),
        description="How access tokens are signed.",
    )
    access_token_expire_minutes: int = Field(
        15,
        ge=1,
        validation_alias=AliasChoices("EVOKE_ACCESS_TOKEN_EXPIRE_MINUTES", "ACCESS_TOKEN_EXPIRE_MINUTES"),
        description="How long an access token is good.",
    )
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        validation_alias=AliasChoices("EVOKE_ALLOWED_ORIGINS", "ALLOWED_ORIGINS"),
        description="Origins of web pages that may call the API, separated by commas; * for all.",
    )
    gemini_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("EVOKE_GEMINI_API_KEY", "GEMINI_API_KEY"),
        description="Gemini's key. Empty: words and pictures are made on this machine.",
    )
    gemini_model: str = Field(
        "gemini-3.8-flash",
        validation_alias=AliasChoices("EVOKE_GEMINI_MODEL", "GEMINI_MODEL"),
        description="The model that writes.",
    )
    gemini_timeout_seconds: float = Field(
        60,
        gt=0,
        validation_alias=AliasChoices("EVOKE_GEMINI_TIMEOUT_SECONDS", "GEMINI_TIMEOUT_SECONDS"),
        description="When an answer in words is given up.",
    )
    gemini_max_retries: int = Field(
        2,
        ge=0,
        le=10,
        validation_alias=AliasChoices("EVOKE_GEMINI_MAX_RETRIES", "GEMINI_MAX_RETRIES"),
        description="Further attempts after the first; for pictures only where none can have been paid for.",
    )
    nanobanana_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("EVOKE_NANOBANANA_API_KEY", "NANOBANANA_API_KEY"),
        description="A key of its own for pictures; empty: GEMINI_API_KEY.",
    )
    google_gemini_base_url: str = Field(
        "",
        validation_alias=AliasChoices("EVOKE_GOOGLE_GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"),
        description="Another address for Gemini, for tests and proxies.",
    )
    log_level: str = Field(
        "INFO",
        validation_alias=AliasChoices("EVOKE_LOG_LEVEL", "LOG_LEVEL"),
        description="DEBUG, INFO, WARNING or ERROR.",
    )
    debug: bool = Field(
        False,
        validation_alias=AliasChoices("EVOKE_DEBUG", "DEBUG"),
        description="Log at DEBUG. Answers stay the same.",
    )

    database: DatabaseGroup = Field(default_factory=DatabaseGroup)
    storage: StorageGroup = Field(default_factory=StorageGroup)
    key: KeyGroup = Field(default_factory=KeyGroup)
    auth: AuthGroup = Field(default_factory=AuthGroup)
    http: HttpGroup = Field(default_factory=HttpGroup)
    worker: WorkerGroup = Field(default_factory=WorkerGroup)
    limits: LimitsGroup = Field(default_factory=LimitsGroup)
    journal: JournalGroup = Field(default_factory=JournalGroup)
    generation: GenerationGroup = Field(default_factory=GenerationGroup)

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [origin.strip() for origin in value.strip("[]").replace('"', "").split(",") if origin.strip()]
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
            raise ValueError("use DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @property
    def config_dir(self) -> Path:
        return self.data_dir / "config"

    @property
    def logs_dir(self) -> Path:
        return self.data_dir / "logs"

    @property
    def blobs_url(self) -> str:
        return self.storage.url or str(self.data_dir / "blobs")


def load() -> Settings:
    """The settings of the environment and of `.env`. Raises Misconfigured with the variable and the reason."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{'__'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}" for problem in error.errors()
        )
        raise Misconfigured(f"The configuration is not valid. {problems}") from error


@dataclass(frozen=True)
class Described:
    """One variable: its name as people write it, other names that work, its default as text, what it does."""

    name: str
    aliases: tuple[str, ...]
    default: str
    description: str


def describe() -> list[Described]:
    """Every variable, for the documentation and for `evoke doctor`."""
    found: list[Described] = []
    for name, field in Settings.model_fields.items():
        group = field.annotation
        if isinstance(group, type) and issubclass(group, BaseModel):
            found += [
                _described(f"EVOKE_{name}__{inner}".upper(), [], inner_field)
                for inner, inner_field in group.model_fields.items()
            ]
            continue
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [f"EVOKE_{name}".upper()]
        names = [str(choice) for choice in choices]
        names = [each for each in names if each.isupper()]
        found.append(_described(names[-1], names[:-1], field))
    return found


def _described(name: str, aliases: list[str], field: FieldInfo) -> Described:
    default = field.get_default(call_default_factory=True)
    if default is None or default == "":
        text = ""
    elif isinstance(default, bool):
        text = str(default).lower()
    else:
        text = json.dumps(default) if isinstance(default, list | dict) else str(default)
    return Described(name, tuple(aliases), text, field.description or "")
