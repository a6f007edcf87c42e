"""The closed set of errors: each is retried, needs a person or is a bug, and says what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fitbit_daily import errors
from fitbit_daily.domain import ledger
from fitbit_daily.errors import (
    AccessTokenExpired,
    Bug,
    InvalidInput,
    NeedsPerson,
    PostInProgress,
    PostOutcomeUnknown,
    Retry,
    Retryable,
    SourceRateLimited,
    SourceUnavailable,
    StepError,
    UnexpectedError,
    XRateLimited,
    all_errors,
    authorize,
)

RETRYABLE = [error for error in all_errors() if issubclass(error, Retryable)]
names = [error.__name__ for error in all_errors()]


@pytest.mark.parametrize("error", all_errors())
def test_every_error_is_of_exactly_one_sort(error: type[StepError]) -> None:
    sorts = [sort for sort in (AccessTokenExpired, Retryable, NeedsPerson, Bug) if issubclass(error, sort)]
    assert len(sorts) == 1
    assert isinstance(getattr(error, "retry", None), Retry) is (sorts == [Retryable])


def test_the_set_is_the_one_that_the_modules_docstring_draws() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    groups = {"Retryable", "NeedsPerson", "Bug"}
    assert sorted(drawn) == sorted({*names, *groups})
    defined = [name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, StepError)]
    assert sorted(defined) == sorted({*drawn, "StepError"})


def test_names_are_unique_and_no_name_of_step_functions_own() -> None:
    assert len(set(names)) == len(names) >= 17
    assert not any("." in name or name.startswith("States") for name in names)


def test_what_the_design_asks_for_is_there() -> None:
    asked = (
        "InvalidInput AccessTokenExpired AuthorizationLost AccessNotGranted SourceUnavailable SourceRateLimited "
        "XRateLimited XUnavailable PostOutcomeUnknown XOutOfCredits PostRejected SecretNotFilledIn "
        "StateFromAnotherVersion UnexpectedError"
    )
    assert set(asked.split()) <= set(names)


# What an error says


@pytest.mark.parametrize("error", all_errors())
def test_an_error_says_what_happened_and_then_what_to_do(error: type[StepError]) -> None:
    raised = error("It happened.")
    raised.date = "2021-05-23"
    said = str(raised)
    assert said.startswith("It happened. ")
    assert said.removeprefix("It happened. ").strip()
    assert raised.what == "It happened." and raised.args == ("It happened.",)
    assert "{" not in said and "}" not in said
    if error is not AccessTokenExpired:
        assert "./daily" in said


@pytest.mark.parametrize("error", all_errors())
def test_the_remedy_names_the_day_where_it_is_known_and_its_form_where_it_is_not(error: type[StepError]) -> None:
    raised = error("It happened.", "Type: ./daily run --date {date}, yes, {date}")
    assert str(raised) == "It happened. Type: ./daily run --date YYYY-MM-DD, yes, YYYY-MM-DD"
    raised.date = "2021-05-23"
    assert str(raised) == "It happened. Type: ./daily run --date 2021-05-23, yes, 2021-05-23"


def test_other_braces_are_left_as_they_are() -> None:
    assert str(InvalidInput("The input has {'date': 1}.", "Write {} or {x}.")) == (
        "The input has {'date': 1}. Write {} or {x}."
    )


def test_a_remedy_given_for_one_error_does_not_stay_with_its_class() -> None:
    before = str(InvalidInput("No."))
    assert str(InvalidInput("No.", "Try this.")) == "No. Try this."
    assert str(InvalidInput("No.")) == before


def test_an_unknown_outcome_names_the_command_that_settles_it() -> None:
    said = str(PostOutcomeUnknown("Who knows."))
    assert "./daily settle YYYY-MM-DD KIND --posted ID" in said and "--not-posted" in said


@pytest.mark.parametrize("what", ["google_health", "fitbit", "x"])
def test_a_lost_authorisation_says_which_command_restores_it(what: str) -> None:
    assert f"./daily authorize {what}," in authorize(what)
    lost = errors.AuthorizationLost("Refused.", authorize(what))
    lost.date = "2021-05-23"
    assert str(lost).endswith("./daily run --date 2021-05-23")


# Retries


def longest(retry: Retry) -> float:
    """All waits together, in seconds, without their jitter."""
    cap = retry.longest_wait or float("inf")
    return sum(min(cap, retry.first_wait * retry.backoff**number) for number in range(retry.times))


@pytest.mark.parametrize("error", RETRYABLE)
def test_step_functions_can_carry_out_every_retry(error: type[Retryable]) -> None:
    retry = error.retry
    assert 1 <= retry.first_wait < 31_536_000 and 1 <= retry.times <= 99_999_999 and retry.backoff >= 1
    assert retry.longest_wait is None or retry.first_wait < retry.longest_wait < 31_536_000
    assert (retry.backoff == 1) is (retry.longest_wait is None)


def test_waits_are_long_enough_for_what_they_wait_for() -> None:
    settle, lease = ledger.SETTLE_AFTER.total_seconds(), ledger.LEASE.total_seconds()
    assert PostOutcomeUnknown.retry.first_wait > settle and not PostOutcomeUnknown.retry.jitter
    assert PostInProgress.retry.first_wait > lease and not PostInProgress.retry.jitter
    assert XRateLimited.retry.first_wait > 15 * 60 and longest(XRateLimited.retry) > 24 * 3600
    assert longest(SourceRateLimited.retry) > 3600
    assert longest(SourceUnavailable.retry) / 2 > 2 * 3600


# The unexpected


def caught(text: str) -> Exception:
    try:
        raise ValueError(text, {"access_token": text})
    except ValueError as error:
        return error


def test_an_unexpected_error_tells_its_sort_and_place_and_nothing_that_it_says() -> None:
    said = UnexpectedError.of(caught("token-and-12345-steps"))
    assert re.fullmatch(r"Unexpected ValueError in test_errors\.py, line \d+\.", said.what)
    assert "12345" not in str(said) + repr(said)
    assert "bug" in str(said)


@pytest.mark.parametrize(
    "error", [KeyError("12345"), UnicodeDecodeError("utf-8", b"12345", 0, 1, "12345"), OSError("12345")]
)
def test_an_unexpected_error_without_a_place_is_told_by_its_sort(error: Exception) -> None:
    said = UnexpectedError.of(error)
    assert said.what == f"Unexpected {type(error).__name__}."
    assert "12345" not in str(said)


def test_the_place_is_where_it_happened_and_no_path_of_the_machine() -> None:
    def deeper() -> Any:
        return dict[str, int]()["missing"]

    try:
        deeper()
    except KeyError as error:
        said = UnexpectedError.of(error).what
        line = deeper.__code__.co_firstlineno + 1
    assert said == f"Unexpected KeyError in test_errors.py, line {line}."
    assert "/" not in said
