"""What can be wrong with a photo or a request about one."""

from evoke.kit import errors


class UnsupportedMedia(errors.EvokeError):
    """By its content, whatever its name says, this is no picture and no video."""

    status = 400
    code = "UNSUPPORTED_MEDIA"
    default_message = (
        "This file is not a picture or a video that Evoke knows. "
        "JPEG, PNG, WebP, GIF, TIFF, HEIC, AVIF, JPEG XL, MP4, MOV, WebM and Matroska are."
    )


class QuotaExceeded(errors.EvokeError):
    status = 409
    code = "QUOTA_EXCEEDED"
    default_message = "Your library is full. Delete photos you don't need, empty the trash, or ask for more room."


class NotReady(errors.EvokeError):
    """The rendition that was asked for is not made yet, or could not be made."""

    status = 404
    code = "NOT_FOUND"
    default_message = "This picture has no preview yet. Ask again in a moment."


class FileMissing(errors.EvokeError):
    """The row is there, the blob is not: a damaged storage or a restore without it."""

    status = 404
    code = "FILE_MISSING"
    default_message = "The storage has lost this file. Bring it back from a backup, or upload the photo again."


class LinkExpired(errors.EvokeError):
    status = 403
    code = "FORBIDDEN"
    default_message = "This link is no longer valid. Fetch the photo again for a new one."


class RangeNotSatisfiable(errors.EvokeError):
    status = 416
    code = "RANGE_NOT_SATISFIABLE"
    default_message = "The file has no such bytes."

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Range": f"bytes */{self.details.get('size_bytes', 0)}"}
