"""Days of the past, read from the source and kept in the history: one range of them, and the patience that it takes."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.aws import Deployed
from cli.errors import aws_wants_a_person
from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.adapters.sources import Source, source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import AccessToken, ensure_access_token, refusal
from fitbit_daily.domain.backfill import Chunk, differs, may_be_unsynced
from fitbit_daily.domain.history import DayRecord, merge, records_of
from fitbit_daily.errors import (
    AccessTokenExpired,
    AuthorizationLost,
    Retryable,
    SourceRateLimited,
    StepError,
    UnexpectedError,
)

# In seconds, after the first failure in a row, the second, …; then it is given up.
_WAITS = (5, 20, 60, 180)
_LONGEST_WAIT = 900


@dataclass(frozen=True)
class PastDays:
    """What is deployed, as Refresh token and the steps that fetch and keep would use it."""

    deployed: Deployed
    source_name: str
    history: HistoryTable

    def keep(self, chunk: Chunk, *, refused: bool) -> list[DayRecord]:
        """What is kept of each of these days, now that they were read. Safe to repeat, and to cut off anywhere.

        refused   the stored access token was turned down

        Raises StepError where the source or AWS fails, as a step does.
        """
        try:
            return self._keep(chunk, refused)
        except (StepError, ClientError, BotoCoreError):
            raise
        except Exception as error:
            raise UnexpectedError.of(error) from error

    def _keep(self, chunk: Chunk, refused: bool) -> list[DayRecord]:
        now = utc_now()
        api, token = self._authorised(refused, now)
        try:
            read = list(self._read(api, token, chunk, now))
        except AuthorizationLost as lost:
            raise refusal(token, utc_now(), lost) from lost
        stored = self.history.read(*chunk)
        kept = [merge(stored.get(record.date), record) for record in read]
        for record in kept:
            if differs(record, stored.get(record.date)):
                self.history.write(record)
        return kept

    def _authorised(self, refused: bool, now: datetime) -> tuple[Source, AccessToken]:
        """The source, and an access token that it should take; as Refresh token makes sure of it."""
        api = source(self.source_name)
        tokens = AccessTokenParameter(self.deployed.settings["ACCESS_TOKEN_PARAMETER"])
        secret = SourceSecret(self.deployed.target.named("SourceSecretArn"), self.source_name)
        with _uninterrupted():
            ensure_access_token(source=api, credentials_store=secret, token_store=tokens, refused=refused, now=now)
        token = tokens.read()
        if token is None:
            raise AccessTokenExpired("There is no access token.")
        return api, token

    def _read(self, api: Source, token: AccessToken, chunk: Chunk, now: datetime) -> Iterator[DayRecord]:
        (first, last), calendar = chunk, self.deployed.calendar
        synced_until = None
        # First, as Fetch activity does it: stale numbers must not be taken for complete ones.
        if may_be_unsynced(last, calendar=calendar, now=now):
            synced_until = api.synced_until(token, day_ends_at=calendar.ends_at(last), now=now).until
        return records_of(
            calendar.days(first, last),
            api.activities(token, first, last),
            api.sleeps(token, first, last, now=now),
            synced_until=synced_until,
            calendar=calendar,
            source=self.source_name,
            now=now,
        )


@dataclass
class Patience:
    """With the failures of one range: of calls that were too many, and of all others."""

    source_name: str
    _failures: Counter[bool] = field(default_factory=Counter)

    def after(self, error: StepError, now: datetime) -> int | None:
        """How many seconds to wait after one more failure; None where waiting does not help."""
        is_rate_limit = isinstance(error, SourceRateLimited)
        self._failures[is_rate_limit] += 1
        times = self._failures[is_rate_limit]
        if is_rate_limit:
            return self._until_more_calls(times, now)
        passes = isinstance(error, Retryable | AccessTokenExpired) and not aws_wants_a_person(error)
        if not passes or times > len(_WAITS):
            return None
        return 0 if isinstance(error, AccessTokenExpired) and times == 1 else _WAITS[times - 1]

    def _until_more_calls(self, times: int, now: datetime) -> int:
        """Google counts by the minute, but does not say when it begins; Fitbit until the top of the hour."""
        if self.source_name != "fitbit":
            return int(min(60 * 2 ** (times - 1), _LONGEST_WAIT))
        top = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return int((top - now).total_seconds()) + 60


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits for the end: the source forgets a refresh token before its successor is stored."""
    pressed: list[Any] = []
    before = signal.signal(signal.SIGINT, lambda *given: pressed.append(given))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            raise KeyboardInterrupt
