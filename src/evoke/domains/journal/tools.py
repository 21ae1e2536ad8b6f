"""What the use cases of the journal work with. Made once by the composition root."""

from dataclasses import dataclass, field

from evoke.domains.accounts.service import OwnerKeys
from evoke.kit.time import Clock, utc_now
from evoke.platform.generation.ports import Analyst


@dataclass(frozen=True)
class Options:
    time_zone: str = "UTC"
    """IANA name, for who never said where they are."""
    answer_seconds: float = 55
    """How long a step of a conversation may take; the journal app waits for 60."""


@dataclass(frozen=True)
class Tools:
    keys: OwnerKeys
    analyst: Analyst
    options: Options = field(default_factory=Options)
    clock: Clock = utc_now
