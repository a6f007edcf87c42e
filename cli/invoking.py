"""Invoking the function Backfill, and what its errors ask of a person who is waiting for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.config import Config

from cli.errors import one_sentence
from cli.target import Target
from fitbit_daily.domain.backfill import LONGEST_INVOCATION
from fitbit_daily.errors import (
    INTERRUPTIONS,
    AccessTokenExpired,
    Retryable,
    SourceRateLimited,
    Told,
    all_errors,
    told,
)

# An invocation is waited for, however long it takes: one that is given up goes on all the same.
_CONFIG = Config(
    connect_timeout=4,
    read_timeout=int(LONGEST_INVOCATION.total_seconds()) + 15,
    retries={"mode": "standard", "total_max_attempts": 3},
)

# Where AWS ended an invocation itself, whatever was done by then is done.
_RETRYABLE = {*INTERRUPTIONS} | {error.__name__ for error in all_errors() if issubclass(error, Retryable)}

# In seconds, after the first failure in a row, the second, …; then it is given up.
_WAITS = (5, 20, 60, 180)
_LONGEST_WAIT = 900


@dataclass(frozen=True)
class Failure:
    """An error by its name, and what it told."""

    error: str
    told: Told

    @property
    def is_old_token(self) -> bool:
        return self.error == AccessTokenExpired.__name__

    @property
    def is_rate_limit(self) -> bool:
        return self.error == SourceRateLimited.__name__

    def wait(self, *, times: int, source: str, now: datetime) -> int | None:
        """How many seconds to wait after so many failures in a row; None where waiting does not help."""
        if self.is_rate_limit:
            return _until_more_calls(times, source, now)
        if (self.error in _RETRYABLE or self.is_old_token) and times <= len(_WAITS):
            return 0 if self.is_old_token and times == 1 else _WAITS[times - 1]
        return None


def invoke(target: Target, function: str, payload: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
    """The function's answer, or how it failed."""
    with one_sentence():
        answer = client(target).invoke(FunctionName=function, Payload=json.dumps(payload).encode())
    said = json.loads(answer["Payload"].read())
    if "FunctionError" not in answer:
        done: Mapping[str, Any] = said
        return done
    return Failure(str(said.get("errorType", "")), told(str(said.get("errorMessage", ""))))


def client(target: Target) -> Any:
    """With the patience that the commands' other clients do not have."""
    return target.session.client("lambda", config=_CONFIG)


def _until_more_calls(times: int, source: str, now: datetime) -> int:
    """Google counts by the minute, but does not say when it begins; Fitbit until the top of the hour."""
    if source != "fitbit":
        return int(min(60 * 2 ** (times - 1), _LONGEST_WAIT))
    top = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return int((top - now).total_seconds()) + 60
