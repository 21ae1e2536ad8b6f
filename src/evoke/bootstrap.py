"""The one composition root: settings become the resources that the API, the workers, the command line and the
tests work with.
"""

import asyncio
import shlex
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from evoke.domains.accounts import service as account_service
from evoke.domains.jobs import tasks as job_tasks
from evoke.domains.jobs.registry import Registry
from evoke.domains.journal import service as journal_service
from evoke.domains.journal import tools as journal_tools
from evoke.domains.photos import examining, library, subscribers, tasks, urls
from evoke.domains.search import service as search_service
from evoke.domains.search import subscribers as search_subscribers
from evoke.domains.search import tasks as search_tasks
from evoke.domains.spending import service as spending
from evoke.domains.spending.schemas import MICROS, Budgets
from evoke.domains.visualizations import live as visualization_live
from evoke.domains.visualizations import service as visualization_service
from evoke.domains.visualizations import subscribers as visualization_subscribers
from evoke.domains.visualizations import tasks as visualization_tasks
from evoke.domains.visualizations import tools as visualization_tools
from evoke.kit.errors import Misconfigured
from evoke.kit.time import Clock, utc_now
from evoke.platform.blobs import connect
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto import sources
from evoke.platform.crypto.keys import Keyring
from evoke.platform.generation.gemini.options import GeminiOptions
from evoke.platform.generation.gemini.provider import Gemini
from evoke.platform.generation.local.analyst import LocalAnalyst
from evoke.platform.generation.local.artist import LocalArtist
from evoke.platform.generation.switch import Generators
from evoke.platform.limits import Limiter, open_counter
from evoke.platform.metadata import reading
from evoke.platform.pictures import limits as picture_limits
from evoke.platform.places.offline import OfflinePlaces
from evoke.platform.postgres.embedded import EmbeddedPostgres
from evoke.platform.postgres.engine import Database, PoolOptions
from evoke.settings import Settings

JOB_MARGIN_SECONDS = 30
"""Beside the generators' own time, for a place among the calls in flight."""


@dataclass
class Resources:
    """Everything a process of Evoke holds. Made by `open_resources`, which also closes it."""

    settings: Settings
    database: Database
    blobs: BlobStore
    keyring: Keyring
    owner_keys: account_service.OwnerKeys
    accounts: account_service.Tools
    authenticator: account_service.Authenticator
    library: library.Library
    search: search_service.Tools
    journal: journal_tools.Tools
    limiter: Limiter
    generators: Generators
    gemini: Gemini
    books: spending.Books
    visualizations: visualization_tools.Tools
    feed: visualization_live.Feed
    registry: Registry = field(default_factory=Registry)
    clock: Clock = utc_now

    async def close(self) -> None:
        await self.feed.close()
        await self.gemini.close()
        await self.authenticator.close()
        self.accounts.close()
        await self.limiter.close()
        self.blobs.close()
        await self.database.close()


