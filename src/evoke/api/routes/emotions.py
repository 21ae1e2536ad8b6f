"""The emotions that an entry can have."""

from fastapi import APIRouter

from evoke.api.envelope import Envelope, ok
from evoke.api.routing import StrictRoute
from evoke.domains.journal import schemas
from evoke.domains.journal.emotions import CATALOG

router = APIRouter(prefix="/emotions", tags=["journal"], route_class=StrictRoute)


@router.get("")
async def list_emotions() -> Envelope[schemas.EmotionCatalog]:
    """All of them, with a colour and an icon each. Needs no account."""
    return ok(schemas.EmotionCatalog(emotions=[schemas.EmotionDescription.model_validate(each) for each in CATALOG]))
