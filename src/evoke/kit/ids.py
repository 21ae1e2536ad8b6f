"""Identifiers."""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): ordered by time, so that index pages fill from one end."""
    return uuid_utils.compat.uuid7()
