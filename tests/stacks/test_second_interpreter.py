"""What the definition means to an interpreter that knows neither moto nor us: ways, waits, and every Retry's count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from fitbit_daily.errors import AFTER_INTERRUPTION, INTERRUPTIONS, LookAgain, Retry, all_errors
from stacks.permissions import STEPS
from stacks.workflow import FOR_WHAT_CAN_WAIT, TIMEOUT
from tests.stacks.reading import Template
from tests.stacks.second_interpreter import Answers, Run, chosen, interpreted

LOOKS = ("Refresh token", "Fetch activity", "Fetch sleep")
ROUND = [*LOOKS, "Synced?"]
POSTING = ["Keep history", "Catch up", "Format posts", "Tweet"]
GOES_ON_WITH = {"Keep history": "Catch up", "Catch up": "Format posts"}
HAPPY = ["Choose date", "Paused?", *ROUND, *POSTING]
MINUTE, HOUR = 60, 3600

ERRORS = {error.__name__: error for error in all_errors()}
IN_TWEET = (
    "PostInProgress",
    "PostOutcomeUnknown",
    "XUnavailable",
    "DestinationUnavailable",
    "XRateLimited",
    "DestinationRateLimited",
    "XKeysRefused",
    "AwsUnavailable",
)
# By step, which of our errors are tried again there.
TRIED_AGAIN: dict[str, tuple[str, ...]] = {
    "Choose date": ("AwsUnavailable",),
    **dict.fromkeys(LOOKS, ("LookAgain",)),
    "Keep history": ("AwsUnavailable",),
    "Catch up": ("AwsUnavailable",),
    "Format posts": (),
    "Tweet": IN_TWEET,
}
# Neither is anybody's: what AWS or a future program may invent.
UNHEARD_OF = ("States.Runtime", "Exception", "Lambda.ResourceNotFoundException")

Scenarios = Callable[..., list[Run]]


@pytest.fixture(scope="module")
def scenarios(template: Template) -> Iterator[Scenarios]:
    """Runs the deployed definition, once for each script."""
    with interpreted(template.definition()) as run:
        yield run


def test_a_day_that_is_synced_goes_straight_to_its_posts_and_a_paused_one_to_a_good_end(scenarios: Scenarios) -> None:
    synced, paused = scenarios(
        {"Tweet": [{"result": {"posts": []}}]}, {"Choose date": chosen(paused=True, wait_seconds=900)}
    )
    assert (synced.error, synced.seconds, synced.states) == (None, 0, HAPPY)
    assert synced.output == {"date": "2026-11-22", "paused": False, "wait_seconds": 0, "posts": []}
    assert (paused.error, paused.seconds, paused.states) == (None, 0, ["Choose date", "Paused?", "Nothing is done"])


def test_what_is_not_synced_is_waited_for_and_looked_at_again(scenarios: Scenarios) -> None:
    waits = [{"result": {"wait_seconds": seconds}} for seconds in (1800, 1, 0)]
    (run,) = scenarios({"Fetch sleep": waits})
    assert run.states == ["Choose date", "Paused?", *ROUND, "Wait", *ROUND, "Wait", *ROUND, *POSTING]
    assert run.times("Refresh token") == [0, 1800, 1801] and run.error is None


def test_a_look_that_is_stopped_is_repeated_at_once_and_then_waited_for(scenarios: Scenarios) -> None:
    stopped: Answers = [{"error": "LookAgain", "times": 1 + LookAgain.retry.times}, {"result": {"wait_seconds": 0}}]
    runs = scenarios(*({"Choose date": chosen(wait_seconds=1800), look: stopped} for look in LOOKS))
    for look, run in zip(LOOKS, runs, strict=True):
        before = list(LOOKS[: LOOKS.index(look) + 1])
        # The last step of a look decides whether there is anything left to wait for; here only the stopped one does.
        assert run.states[: 2 + len(before) + 5] == ["Choose date", "Paused?", *before, "Wait", *ROUND]
        assert run.attempts[look] == 2 + LookAgain.retry.times
        *tries, again = run.times(look)
        assert tries[-1] - tries[0] <= 5 * MINUTE and again == tries[-1] + 1800
        assert run.error is None and run.states[-4:] == POSTING
        assert "look_again" in run.output


def test_whoever_looks_without_an_end_is_ended_by_the_time_out(scenarios: Scenarios) -> None:
    (run,) = scenarios({"Choose date": chosen(wait_seconds=1800), "Fetch sleep": [{"error": "LookAgain"}]})
    assert (run.error, run.seconds) == ("ExecutionTimeoutError", TIMEOUT.to_seconds())


def test_an_access_token_that_ran_out_leads_back_to_refresh_token_at_once(scenarios: Scenarios) -> None:
    expired = [{"error": "AccessTokenExpired"}, {}]
    in_activity, in_sleep = scenarios({"Fetch activity": expired}, {"Fetch sleep": expired})
    beginning = ["Choose date", "Paused?", "Refresh token", "Fetch activity"]
    assert in_activity.states == [*beginning, *ROUND, *POSTING]
    assert in_sleep.states == [*beginning, "Fetch sleep", *ROUND, *POSTING]
    for run in (in_activity, in_sleep):
        assert (run.error, run.seconds) == (None, 0) and "refused" in run.output


def test_every_error_is_tried_so_often_as_is_meant_and_then_surfaces(scenarios: Scenarios) -> None:
    failures = [*ERRORS, *INTERRUPTIONS, *UNHEARD_OF]
    for step in STEPS:
        # What leads back is let through the second time.
        again: dict[str, list[dict[str, Any]]] = {step: [{}]} if step in LOOKS else {}
        scripts = [
            {step: [{"error": each, "times": 1 + _times(step, each)}, *again.get(step, [])]} for each in failures
        ]
        for failure, run in zip(failures, scenarios(*scripts), strict=True):
            following = _after(step, failure)
            once_more = 1 if following in ("Wait", "Refresh token") else 0
            assert run.attempts[step] == 1 + _times(step, failure) + once_more, (step, failure)
            assert (run.error, run.after(step)) == (None if following else failure, following), (step, failure)
            if step in GOES_ON_WITH:
                assert run.states == HAPPY and run.seconds <= MINUTE, (step, failure)


def _times(step: str, failure: str) -> int:
    patience = _patience(step, failure)
    return 0 if patience is None else patience.times


def _patience(step: str, failure: str) -> Retry | None:
    """How the step is meant to be repeated after the failure, None where it is not."""
    ours = failure in TRIED_AGAIN[step]
    if step in GOES_ON_WITH:
        return FOR_WHAT_CAN_WAIT if ours or failure in INTERRUPTIONS else None
    if failure in INTERRUPTIONS:
        return AFTER_INTERRUPTION
    patience: Retry | None = getattr(ERRORS[failure], "retry", None) if ours else None
    return patience


def _after(step: str, failure: str) -> str | None:
    """Where the execution goes on then, None where it fails."""
    if step in LOOKS and failure == "LookAgain":
        return "Wait"
    if step.startswith("Fetch") and failure == "AccessTokenExpired":
        return "Refresh token"
    return GOES_ON_WITH.get(step)


def test_the_waits_before_each_try_are_those_of_the_errors_own_class(scenarios: Scenarios) -> None:
    for failure in IN_TWEET:
        (run,) = scenarios({"Tweet": [{"error": failure}]})
        patience: Retry = ERRORS[failure].retry  # type: ignore[attr-defined]
        nominal = [patience.first_wait * patience.backoff**tried for tried in range(patience.times)]
        meant = [min(wait, patience.longest_wait or wait) for wait in nominal]
        tries = run.times("Tweet")
        assert [round(later - sooner) for sooner, later in pairwise(tries)] == meant, failure


def test_from_the_deadline_on_the_own_class_fails_the_execution_at_the_first_look(scenarios: Scenarios) -> None:
    own = "SourceUnavailable"
    stopped: Answers = [{"error": "LookAgain", "until": 12 * HOUR}, {"error": own}]
    runs = scenarios(*({"Choose date": chosen(wait_seconds=1800), look: stopped} for look in LOOKS))
    for look, run in zip(LOOKS, runs, strict=True):
        # It may stand between two tries of a look when the deadline comes.
        assert run.error == own and run.states[-1] == look, look
        assert 12 * HOUR <= run.seconds == run.times(look)[-1] < 13 * HOUR, look
        assert [at for at in run.times(look) if at >= 12 * HOUR] == [run.seconds], look


def test_a_function_that_never_answers_is_given_up_and_run_again(scenarios: Scenarios) -> None:
    for step in STEPS:
        afterwards = chosen() if step == "Choose date" else [{}]
        once, for_good = scenarios({step: [{"hangs": True}, *afterwards]}, {step: [{"hangs": True}]})
        assert once.error is None and once.attempts[step] == 2, step
        assert once.times(step)[1] <= 3 * MINUTE, step
        assert for_good.error == (None if step in GOES_ON_WITH else "States.Timeout"), step
        assert for_good.attempts[step] == 1 + _times(step, "States.Timeout"), step
