"""What can go wrong with keys and with what they protect. No message ever holds a key or a plaintext."""

from evoke.kit.errors import EvokeError, Invalid, Misconfigured


class WrongKey(EvokeError):
    """The data was made with another key; `details` has `needed` and `given` key ids where they are known."""

    code = "WRONG_KEY"
    default_message = (
        "This was encrypted with another key. Bring back the master key that was in use then "
        "(`evoke key check` says which one is needed)."
    )


class BlobCorrupt(EvokeError):
    """The bytes in storage are not the bytes that were written: cut, damaged, reordered or exchanged."""

    code = "BLOB_CORRUPT"
    default_message = "The stored file is damaged. Bring it back from a backup or upload it again."


class TextCorrupt(EvokeError):
    """An encrypted text was changed, or belongs to another record than the one it was read from."""

    code = "TEXT_CORRUPT"
    default_message = "The stored text is damaged or belongs to another record. Bring it back from a backup."


class KeyUnusable(Misconfigured):
    """The master key cannot be had from where the settings say; the message names the way to mend it."""

    code = "KEY_UNUSABLE"


class BackupInvalid(Invalid):
    """The text is no backup of a master key, or was changed."""

    code = "KEY_BACKUP_INVALID"


class WrongPassphrase(BackupInvalid):
    """Also what a damaged ciphertext looks like: an authenticated cipher cannot tell the two apart."""

    code = "WRONG_PASSPHRASE"
    default_message = "The passphrase does not open this backup."
