"""What can be wrong with a journal or a request about one."""

from evoke.kit import errors


class EntryNotFound(errors.NotFound):
    default_message = "There is no such entry."


class IntakeNotFound(errors.NotFound):
    default_message = "There is no such conversation."


class OptionUnknown(errors.Invalid):
    """The option is none of those that the conversation offers now."""

    default_message = "This is none of the answers to choose from. Choose one of the scenarios' options."


class IntakeFinished(errors.Conflict):
    default_message = "This conversation is finished. Begin a new one."


class IntakeTooShort(errors.Conflict):
    default_message = "Answer at least one question first."


class IntakeMoved(errors.Conflict):
    """Two requests went on with the same conversation; the other one was faster."""

    default_message = "This conversation went on in the meantime. Fetch it and go on from there."


class NotReadable(errors.Invalid):
    """A file to import that is no JSON list and no CSV."""

    default_message = "This is not a journal that can be read. Send a JSON list or CSV, as the export gives them."


class TooManyRows(errors.Invalid):
    default_message = "This is too much for one import. Send it in parts."
