"""From one setting to a store: a folder, `memory:`, or the URL of a bucket."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import MemoryStore, from_url

from evoke.kit.errors import Misconfigured
from evoke.platform.blobs.local import LocalBackend
from evoke.platform.blobs.objects import ObjectBackend
from evoke.platform.blobs.store import BlobStore

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

_SCHEMES: Final = ("s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss")
# A person waits for some of these requests: obstore's own limits (10 tries, 3 minutes) are for batch work.
_RETRY: "RetryConfig" = {"max_retries": 4, "retry_timeout": timedelta(seconds=20)}


def open_store(
    location: str,
    *,
    scratch_folder: Path | None = None,
    options: Mapping[str, str] | None = None,
    durable: bool = True,
) -> BlobStore:
    """The store at `location`: a path or `file:///…`, `memory:`, or `s3://`, `gs://`, `az://` with bucket and prefix.

    `options` are those of obstore for the service, such as `endpoint`, `region`, `access_key_id`, `secret_access_key`
    for S3; what is not given comes from the usual environment variables of the service. `scratch_folder` receives
    uploads in progress; a local folder has its own (`tmp` in it). Nothing is contacted yet. Misconfigured when the
    setting cannot be understood.
    """
    scheme = urlsplit(location).scheme if ":" in location else ""
    threads = ThreadPoolExecutor(max_workers=4 + 2 * (os.cpu_count() or 1), thread_name_prefix="blobs")
    if scheme in ("", "file"):
        local = LocalBackend(_folder(location, scheme), threads, durable=durable)
        return BlobStore(local, local.scratch, threads)
    if scratch_folder is None:
        raise Misconfigured(f"A library at {scheme}: needs a local folder for uploads in progress.")
    backend = ObjectBackend(_object_store(location, scheme, options or {}), threads)
    return BlobStore(backend, scratch_folder, threads)


def _folder(location: str, scheme: str) -> Path:
    if not scheme:
        return Path(location).absolute()
    url = urlsplit(location)
    if url.netloc or not url.path.startswith("/"):
        raise Misconfigured(f"{location} is not a folder: write a path, or file:///path.")
    return Path(unquote(url.path))


def _object_store(location: str, scheme: str, options: Mapping[str, str]) -> "ObjectStore":
    if scheme == "memory":
        return MemoryStore()
    if scheme not in _SCHEMES:
        raise Misconfigured(f"{scheme}: is no place for a library. Write a path, or one of s3://, gs://, az://.")
    settings: dict[str, Any] = {"config": dict(options)}
    if options.get("endpoint", "").startswith("http://"):
        settings["client_options"] = {"allow_http": True}
    try:
        return from_url(location, retry_config=_RETRY, **settings)
    except (BaseError, ValueError, TypeError) as error:
        raise Misconfigured(f"The storage {scheme}:// cannot be used as configured: {error}") from error
