"""What is the same for every step: its log, and that it ends with a result or a named error."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger

from fitbit_daily.errors import StateFromAnotherVersion, StepError, UnexpectedError
from fitbit_daily.state import VERSION, State

logger = Logger(service="fitbit-daily")


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
            _tell(error, state)
            raise
        except Exception as error:
            unexpected = UnexpectedError.of(error)
            _tell(unexpected, state)
            raise unexpected from error

    return handler


def _tell(error: StepError, state: State) -> None:
    error.date = state.get("date")
    logger.error(str(error), error=type(error).__name__)
