"""AWS's and the network's failures as one sentence each, with what to type next; and never a traceback."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004
    CredentialRetrievalError,
    HTTPClientError,
    InvalidRegionError,
    LoginError,
    LoginInsufficientPermissions,
    MissingDependencyException,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from fitbit_daily.errors import StepError, UnexpectedError

DEBUG = "FITBIT_DAILY_DEBUG"

# https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
_NO_LOGIN = (
    "Log in first. Type: aws login (AWS CLI 2.32 or newer); "
    "or, with IAM Identity Center, once: aws configure sso; and later: aws sso login"
)
_EXPIRED = "Your AWS session has expired.", _NO_LOGIN
_UNKNOWN = "AWS does not know these credentials, or the region is not enabled for your account.", _NO_LOGIN
_REFUSED = "AWS does not accept these credentials.", _NO_LOGIN
_CHOOSE = "Type, for example: export AWS_REGION=ap-northeast-1"
_NOT_ALLOWED = "Your AWS login may not do this: {message}", ""
_SLOWER = "AWS wants fewer calls ({code}).", "Wait a minute, then type it again."
_NO_EXECUTION = (
    "AWS knows no such execution; it forgets them after 90 days.",
    "To see those that there are: ./daily status",
)

# What happened, and what to do about it.
_BY_CODE: Mapping[str, tuple[str, str]] = {
    "AccessDenied": _NOT_ALLOWED,
    "AccessDeniedException": _NOT_ALLOWED,
    "AuthorizationError": _NOT_ALLOWED,
    "UnauthorizedOperation": _NOT_ALLOWED,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "InvalidClientTokenId": _UNKNOWN,
    "UnrecognizedClientException": _UNKNOWN,
    "AuthFailure": _UNKNOWN,
    "IncompleteSignature": _REFUSED,
    "InvalidSignatureException": _REFUSED,
    "SignatureDoesNotMatch": _REFUSED,
    "RequestTimeTooSkewed": ("The clock of this machine is wrong, and AWS refuses the request.", "Set it right."),
    "OptInRequired": ("This AWS account or region is not enabled yet: {message}", ""),
    "Throttling": _SLOWER,
    "ThrottlingException": _SLOWER,
    "TooManyRequestsException": _SLOWER,
    "StateMachineDoesNotExist": (
        "There is no such state machine.",
        (
            "Your terminal may still have an address of a local stack that has ended. "
            "For the local stack that is up now: source .local/env; for AWS, open a new terminal."
        ),
    ),
    "ExecutionDoesNotExist": _NO_EXECUTION,
    "InvalidArn": _NO_EXECUTION,
    "ResourceNotFoundException": (
        "AWS does not find it: {message}.",
        "If your terminal still has the addresses of an earlier local stack: source .local/env",
    ),
}


# The first that fits counts.
_BY_KIND: tuple[tuple[type[BotoCoreError] | tuple[type[BotoCoreError], ...], tuple[str, str]], ...] = (
    (NoCredentialsError, ("No AWS credentials were found.", _NO_LOGIN)),
    (PartialCredentialsError, ("The AWS credentials are not complete: {error}.", _NO_LOGIN)),
    (
        LoginInsufficientPermissions,
        (
            "AWS does not let your identity log in from the command line.",
            (
                "Whoever administers the account attaches the policy SignInLocalDevelopmentAccess to it. "
                "Then type: aws login"
            ),
        ),
    ),
    (LoginError, ("There is no AWS login session, or it has expired.", _NO_LOGIN)),
    # What `aws login` stores needs the crt extra, which make setup installs: only this switches it off.
    (
        MissingDependencyException,
        (
            "This way of logging in to AWS needs its common runtime.",
            "Type: make setup; unset BOTO_DISABLE_CRT",
        ),
    ),
    (
        (SSOError, TokenRetrievalError, NoAuthTokenError, CredentialRetrievalError),
        ("Your AWS session has expired, or cannot be renewed: {error}.", _NO_LOGIN),
    ),
    (NoRegionError, ("No AWS region is chosen.", _CHOOSE)),
    (InvalidRegionError, ("There is no such AWS region: {error}.", _CHOOSE)),
    (ProfileNotFound, ("{error}.", "The profiles that there are: aws configure list-profiles")),
)


class CliError(click.ClickException):
    """Something went wrong that the person can read about: what, and what to do about it; exit code 1."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy


def unforeseen(error: Exception) -> CliError:
    """Tells where, but not what the exception says: its text may quote a health value or a token."""
    _debug()
    return CliError(
        UnexpectedError.of(error).what,
        "This is a bug in fitbit-daily: please report it with this text and with what you typed. "
        f"To see more of it, type the same again after: export {DEBUG}=1",
    )


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turns AWS's exceptions, and those that the program's own adapters make of them, into a CliError."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        _debug()
        raise CliError(*_told(error)) from error
    except StepError as error:
        _debug()
        cause = error.__cause__
        if isinstance(cause, ClientError | BotoCoreError):
            raise CliError(*_told(cause)) from error
        raise CliError(error.what, error.remedy) from error


def aws_wants_a_person(error: StepError) -> bool:
    """Is it AWS that refuses, and goes on doing so until the person has done something, such as logging in?"""
    cause = error.__cause__
    if isinstance(cause, ClientError):
        return _BY_CODE.get(cause.response["Error"].get("Code", ""), _SLOWER) != _SLOWER
    return isinstance(cause, BotoCoreError) and not isinstance(cause, ConnectionError | HTTPClientError)


def _told(error: ClientError | BotoCoreError) -> tuple[str, str]:
    """What happened, and what to do about it."""
    if isinstance(error, ClientError):
        code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
        # A web page is what stands between us and AWS, and no sentence.
        message = "no reason given." if "<" in message else message
        what, remedy = _BY_CODE.get(code, ("AWS refuses ({code}): {message}", ""))
        return what.format(code=code, message=message), remedy
    if isinstance(error, ConnectionError | HTTPClientError):
        return _unreachable(error)
    for kinds, (what, remedy) in _BY_KIND:
        if isinstance(error, kinds):
            return what.format(error=str(error).rstrip(".")), remedy
    return f"AWS's library gives up: {error}", ""


def _unreachable(error: BotoCoreError) -> tuple[str, str]:
    local = os.environ.get("AWS_ENDPOINT_URL")
    if local:
        return (
            f"The local stack at {local} does not answer.",
            "Start it with: python -m local up; then type: source .local/env; for AWS instead, open a new terminal.",
        )
    where = error.kwargs.get("endpoint_url", "its address")
    return (
        f"AWS could not be reached at {where}.",
        "Is this machine online, and is the region right? To see it: aws configure list",
    )


def _debug() -> None:
    if os.environ.get(DEBUG) == "1":
        traceback.print_exc()
