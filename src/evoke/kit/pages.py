"""Cursors for lists that page by key."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson

from evoke.kit import errors

T = TypeVar("T")


def encode_cursor(values: Sequence[Any]) -> str:
    """An opaque, URL-safe cursor for the key of a row; datetimes and UUIDs are written as text."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).rstrip(b"=").decode()


def decode_cursor(cursor: str, *readers: Callable[[Any], Any]) -> list[Any]:
    """The values of `encode_cursor`, each passed through its reader. Raises Invalid for any other text."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(readers):
            raise ValueError("wrong shape")
        return [reader(value) for reader, value in zip(readers, values, strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error, OverflowError) as error:
        raise errors.Invalid(
            "This cursor is not one of ours. Start again without it.", field="cursor", reason="not a cursor"
        ) from error
