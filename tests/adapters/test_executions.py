"""An execution's end, from its event and from what Step Functions adds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.stub import Stubber

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.executions import ended
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import Ended, Facts
from fitbit_daily.errors import AwsUnavailable
from tests.cli.step_functions import MACHINE, History

CALENDAR = Calendar(zone=ZoneInfo("Asia/Tokyo"), time_of_day=time(0, 10), give_up_at=time(12))
ARN = f"{MACHINE.replace(':stateMachine:', ':execution:')}:uuid-1"
# Ten past midnight in Tokyo on the third of February.
STARTED = datetime(2026, 2, 2, 15, 10, tzinfo=UTC)
SCHEDULED = {"scheduled_time": "2026-02-02T15:10:00Z"}
STATE: dict[str, Any] = {"date": "2026-02-02", "complete": True, "battery_low": True, "activity": {"steps": 1781}}
OUTPUT = {"date": "2026-02-02", "complete": True, "posts": [], "skipped": []}
CAUSE = json.dumps({"errorMessage": "X wants credits.", "errorType": "XOutOfCredits", "stackTrace": ["CANARY"]})


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
        "inputDetails": {"included": True},
        "output": json.dumps(OUTPUT) if status == "SUCCEEDED" else None,
        "outputDetails": {"included": True} if status == "SUCCEEDED" else None,
        "error": "XOutOfCredits" if status == "FAILED" else None,
        "cause": CAUSE if status == "FAILED" else None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": None,
    }
    return told | more


@pytest.fixture
def asked() -> Iterator[Stubber]:
    """Answers, in their order; whatever else is asked fails."""
    with Stubber(client("stepfunctions")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def tell_history(asked: Stubber, history: History, *, newest_first: bool = True) -> None:
    for event in history.events:
        event["previousEventId"] = event["id"] - 1
    events = history.events[::-1] if newest_first else history.events
    wanted = {"executionArn": ARN, "reverseOrder": True, "maxResults": 1000, "includeExecutionData": True}
    asked.add_response("get_execution_history", {"events": events}, wanted)


def describe(asked: Stubber, **told: Any) -> None:
    known = {"executionArn": ARN, "stateMachineArn": MACHINE, "status": "FAILED", "startDate": STARTED}
    asked.add_response("describe_execution", known | told, {"executionArn": ARN})


def history() -> History:
    return History(STARTED).do("Choose date", "Refresh token").enter("Tweet", **STATE)


def test_a_scheduled_success_comes_with_its_day_and_its_facts_in_one_call(asked: Stubber) -> None:
    tell_history(asked, history().leave("Tweet", OUTPUT).succeed(OUTPUT))
    assert ended(detail(), CALENDAR) == Ended(
        key="uuid-1 SUCCEEDED 1770045090000",
        execution=ARN,
        status="SUCCEEDED",
        day=date(2026, 2, 2),
        scheduled=True,
        error="SUCCEEDED",
        step="Tweet",
        facts=Facts(complete=True, battery_low=True),
    )


@pytest.mark.parametrize("newest_first", [True, False], ids=["as AWS", "as moto"])
def test_a_failure_comes_with_its_step_and_the_errors_own_words(asked: Stubber, newest_first: bool) -> None:
    failed = history()
    for _ in range(3):
        failed.stumble("XUnavailable")
    tell_history(asked, failed.fail("XOutOfCredits", "X wants credits."), newest_first=newest_first)
    found = ended(detail("FAILED"), CALENDAR)
    assert (found.error, found.sentence, found.step) == ("XOutOfCredits", "X wants credits.", "Tweet")
    assert found.facts is None and found.day == date(2026, 2, 2)


def test_a_state_that_is_no_step_can_be_where_it_ended(asked: Stubber) -> None:
    waiting = history().enter("Wait for sync", "Wait", **STATE).add("ExecutionTimedOut")
    tell_history(asked, waiting)
    found = ended(detail("TIMED_OUT"), CALENDAR)
    assert (found.error, found.step, found.sentence) == ("TIMED_OUT", "Wait for sync", "")


@pytest.mark.parametrize(
    ("given", "day"),
    [
        (SCHEDULED, date(2026, 2, 2)),
        # Delivered a day late.
        ({"scheduled_time": "2026-02-01T15:10:00Z"}, date(2026, 2, 1)),
        ({"scheduled_time": "nonsense"}, date(2026, 2, 2)),
    ],
)
def test_an_execution_that_did_not_get_so_far_is_about_the_day_it_was_to_be_about(
    asked: Stubber, given: dict[str, str], day: date
) -> None:
    failed = History(STARTED).enter("Choose date", version=1).fail("InvalidInput", "No.")
    tell_history(asked, failed)
    assert ended(detail("FAILED", input=json.dumps(given)), CALENDAR).day == day


def test_an_execution_that_entered_no_state_has_no_step_and_who_stopped_it_no_say(asked: Stubber) -> None:
    tell_history(asked, History(STARTED).add("ExecutionAborted"))
    found = ended(detail("ABORTED", error="by-me", cause=CAUSE), CALENDAR)
    assert (found.step, found.day, found.error, found.sentence) == ("", date(2026, 2, 2), "ABORTED", "")


@pytest.mark.parametrize(
    ("given", "day", "dry_run"),
    [
        ({}, date(2026, 2, 2), False),
        ({"date": "2021-05-23"}, date(2021, 5, 23), False),
        ({"date": "2021-05-23", "dry_run": True}, date(2021, 5, 23), True),
        ({**SCHEDULED, "dry_run": True}, date(2026, 2, 2), True),
    ],
)
def test_of_a_persons_execution_nothing_is_asked(
    asked: Stubber, given: dict[str, Any], day: date, dry_run: bool
) -> None:
    told = detail(input=json.dumps(given), output=json.dumps(OUTPUT | {"date": day.isoformat()}))
    found = ended(told, CALENDAR)
    assert (found.scheduled, found.day, found.dry_run, found.step) == (False, day, dry_run, "")


def test_an_execution_that_somebody_redrives_is_theirs(asked: Stubber) -> None:
    assert not ended(detail("FAILED", redriveCount=1), CALENDAR).scheduled


def test_whether_it_was_redriven_is_asked_for_where_the_event_does_not_tell(asked: Stubber) -> None:
    describe(asked, redriveCount=1)
    assert not ended(detail("FAILED", redriveCount=None), CALENDAR).scheduled


@pytest.mark.parametrize("left_out", ["null", "absent"])
def test_what_the_event_had_no_room_for_is_asked_for_at_once(asked: Stubber, left_out: str) -> None:
    missing = {"input", "error", "cause", "redriveCount"}
    told = {name: value for name, value in detail("FAILED").items() if name not in missing}
    told |= dict.fromkeys(missing) if left_out == "null" else {}
    describe(asked, input=json.dumps(SCHEDULED), error="XOutOfCredits", cause=CAUSE, redriveCount=0)
    tell_history(asked, history().fail("XOutOfCredits", "X wants credits."))
    found = ended(told, CALENDAR)
    assert (found.scheduled, found.error, found.sentence) == (True, "XOutOfCredits", "X wants credits.")


def test_an_output_that_the_event_had_no_room_for_is_asked_for(asked: Stubber) -> None:
    describe(asked, status="SUCCEEDED", output=json.dumps(OUTPUT | {"date": "2026-01-31"}))
    told = detail(input="{}", output=None, outputDetails={"included": False})
    assert ended(told, CALENDAR).day == date(2026, 1, 31)


@pytest.mark.parametrize("cause", ["Task timed out after 90.00 seconds", "[]", "null", '{"errorMessage"'])
def test_a_cause_that_none_of_our_functions_gave_has_no_words(asked: Stubber, cause: str) -> None:
    tell_history(asked, history().fail("Sandbox.Timedout", "CANARY"))
    assert ended(detail("FAILED", error="Sandbox.Timedout", cause=cause), CALENDAR).sentence == ""


def test_a_history_without_its_data_has_no_facts(asked: Stubber) -> None:
    shown = History(STARTED).add("TaskStateEntered", stateEnteredEventDetails={"name": "Tweet"})
    tell_history(asked, shown.succeed(OUTPUT))
    found = ended(detail(), CALENDAR)
    assert (found.step, found.facts) == ("Tweet", None)


def test_the_history_is_read_on_where_a_page_holds_no_entered_state(asked: Stubber) -> None:
    """A step with more retries than a page has events."""
    shown = history().fail("XOutOfCredits", "X wants credits.").events[::-1]
    for event in shown:
        event["previousEventId"] = event["id"] - 1
    wanted = {"executionArn": ARN, "reverseOrder": True, "maxResults": 1000, "includeExecutionData": True}
    asked.add_response("get_execution_history", {"events": shown[:1], "nextToken": "next"}, wanted)
    asked.add_response(
        "get_execution_history", {"events": shown[1:], "nextToken": "never asked for"}, wanted | {"nextToken": "next"}
    )
    found = ended(detail("FAILED"), CALENDAR)
    assert (found.step, found.day) == ("Tweet", date(2026, 2, 2))


def test_a_failure_of_the_service_passes(asked: Stubber) -> None:
    asked.add_client_error("get_execution_history", "InternalServerError", http_status_code=500)
    with pytest.raises(AwsUnavailable):
        ended(detail(), CALENDAR)
    asked.add_client_error("describe_execution", "ThrottlingException")
    with pytest.raises(AwsUnavailable):
        ended(detail(input=None), CALENDAR)
