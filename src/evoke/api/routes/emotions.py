"""The emotions that an entry can have."""

from evoke.api.envelope import Envelope, ok
from evoke.api.routing import router_of
from evoke.domains.journal import schemas
from evoke.domains.journal.emotions import CATALOG

router = router_of("/emotions", "journal")


@router.get("")
async def list_emotions() -> Envelope[schemas.EmotionCatalog]:
    """All of them, with a colour and an icon each. Needs no account."""
    return ok(schemas.EmotionCatalog(emotions=[schemas.EmotionDescription.model_validate(each) for each in CATALOG]))
