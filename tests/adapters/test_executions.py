"""Executions: starting one, how one is, and its end, from its event and from what Step Functions adds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.executions import ended, ending, start
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import Ending
from fitbit_daily.domain.events import ExecutionEnded, Facts
from fitbit_daily.errors import AwsUnavailable
from tests.cli.step_functions import MACHINE, ExecutionHistory

CALENDAR = Calendar(zone=ZoneInfo("Asia/Tokyo"), time_of_day=time(0, 10), give_up_at=time(12))
ARN = f"{MACHINE.replace(':stateMachine:', ':execution:')}:uuid-1"
# Ten past midnight in Tokyo on the third of February.
STARTED = datetime(2026, 2, 2, 15, 10, tzinfo=UTC)
SCHEDULED = {"scheduled_time": "2026-02-02T15:10:00Z"}
STATE: dict[str, Any] = {"date": "2026-02-02", "complete": True, "battery_low": True, "activity": {"steps": 1781}}
OUTPUT = {"date": "2026-02-02", "complete": True, "posts": [], "skipped": []}
CAUSE = json.dumps({"errorMessage": "X wants credits.", "errorType": "XOutOfCredits", "stackTrace": ["CANARY"]})

ABOUT: dict[str, Any] = {"execution": "uuid-1", "day": date(2026, 2, 2), "by_itself": True}


def detail(status: str = "SUCCEEDED", **more: Any) -> dict[str, Any]:
    """As EventBridge tells it: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html"""
    told = {
        "executionArn": ARN,
        "stateMachineArn": MACHINE,
        "name": "uuid-1",
        "status": status,
        "startDate": int(STARTED.timestamp() * 1000),
        "stopDate": 1770045090000,
        "input": json.dumps(SCHEDULED),
        "output": json.dumps(OUTPUT) if status == "SUCCEEDED" else None,
        "error": "XOutOfCredits" if status == "FAILED" else None,
        "cause": CAUSE if status == "FAILED" else None,
        "redriveCount": 0,
    }
    return told | more


@pytest.fixture
def asked() -> Iterator[Stubber]:
    """Answers, in their order; whatever else is asked fails."""
    with Stubber(client("stepfunctions")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def tell_history(asked: Stubber, history: ExecutionHistory, *, newest_first: bool = True, pages: int = 1) -> None:
    """The first page has one event, where there are two."""
    for event in history.events:
        event["previousEventId"] = event["id"] - 1
    events = history.events[::-1] if newest_first else history.events
    wanted = {"executionArn": ARN, "reverseOrder": True, "maxResults": 1000, "includeExecutionData": True}
    if pages == 2:
        asked.add_response("get_execution_history", {"events": events[:1], "nextToken": "next"}, wanted)
        events, wanted = events[1:], wanted | {"nextToken": "next"}
    asked.add_response("get_execution_history", {"events": events}, wanted)


def describe(asked: Stubber, **told: Any) -> None:
    known = {"executionArn": ARN, "stateMachineArn": MACHINE, "status": "FAILED", "startDate": STARTED}
    asked.add_response("describe_execution", known | told, {"executionArn": ARN})


def history() -> ExecutionHistory:
    return ExecutionHistory(STARTED).do("Choose date", "Refresh token").enter("Tweet", **STATE)


# Its end


@pytest.mark.parametrize("newest_first", [True, False], ids=["as AWS", "as moto"])
def test_a_scheduled_success_comes_with_its_day_and_its_facts_in_one_call(asked: Stubber, newest_first: bool) -> None:
    tell_history(asked, history().leave("Tweet", OUTPUT).succeed(OUTPUT), newest_first=newest_first)
    assert ended(detail(), CALENDAR) == ExecutionEnded(
        **ABOUT, status="SUCCEEDED", error="SUCCEEDED", facts=Facts(complete=True, battery_low=True)
    )


def test_of_a_failure_nothing_more_is_asked(asked: Stubber) -> None:
    failed = ExecutionEnded(**ABOUT, status="FAILED", error="XOutOfCredits", cause="X wants credits.")
    assert ended(detail("FAILED"), CALENDAR) == failed


@pytest.mark.parametrize(
    ("given", "day", "by_itself", "dry_run"),
    [
        (SCHEDULED, date(2026, 2, 2), True, False),
        # Delivered a day late.
        ({"scheduled_time": "2026-02-01T15:10:00Z"}, date(2026, 2, 1), True, False),
        ({"date": "2026-01-30", "caught_up_by": "2026-02-03T00:00:00+09:00"}, date(2026, 1, 30), True, False),
        ({"scheduled_time": "nonsense"}, date(2026, 2, 2), True, False),
        (SCHEDULED | {"dry_run": True}, date(2026, 2, 2), False, True),
        ({}, date(2026, 2, 2), False, False),
    ],
)
def test_an_execution_that_did_not_get_so_far_is_about_the_day_it_was_to_be_about(
    asked: Stubber, given: dict[str, Any], day: date, by_itself: bool, dry_run: bool
) -> None:
    found = ended(detail("FAILED", input=json.dumps(given)), CALENDAR)
    assert (found.day, found.by_itself, found.dry_run) == (day, by_itself, dry_run)


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_what_was_ended_from_outside_has_its_status_for_an_error_and_no_say(asked: Stubber, status: str) -> None:
    found = ended(detail(status, error="by-me", cause=CAUSE), CALENDAR)
    assert (found.day, found.error, found.cause) == (date(2026, 2, 2), status, "")


@pytest.mark.parametrize(
    ("given", "by_itself", "dry_run"),
    [
        ({"date": "2021-05-23"}, False, False),
        ({"date": "2021-05-23", "dry_run": True}, False, True),
        ({"date": "2021-05-23", "caught_up_by": "2026-02-03T00:00:00+09:00"}, True, False),
    ],
)
def test_news_of_battery_sync_and_alerts_comes_from_the_schedules_own_executions_alone(
    asked: Stubber, given: dict[str, Any], by_itself: bool, dry_run: bool
) -> None:
    found = ended(detail(input=json.dumps(given), output=json.dumps(OUTPUT | {"date": "2021-05-23"})), CALENDAR)
    assert (found.day, found.by_itself, found.dry_run) == (date(2021, 5, 23), by_itself, dry_run)
    assert found.facts is None


def test_an_execution_that_somebody_redrives_is_theirs_also_where_the_event_does_not_tell_it(asked: Stubber) -> None:
    assert not ended(detail("FAILED", redriveCount=1), CALENDAR).by_itself
    describe(asked, redriveCount=1)
    assert not ended(detail("FAILED", redriveCount=None), CALENDAR).by_itself


@pytest.mark.parametrize("left_out", ["null", "absent"])
def test_what_the_event_had_no_room_for_is_asked_for_at_once(asked: Stubber, left_out: str) -> None:
    missing = {"input", "error", "cause", "redriveCount"}
    told = {name: value for name, value in detail("FAILED").items() if name not in missing}
    told |= dict.fromkeys(missing) if left_out == "null" else {}
    describe(asked, input=json.dumps(SCHEDULED), error="XOutOfCredits", cause=CAUSE, redriveCount=0)
    found = ended(told, CALENDAR)
    assert (found.by_itself, found.error, found.cause) == (True, "XOutOfCredits", "X wants credits.")


def test_an_output_that_the_event_had_no_room_for_is_asked_for(asked: Stubber) -> None:
    describe(asked, status="SUCCEEDED", output=json.dumps(OUTPUT | {"date": "2026-01-31"}))
    told = detail(input="{}", output=None)
    assert ended(told, CALENDAR).day == date(2026, 1, 31)


@pytest.mark.parametrize("cause", ["Task timed out after 90.00 seconds", "[]"])
def test_a_cause_that_none_of_our_functions_gave_has_no_words(asked: Stubber, cause: str) -> None:
    assert ended(detail("FAILED", error="Sandbox.Timedout", cause=cause), CALENDAR).cause == ""


def test_a_history_without_its_data_has_no_facts(asked: Stubber) -> None:
    shown = ExecutionHistory(STARTED).add("TaskStateEntered", stateEnteredEventDetails={"name": "Tweet"})
    tell_history(asked, shown.succeed(OUTPUT))
    assert ended(detail(), CALENDAR).facts is None


def test_the_history_is_read_on_where_a_page_holds_no_entered_state(asked: Stubber) -> None:
    """A step with more retries than a page has events."""
    tell_history(asked, history().leave("Tweet", OUTPUT).succeed(OUTPUT), pages=2)
    assert ended(detail(), CALENDAR).facts == Facts(complete=True, battery_low=True)


def test_a_night_of_a_pause_knows_nothing_of_a_day(asked: Stubber) -> None:
    paused = {"date": "2026-02-02", "paused": True}
    tell_history(asked, ExecutionHistory(STARTED).do("Choose date").enter("Nothing is done", "Succeed", **paused))
    assert ended(detail(output=json.dumps(paused)), CALENDAR).facts == Facts()


# Starting one, and how one is


def test_an_execution_is_started_under_its_name_once(asked: Stubber) -> None:
    wanted = {"stateMachineArn": MACHINE, "name": "uuid-1", "input": json.dumps(SCHEDULED)}
    asked.add_response("start_execution", {"executionArn": ARN, "startDate": STARTED}, wanted)
    assert start(MACHINE, name="uuid-1", given=SCHEDULED)
    asked.add_client_error("start_execution", "ExecutionAlreadyExists", expected_params=wanted)
    assert not start(MACHINE, name="uuid-1", given=SCHEDULED)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"status": "RUNNING"}, Ending("RUNNING")),
        ({"status": "SUCCEEDED", "output": "{}"}, Ending("SUCCEEDED")),
        ({"error": "XOutOfCredits", "cause": CAUSE}, Ending("FAILED", "XOutOfCredits", "X wants credits.")),
        ({"error": "Sandbox.Timedout", "cause": "no JSON"}, Ending("FAILED", "Sandbox.Timedout")),
        ({"status": "TIMED_OUT"}, Ending("TIMED_OUT", "TIMED_OUT")),
    ],
)
def test_how_an_execution_is_has_an_error_where_it_ended_badly(
    asked: Stubber, told: dict[str, Any], expected: Ending
) -> None:
    describe(asked, **told)
    assert ending(MACHINE, "uuid-1") == expected


def test_one_that_is_forgotten_has_no_ending(asked: Stubber) -> None:
    asked.add_client_error("describe_execution", "ExecutionDoesNotExist")
    assert ending(MACHINE, "uuid-1") is None


@pytest.mark.parametrize(
    ("code", "error"), [("ThrottlingException", AwsUnavailable), ("AccessDeniedException", ClientError)]
)
@pytest.mark.parametrize(
    ("operation", "ask"),
    [
        ("get_execution_history", lambda: ended(detail(), CALENDAR)),
        ("describe_execution", lambda: ended(detail(input=None), CALENDAR)),
        ("start_execution", lambda: start(MACHINE, name="uuid-1", given={})),
        ("describe_execution", lambda: ending(MACHINE, "uuid-1")),
    ],
)
def test_no_trouble_is_taken_for_an_answer(
    asked: Stubber, operation: str, ask: Callable[[], Any], code: str, error: type[Exception]
) -> None:
    asked.add_client_error(operation, code)
    with pytest.raises(error):
        ask()