@asynccontextmanager
async def database_server(settings: Settings) -> AsyncIterator[str]:
    """The address of the database: the one that is configured, or the embedded server, held while the block runs."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    server = embedded_server(settings)
    url = await asyncio.to_thread(server.start)
    try:
        yield url
    finally:
        await asyncio.to_thread(server.stop)


def embedded_server(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(settings.data_dir / "postgres", log=settings.logs_dir / "postgres.log")


@asynccontextmanager
async def open_resources(
    settings: Settings, *, name: str = "evoke", migrated: bool = True, clock: Clock = utc_now
) -> AsyncIterator[Resources]:
    """The resources of a process called `name`; `migrated` brings the schema up to date first."""
    async with database_server(settings) as url:
        if migrated:
            from evoke.platform.postgres import migrate  # here, because Alembic takes long to import

            await migrate.upgrade(url)
        await _refuse_lost_key(settings, url)
        resources = compose(settings, url, name=name, clock=clock)
        try:
            yield resources
        finally:
            await resources.close()


async def _refuse_lost_key(settings: Settings, url: str) -> None:
    """Raises Misconfigured where there are encrypted files and no key: a new key would open none of them."""
    if settings.key.value is not None or settings.key.command or key_file(settings).exists():
        return
    database = Database.connect(url)
    try:
        async with database.read() as session:
            in_use = await account_service.owner_keys.any_key(session)
    finally:
        await database.close()
    if in_use:
        raise Misconfigured(
            f"This library is encrypted and its master key is missing: {key_file(settings)}. "
            "Put the file back, or run: evoke key restore BACKUP"
        )


def compose(
    settings: Settings,
    url: str,
    *,
    name: str = "evoke",
    clock: Clock = utc_now,
    generators: Generators | None = None,
) -> Resources:
    """Put the parts together. Nothing is contacted yet; key files are made where there are none.

    `generators` take the place of those that the settings name.
    """
    database = Database.connect(url, _read_url(settings), _pool(settings, name))
    blobs = connect.open_store(
        settings.blobs_url,
        scratch_folder=settings.data_dir / "uploads",
        options=settings.storage.options,
        durable=settings.storage.durable,
    )
    keyring = open_keyring(settings)
    owner_keys = account_service.OwnerKeys(database, keyring, clock, reload=_key_reload(settings))
    secret = _token_secret(settings)
    account_tools = account_service.Tools(
        signer=account_service.TokenSigner(secret, settings.jwt_algorithm, clock),
        options=account_service.Options(
            registration_open=settings.auth.open_registration,
            access_minutes=settings.access_token_expire_minutes,
            refresh_days=settings.auth.refresh_token_days,
        ),
        clock=clock,
    )
    signer = urls.Signer(account_tools.signer.derive(b"photo-urls", b""), settings.http.public_url.rstrip("/"))
    books = spending.Books(database, _budgets(settings), clock)
    gemini = Gemini(_gemini_options(settings), books, clock=clock)
    nearby = LocalArtist()
    generators = generators or _generators(settings, gemini, nearby)
    photo_library = _library(settings, blobs, owner_keys, signer, clock)
    journal = journal_tools.Tools(
        keys=owner_keys,
        analyst=generators,
        options=journal_tools.Options(time_zone=settings.journal.time_zone),
        clock=clock,
    )
    visualizations = visualization_tools.Tools(
        keys=owner_keys,
        library=photo_library,
        journal=journal,
        generators=generators,
        nearby=nearby,
        options=_visualization_options(settings, gemini),
        clock=clock,
    )
    resources = Resources(
        settings=settings,
        database=database,
        blobs=blobs,
        keyring=keyring,
        owner_keys=owner_keys,
        accounts=account_tools,
        authenticator=account_service.Authenticator(database, account_tools),
        library=photo_library,
        search=search_service.Tools(signer=signer, clock=clock),
        journal=journal,
        limiter=Limiter(
            open_counter(settings.redis_url.get_secret_value() if settings.redis_url else None),
            enabled=settings.limits.enabled,
        ),
        generators=generators,
        gemini=gemini,
        books=books,
        visualizations=visualizations,
        feed=visualization_live.Feed(database, max_streams=visualizations.options.max_streams),
        clock=clock,
    )
    _connect(resources)
    return resources


def _connect(resources: Resources) -> None:
    """Who hears which event, and which jobs there are."""
    resources.accounts.counts.register("entries", journal_service.entries.count)
    resources.accounts.counts.register("visualizations", visualization_service.reading.count)
    subscribers.subscribe(resources.database.bus, resources.library)
    visualization_subscribers.subscribe(resources.database.bus, resources.visualizations)
    search_subscribers.subscribe(resources.database.bus)
    tools = examining.Tools(
        reader=reading.best_reader(),
        places=OfflinePlaces(),
        within=picture_limits.Limits(max_pixels=resources.settings.storage.max_pixels),
    )
    for task in (
        *tasks.tasks(resources.library, tools),
        *search_tasks.tasks(),
        *visualization_tasks.tasks(resources.visualizations),
        *job_tasks.tasks(job_tasks.Retention(done_days=resources.settings.worker.keep_done_days)),
    ):
        resources.registry.register(task)


def _generators(settings: Settings, gemini: Gemini, nearby: LocalArtist) -> Generators:
    """Who writes and draws."""
    chosen = settings.generation
    return Generators(
        chosen.provider,
        chosen.on_failure,
        gemini_analyst=gemini.analyst,
        gemini_artist=gemini.artist,
        local_analyst=LocalAnalyst(embeddings=chosen.text_embeddings),
        local_artist=nearby,
    )


def _visualization_options(settings: Settings, gemini: Gemini) -> visualization_tools.Options:
    chosen = settings.generation
    return visualization_tools.Options(
        job_seconds=settings.gemini_timeout_seconds + chosen.picture_timeout_seconds + JOB_MARGIN_SECONDS,
        is_configured=chosen.provider != "gemini" or (gemini.analyst is not None and gemini.artist is not None),
    )


def _gemini_options(settings: Settings) -> GeminiOptions:
    """With provider `local` the keys stay where they are: nothing is asked, and no check speaks of it."""
    chosen = settings.generation
    is_used = chosen.provider != "local"
    return GeminiOptions(
        api_key=_secret(settings.gemini_api_key) if is_used else "",
        picture_api_key=_secret(settings.nanobanana_api_key) if is_used else "",
        base_url=settings.google_gemini_base_url,
        text_model=settings.gemini_model,
        picture_model=chosen.picture_model,
        timeout_seconds=settings.gemini_timeout_seconds,
        picture_timeout_seconds=chosen.picture_timeout_seconds,
        max_retries=settings.gemini_max_retries,
        max_in_flight=chosen.max_in_flight,
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value().strip() if value is not None else ""


def _budgets(settings: Settings) -> Budgets:
    chosen = settings.generation
    return Budgets(everybody=round(chosen.daily_budget_usd * MICROS), each=round(chosen.user_daily_budget_usd * MICROS))


def open_keyring(settings: Settings) -> Keyring:
    """The master keys: from the environment, a command, or the key file, in this order."""
    if settings.key.value is not None:
        return Keyring(sources.from_base64(settings.key.value.get_secret_value(), where="EVOKE_KEY__VALUE"))
    if settings.key.command:
        return Keyring(sources.from_command(shlex.split(settings.key.command)))
    return sources.load_keyring(key_file(settings))


def _key_reload(settings: Settings) -> Callable[[], Keyring] | None:
    """A master key in a file may be rotated while a process runs; the other sources are read at the start alone."""
    if settings.key.value is not None or settings.key.command:
        return None
    return lambda: sources.load_keyring(key_file(settings), create=False)


def key_file(settings: Settings) -> Path:
    return settings.key.file or settings.config_dir / "master.key"


def _token_secret(settings: Settings) -> bytes:
    if settings.jwt_secret_key is not None:
        return settings.jwt_secret_key.get_secret_value().encode()
    return sources.load_or_create(settings.config_dir / "jwt.key").reveal()


def _read_url(settings: Settings) -> str | None:
    return settings.database_read_url.get_secret_value() if settings.database_read_url else None


def _pool(settings: Settings, name: str) -> PoolOptions:
    return PoolOptions(
        size=settings.database.pool_size,
        overflow=settings.database.pool_overflow,
        statement_timeout=settings.database.statement_timeout_seconds,
        application_name=name,
    )


def _library(
    settings: Settings, blobs: BlobStore, keys: account_service.OwnerKeys, signer: urls.Signer, clock: Clock
) -> library.Library:
    return library.Library(
        blobs=blobs,
        keys=keys,
        signer=signer,
        options=library.Options(
            encrypt=settings.storage.encrypt,
            max_upload_bytes=settings.storage.max_upload_bytes,
            quota_bytes=settings.storage.quota_bytes,
            trash_days=settings.storage.trash_days,
        ),
        clock=clock,
    )
