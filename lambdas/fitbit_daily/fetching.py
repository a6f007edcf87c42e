"""What a look at the source does around its requests: the token in, what stops it out, and earlier days along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from typing import TypeVar

from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.sources import Source, source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import AccessToken, refusal
from fitbit_daily.domain.day import EARLIEST
from fitbit_daily.domain.ranges import days_of
from fitbit_daily.domain.sync import EARLIER_DAYS
from fitbit_daily.environment import FetchEnvironment
from fitbit_daily.errors import (
    AccessTokenExpired,
    AuthorizationLost,
    LookAgain,
    NeedsPerson,
    SourceRateLimited,
    StepError,
    UnexpectedError,
)
from fitbit_daily.log import logger
from fitbit_daily.step import State

_T = TypeVar("_T")


def look(work: Callable[[State], State]) -> Callable[[State], State]:
    """A step of a look at the source. Before the deadline, whatever may pass only leads to the next look.

    From the deadline on, and in a dry run at once, it is raised under its own class, which no Catch names.
    """

    @wraps(work)
    def looking(state: State) -> State:
        try:
            return work(state)
        except AccessTokenExpired:
            raise
        except StepError as error:
            stopped = error
        except Exception as error:
            stopped = UnexpectedError.of(error)
        if stopped.may_pass and not state["dry_run"] and utc_now() < datetime.fromisoformat(state["deadline"]):
            raise LookAgain(f"{type(stopped).__name__}: {stopped.what}") from stopped
        raise stopped

    return looking


@contextmanager
def reading() -> Iterator[tuple[Source, AccessToken]]:
    """The configured source, and the stored access token.

    Raises AccessTokenExpired, which leads back to Refresh token, where there is none or it has aged; a refusal of
    a fresh one remains AuthorizationLost.
    """
    environment = FetchEnvironment.read()
    token = AccessTokenParameter(environment.access_token_parameter).read()
    if token is None:
        raise AccessTokenExpired("There is no access token.")
    try:
        yield source(environment.source), token
    except AuthorizationLost as lost:
        raise refusal(token, utc_now(), lost) from lost


def with_earlier(
    read: Callable[[AccessToken, date, date], Mapping[date, _T]], token: AccessToken, day: date, *, without: _T
) -> tuple[_T, dict[date, _T]]:
    """A day, and those before it, read in the same calls; `without` stands for a day that the source has nothing of.

    Where that fails, it may be for the sake of the earlier days: the day is read alone then, and nothing is said of
    them. They have their turn tomorrow.
    """
    first = max(day - EARLIER_DAYS, EARLIEST)
    try:
        found = read(token, first, day)
    except (AccessTokenExpired, NeedsPerson, SourceRateLimited):
        raise
    except Exception:
        logger.warning("read without the days before")
        first, found = day, read(token, day, day)
    days = {each: found.get(each, without) for each in days_of(first, day)}
    return days.pop(day), days
