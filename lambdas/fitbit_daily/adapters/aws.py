"""AWS clients with time-outs that fit a short function, and AWS's failures as this program's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from fitbit_daily.errors import AwsUnavailable

# boto3's own quick retries only bridge a moment; the state machine does the waiting.
_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})

# Waiting does not change these answers: the adapter that asked knows what they mean, or the stack has a bug.
_PERMANENT = {
    "AccessDenied",
    "AccessDeniedException",
    "ConditionalCheckFailedException",
    "ExecutionAlreadyExists",
    "ExecutionDoesNotExist",
    "InvalidParameterException",
    "InvalidRequestException",
    "ParameterNotFound",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
    "ValidationException",
}


@cache
def client(service: str) -> Any:
    return session().create_client(service, config=_CONFIG)


@cache
def session() -> Any:
    """botocore's, which is what boto3 wraps: importing boto3 as well takes a tenth more of every cold start."""
    return botocore.session.get_session()


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def failures(doing: str) -> Iterator[None]:
    """Turns AWS's passing failures into AwsUnavailable; `doing` completes "AWS failed while …"."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in _PERMANENT:
            raise
        raise AwsUnavailable(f"AWS failed while {doing}: {error_code(error)}.") from error
    except ParamValidationError:
        # Nothing was asked: the request itself is faulty.
        raise
    except BotoCoreError as error:
        raise AwsUnavailable(f"AWS failed while {doing}: {type(error).__name__}.") from error
