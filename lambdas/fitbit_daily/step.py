"""What is the same for every step: the state, its log, its end with a result or an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from fitbit_daily.errors import StateFromAnotherVersion, StepError, UnexpectedError
from fitbit_daily.log import logger

# What the steps hand on, each adding to it.
State = dict[str, Any]

# The shape of the state. An execution that waits, or is redriven, keeps its old definition and meets newer code:
# raise this when a step could misread what an older one wrote.
VERSION = 2

# From the deadline on: the last look, and all of Tweet's retries (a test adds them up).
TWEET_MAY_TAKE = timedelta(hours=12)


def step(work: Callable[[State], State]) -> Callable[[State, Any], State]:
    """A Lambda handler from a function of the state. Only the date and the execution are logged: no health data."""

    @wraps(work)
    def handler(state: State, context: Any) -> State:
        logger.append_keys(execution=state.get("execution"), date=state.get("date"))
        try:
            if state.get("version") != VERSION:
                raise StateFromAnotherVersion("This execution was begun by another version of fitbit-daily.")
            done = work(state)
            logger.info("done", step=work.__module__, date=done.get("date"))
            return done
        except StepError as error:
            _log(error, state)
            raise
        except Exception as error:
            unexpected = UnexpectedError.of(error)
            _log(unexpected, state)
            raise unexpected from error
        finally:
            logger.forget_keys()

    return handler


def _log(error: StepError, state: State) -> None:
    error.date = state.get("date")
    logger.error(str(error), error=type(error).__name__)
