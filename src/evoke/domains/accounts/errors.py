"""What can be wrong with an account, a password or a credential."""

from evoke.kit.errors import Conflict, Forbidden, Invalid, NotFound, ServiceUnavailable, Unauthorized


class EmailInvalid(Invalid):
    default_message = "This is not an e-mail address."


class NameInvalid(Invalid):
    default_message = "This name cannot be used."


class PasswordWeak(Invalid):
    default_message = "Choose a stronger password."


class EmailTaken(Conflict):
    default_message = "An account with this e-mail address is there already. Sign in instead."


class RegistrationClosed(Forbidden):
    default_message = "Registration is closed here. Ask an administrator for an account."


class CredentialsWrong(Unauthorized):
    """One message for an unknown e-mail address, a wrong password and an account that is switched off."""

    default_message = "The e-mail address or the password is not right."


class PasswordWrong(Invalid):
    """The old password, given to set a new one. Not a 401: whoever asks is signed in and stays so."""

    default_message = "The old password is not right."


class TokenInvalid(Unauthorized):
    default_message = "This token is not valid. Sign in again."


class TokenExpired(Unauthorized):
    default_message = "This token has expired. Refresh it or sign in again."


class SessionEnded(Unauthorized):
    default_message = "This session has ended. Sign in again."


class RefreshReused(Unauthorized):
    """A refresh token was used a second time: either the client or a thief has an old copy, so the session ends."""

    default_message = "This refresh token was used before. For safety its session was ended: sign in again."


class ScopeMissing(Forbidden):
    """`details.scope` names what the API key lacks."""

    default_message = "This API key does not allow this."


class SessionNotFound(NotFound):
    default_message = "There is no such session of yours."


class ApiKeyNotFound(NotFound):
    default_message = "There is no such API key of yours."


class AccountNotFound(NotFound):
    default_message = "There is no such account."


class AccountAmbiguous(Invalid):
    default_message = "There are several accounts. Say which one is meant."


class TooManyApiKeys(Conflict):
    default_message = "You have as many API keys as are allowed. Delete one that you no longer need."


class SignInBusy(ServiceUnavailable):
    default_message = "Too many people are signing in at this moment. Try again in a few seconds."
