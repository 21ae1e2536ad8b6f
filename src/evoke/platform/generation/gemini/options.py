"""What can be set about Gemini."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evoke.platform.generation.gemini.pricing import Price


@dataclass(frozen=True)
class GeminiOptions:
    """Empty keys are no keys. Seconds and micros (millionths of a US dollar) are what the names say.

    `max_retries` counts further attempts after the first; `max_in_flight` is for text and pictures each.
    `pause_seconds` is the first pause between attempts where the service names none; each further one is twice as long.
    """

    api_key: str = field(default="", repr=False)
    picture_api_key: str = field(default="", repr=False)
    base_url: str = ""
    text_model: str = "gemini-3.8-flash"
    picture_model: str = "gemini-3-pro-image"
    timeout_seconds: float = 60
    picture_timeout_seconds: float = 180
    max_retries: int = 2
    max_in_flight: int = 16
    max_waiting: int = 64
    waiting_seconds: float = 10
    pause_seconds: float = 1
    breaker_failures: int = 5
    breaker_pause_seconds: float = 30
    check_timeout_seconds: float = 5
    check_every_seconds: float = 60
    prices: Mapping[str, Price] = field(default_factory=dict)
    """Prices of models that `pricing.KNOWN` does not have, or has wrong."""

    @property
    def key_for_pictures(self) -> str:
        """Pictures may go on another account; without one they go with the texts."""
        return self.picture_api_key or self.api_key
