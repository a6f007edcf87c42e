"""The closed set of errors: each is retried, needs a person or is a bug, and says what to do."""

from __future__ import annotations

import re

import pytest

from fitbit_daily import errors
from fitbit_daily.domain import ledger
from fitbit_daily.errors import (
    AFTER_INTERRUPTION,
    AccessTokenExpired,
    Bug,
    LookAgain,
    Message,
    NeedsPerson,
    PostInProgress,
    PostOutcomeUnknown,
    Retry,
    Retryable,
    StepError,
    UnexpectedError,
    XRateLimited,
    all_errors,
)

RETRYABLE = [error for error in all_errors() if issubclass(error, Retryable)]
OF_TWEET = [error for error in RETRYABLE if hasattr(error, "retry")]
names = [error.__name__ for error in all_errors()]


@pytest.mark.parametrize("error", all_errors())
def test_every_error_is_of_exactly_one_sort(error: type[StepError]) -> None:
    sorts = [sort for sort in (AccessTokenExpired, LookAgain, Retryable, NeedsPerson, Bug) if issubclass(error, sort)]
    assert len(sorts) == 1
    assert error.passes is not issubclass(error, NeedsPerson)


def test_tweet_and_the_looks_have_their_patience_and_what_a_look_hides_has_none() -> None:
    patient = {error.__name__ for error in all_errors() if isinstance(getattr(error, "retry", None), Retry)}
    hidden = {"SourceUnavailable", "SourceRateLimited", "CredentialsReplaced"}
    assert patient == {error.__name__ for error in RETRYABLE} - hidden | {"LookAgain"}


def test_the_set_is_the_one_that_the_modules_docstring_draws() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    groups = {"Retryable", "NeedsPerson", "Bug"}
    assert sorted(drawn) == sorted({*names, *groups})
    defined = [name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, StepError)]
    assert sorted(defined) == sorted({*drawn, "StepError"})


# What an error says


@pytest.mark.parametrize("error", all_errors())
def test_an_error_says_what_happened_and_then_what_to_type(error: type[StepError]) -> None:
    raised = error("It happened.")
    raised.date = "2021-05-23"
    what, remedy = str(raised).splitlines()
    assert what == "It happened." == raised.what and raised.args == ("It happened.",)
    assert raised.sentence == f"It happened. {remedy}" and remedy == raised.remedy
    assert "{" not in remedy and "}" not in remedy
    if not issubclass(error, AccessTokenExpired | LookAgain):
        assert "./daily" in remedy


def test_the_day_is_named_where_it_is_known_and_its_form_where_it_is_not() -> None:
    raised = PostInProgress("It happened.")
    assert raised.sentence.endswith("./daily run --date YYYY-MM-DD")
    raised.date = "2021-05-23"
    assert raised.sentence.endswith("./daily run --date 2021-05-23") and "./daily status 2021-05-23" in str(raised)


@pytest.mark.parametrize("error", all_errors())
def test_what_an_error_tells_is_read_back_as_it_was_told(error: type[StepError]) -> None:
    raised = error("It\n happened {so}: ./daily settle x.", reset_date="2026-12-14", source="fitbit")
    raised.date, raised.kind, raised.destination = "2021-05-23", "sleep", "x"
    facts = {"reset_date": "2026-12-14", "source": "fitbit", "kind": "sleep", "destination": "x"}
    assert Message.parse(str(raised)) == Message("It happened {so}: ./daily settle x.", raised.remedy, facts)
    assert Message.parse(str(raised)).sentence == raised.sentence
    assert Message.parse(str(error("It happened."))).facts == {}


@pytest.mark.parametrize("text", ["", "One line.", "Two\nlines.", 'Two\nlines.\n{"broken', "A\nb\n[1]", "A\nb\n5"])
def test_the_words_of_what_is_no_error_of_ours_are_told_as_they_are(text: str) -> None:
    assert Message.parse(text).sentence == " ".join(text.splitlines()) and Message.parse(text).facts == {}


def test_an_unknown_outcome_names_the_command_that_settles_it() -> None:
    said = PostOutcomeUnknown("Who knows.").sentence
    assert "./daily settle YYYY-MM-DD KIND --posted ID" in said and "--not-posted" in said


@pytest.mark.parametrize("error", all_errors())
def test_one_error_may_pass_though_its_class_does_not(error: type[StepError]) -> None:
    assert error("So.").may_pass is error.passes
    assert error("So.", may_pass=True).may_pass and not error("So.", may_pass=False).may_pass


# Retries


def longest(retry: Retry) -> float:
    """All waits together, in seconds, without their jitter."""
    cap = retry.longest_wait or float("inf")
    return sum(min(cap, retry.first_wait * retry.backoff**number) for number in range(retry.times))


@pytest.mark.parametrize("retry", [AFTER_INTERRUPTION, LookAgain.retry, *(error.retry for error in OF_TWEET)])
def test_step_functions_can_carry_out_every_retry(retry: Retry) -> None:
    assert 1 <= retry.first_wait < 31_536_000 and 1 <= retry.times <= 99_999_999 and retry.backoff >= 1
    assert retry.longest_wait is None or retry.first_wait < retry.longest_wait < 31_536_000
    assert (retry.backoff == 1) is (retry.longest_wait is None)


def test_waits_are_long_enough_for_what_they_wait_for() -> None:
    settle, lease = ledger.SETTLE_AFTER.total_seconds(), ledger.LEASE.total_seconds()
    assert PostOutcomeUnknown.retry.first_wait > settle and not PostOutcomeUnknown.retry.jitter
    assert PostInProgress.retry.first_wait > lease and not PostInProgress.retry.jitter
    assert XRateLimited.retry.first_wait > 15 * 60 and not XRateLimited.retry.jitter


def test_a_look_is_tried_again_for_five_minutes_at_most() -> None:
    assert longest(LookAgain.retry) <= 5 * 60


def test_all_of_tweets_retries_together_end_within_twelve_hours() -> None:
    """Errors of the same patience share it."""
    assert sum(map(longest, {error.retry for error in OF_TWEET} | {AFTER_INTERRUPTION})) < 12 * 3600


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
