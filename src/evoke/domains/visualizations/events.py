"""What happens to visualizations, published in the transaction that does it."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class VisualizationReady:
    """A picture is finished and is in its owner's library; `entry_id` is None for a feeling or a story."""

    owner_id: uuid.UUID
    visualization_id: uuid.UUID
    photo_id: uuid.UUID
    entry_id: uuid.UUID | None


@dataclass(frozen=True)
class VisualizationDeleted:
    """A visualization is gone, and its picture with it."""

    owner_id: uuid.UUID
    visualization_id: uuid.UUID
