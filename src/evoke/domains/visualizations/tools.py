"""What the use cases of visualizations work with. Made once by the composition root."""

from dataclasses import dataclass, field

from evoke.domains.accounts.service import OwnerKeys
from evoke.domains.journal.tools import Tools as JournalTools
from evoke.domains.photos.library import Library
from evoke.kit.time import Clock, utc_now
from evoke.platform.generation.ports import Artist
from evoke.platform.generation.switch import Generators


@dataclass(frozen=True)
class Options:
    """Seconds and counts are what the names say.

    A person waits 60 seconds for a feeling and 90 for a story: answers come before that. `is_configured` is False when
    Gemini alone may draw and has no key. `job_seconds` bounds one attempt to draw an entry.
    """

    feeling_seconds: float = 55
    story_seconds: float = 85
    job_seconds: float = 300
    max_in_flight: int = 10
    max_streams: int = 10
    progress_seconds: float = 1.0
    is_configured: bool = True


@dataclass(frozen=True)
class Tools:
    """`generators` may be another machine; `nearby` draws on this one and is asked where nothing may leave it."""

    keys: OwnerKeys
    library: Library
    journal: JournalTools
    generators: Generators
    nearby: Artist
    options: Options = field(default_factory=Options)
    clock: Clock = utc_now
