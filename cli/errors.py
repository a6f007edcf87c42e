"""AWS's and the network's failures as one sentence each, with what to type next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ProfileNotFound

_NO_LOGIN = "Log in first, for example: aws sso login, or: aws configure"

_BY_CODE = {
    "AccessDenied": "Your AWS login may not do this: {message}",
    "AccessDeniedException": "Your AWS login may not do this: {message}",
    "ExpiredToken": f"Your AWS session has expired. {_NO_LOGIN}",
    "ExpiredTokenException": f"Your AWS session has expired. {_NO_LOGIN}",
    "InvalidClientTokenId": f"AWS does not know these credentials. {_NO_LOGIN}",
    "UnrecognizedClientException": f"AWS does not know these credentials. {_NO_LOGIN}",
    "SignatureDoesNotMatch": f"AWS does not accept these credentials. {_NO_LOGIN}",
}


class CliError(click.ClickException):
    """Something went wrong that the person can read about in one sentence; exit code 1."""


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turns AWS's exceptions into a CliError."""
    try:
        yield
    except ClientError as error:
        code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
        raise CliError(
            _BY_CODE.get(code, "AWS refuses ({code}): {message}").format(code=code, message=message)
        ) from error
    except NoCredentialsError as error:
        raise CliError(f"No AWS credentials were found. {_NO_LOGIN}") from error
    except NoRegionError as error:
        raise CliError("No AWS region is chosen. Type, for example: export AWS_REGION=ap-northeast-1") from error
    except ProfileNotFound as error:
        raise CliError(f"{error}. The profiles that there are: aws configure list-profiles") from error
    except BotoCoreError as error:
        raise CliError(f"AWS could not be reached: {error}") from error
