"""Looks at settings: what is in force, and names that nobody reads."""

import difflib
import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import BaseModel, SecretStr

from evoke.cli.doctor.findings import Finding, ok, warn
from evoke.platform.processes import SUPERVISED
from evoke.settings import Settings, describe

PREFIX = "EVOKE_"
HIDDEN = "(set, not shown)"
_TELLING = ("options", "password", "secret", "token")
"""A setting that may hold a secret though its type does not say so."""


def names() -> Finding:
    """Variables that look like ours and are read by nobody: a typing error would otherwise show in nothing."""
    known = {name for each in describe() for name in (each.name, *each.aliases)}
    # A whole group can be given as JSON.
    known |= {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | {SUPERVISED}
    given = {*os.environ, *_in_file()}
    unknown = sorted(name for name in given if name.upper().startswith(PREFIX) and name.upper() not in known)
    if not unknown:
        return ok("settings", "valid; no unknown EVOKE_ variables")
    hints = []
    for name in unknown:
        close = difflib.get_close_matches(name.upper(), known, n=1)
        hints.append(f"{name} (did you mean {close[0]}?)" if close else name)
    mend = "Correct or remove them; docs/configuration.md lists all there are."
    return warn("settings", f"Nobody reads: {', '.join(hints)}.", mend)


def _in_file() -> list[str]:
    file = Settings.model_config.get("env_file")
    return list(dotenv_values(file)) if isinstance(file, str) and Path(file).is_file() else []


def in_force(settings: Settings) -> dict[str, Any]:
    """Every setting by the name of its variable; secrets hidden."""
    found: dict[str, Any] = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            for inner in type(value).model_fields:
                found[f"{PREFIX}{name}__{inner}".upper()] = _shown(inner, getattr(value, inner))
        else:
            found[f"{PREFIX}{name}".upper()] = _shown(name, value)
    return found


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        return HIDDEN if value.get_secret_value() else ""
    if isinstance(value, dict):
        return dict.fromkeys(value, HIDDEN)
    if value and isinstance(value, str) and any(word in name for word in _TELLING):
        return HIDDEN
    return str(value) if isinstance(value, Path) else value
