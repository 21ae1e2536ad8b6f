"""A row of `visualizations` as the API shows it."""

from datetime import datetime
from typing import Any, cast

from evoke.domains.journal.schemas import Support
from evoke.domains.photos.urls import Signer
from evoke.domains.visualizations import pace, schemas
from evoke.domains.visualizations.words import Words


def present(
    row: Any,
    words: Words | None,
    signer: Signer,
    *,
    origin: str,
    now: datetime,
    support: Support | None = None,
) -> schemas.Shown:
    """`row` has COLUMNS and `rendition`. `origin` (https://host) goes before addresses that have none: the client
    opens them as they are. `support` is shown where the words are gentle."""
    about: dict[str, Any] = {
        "id": row.id,
        "entry_id": row.entry_id,
        "kind": row.kind,
        "style": row.style,
        "created_at": row.created_at,
    }
    if row.status == "completed" and row.photo_id is not None and words is not None:
        image, thumbnail = addresses(row, signer, origin)
        return schemas.Completed(
            **about,
            status="completed",
            image_url=image,
            thumbnail_url=thumbnail,
            summary=words.summary,
            insights=list(words.insights),
            visual_elements=[
                schemas.Palette(type="color_palette", values=list(words.palette)),
                *(schemas.Shape(type="shape", description=shape) for shape in words.shapes),
            ],
            completed_at=row.completed_at,
            generated_by=row.generated_by,
            photo_id=row.photo_id,
            feelings=row.feelings,
            support=support if words.is_gentle else None,
        )
    if row.status == "failed":
        return schemas.Failed(
            **about,
            status="failed",
            error_message=row.error_message or "",
            retry_allowed=row.retry_allowed,
            error_code=row.error_code or "VISUALIZATION_ERROR",
        )
    return schemas.InProgress(
        **about,
        status=cast(Any, row.status),
        progress=row.progress,
        message=row.message,
        estimated_time_remaining_seconds=pace.remaining_seconds(row.expected_seconds, row.started_at, now),
    )


def addresses(row: Any, signer: Signer, origin: str) -> tuple[str, str]:
    """Of the picture and its thumbnail; until that is made, the picture itself stands in for it."""
    urls = signer.urls(row.owner_id, row.photo_id, row.rendition)
    image = urls["original"]
    small = urls["thumbnail"] if row.rendition else image
    return tuple(f"{origin}{url}" if url.startswith("/") else url for url in (image, small))  # type: ignore[return-value]  # two of them
