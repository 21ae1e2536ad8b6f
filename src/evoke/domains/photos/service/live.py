"""Live photos: a picture with the few seconds around it."""

import uuid

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import events, queries
from evoke.domains.photos.library import Library
from evoke.kit.errors import Invalid, NotFound
from evoke.platform.postgres.engine import WriteSession


async def link_live(
    session: WriteSession, library: Library, actor: Actor, photo_id: uuid.UUID, video_id: uuid.UUID
) -> bool:
    """Make the video a part of the picture: from then on it is shown with it and not on its own.

    Whether that is news; a picture that has another video keeps it. Raises NotFound, and Invalid when the two are
    not a picture and a video.
    """
    found = await queries.find_for_change(session, actor, [photo_id, video_id])
    photo, video = found.get(photo_id), found.get(video_id)
    if photo is None or video is None:
        raise NotFound("There is no such photo.")
    if photo.type != "image" or video.type != "video":
        raise Invalid("A live photo is a picture and a video.", field="video_id", reason="not a picture and a video")
    if photo.live_video_id is not None:
        return False
    photo.live_video_id = video.id
    video.hidden = True
    photo.updated_at = video.updated_at = library.clock()
    await session.flush()
    await session.publish(events.PhotosUpdated(actor.user_id, (photo.id, video.id)))
    return True
