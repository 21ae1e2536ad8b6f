"""Why a picture or a video could not be read. The codes are kept with the photo and shown to its owner."""

from evoke.kit import errors


class PictureUnreadable(errors.EvokeError):
    """The file is kept as it is, but no picture of it can be shown."""

    status = 422
    code = "UNDECODABLE"
    default_message = "This file cannot be read as a picture."


class Truncated(PictureUnreadable):
    code = "TRUNCATED"
    default_message = "The file ends before its picture does; it was probably not copied whole."


class Undecodable(PictureUnreadable):
    """Damaged, or not what its first bytes say."""


class TooManyPixels(PictureUnreadable):
    code = "TOO_MANY_PIXELS"
    default_message = "The picture is larger than this installation decodes."


class Unsupported(PictureUnreadable):
    code = "UNSUPPORTED"
    default_message = "This kind of file cannot be shown as a picture."


class VideoUnsupported(PictureUnreadable):
    """Videos need the optional package `av`."""

    code = "VIDEO_UNSUPPORTED"
    default_message = "Videos cannot be read here: install the extra `video` (the package `av`)."


class VideoUnreadable(PictureUnreadable):
    code = "VIDEO_UNREADABLE"
    default_message = "This file cannot be read as a video."
