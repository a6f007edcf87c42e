"""The state machine: its order, what it repeats and how long, and that nothing but a finished day ends it well."""

from __future__ import annotations

from typing import Any

import pytest

from fitbit_daily.domain import ledger
from fitbit_daily.errors import (
    AFTER_INTERRUPTION,
    INTERRUPTIONS,
    AccessTokenExpired,
    Bug,
    NeedsPerson,
    PostInProgress,
    PostOutcomeUnknown,
    Retry,
    Retryable,
    all_errors,
)
from fitbit_daily.state import VERSION
from stacks.workflow import FOR_THE_HISTORY
from tests.stacks.handler_code import behind
from tests.stacks.linting import findings
from tests.stacks.reading import Template

ORDER = [
    "Choose date",
    "Refresh token",
    "Fetch activity",
    "Fetch sleep",
    "Synced?",
    "Keep history",
    "Format posts",
    "Tweet",
]
FETCHES = ("Fetch activity", "Fetch sleep")
STEPS = [name for name in ORDER if name != "Synced?"]
DAY = 24 * 3600
LOOK_EVERY_AT_LEAST = 5 * 60

ERRORS: dict[str, type] = {error.__name__: error for error in all_errors()}
RETRYABLE: dict[str, type[Retryable]] = {
    error.__name__: error for error in all_errors() if issubclass(error, Retryable)
}


def policy(retry: Retry) -> dict[str, Any]:
    """How Step Functions is told of a Retry."""
    told: dict[str, Any] = {
        "IntervalSeconds": retry.first_wait,
        "MaxAttempts": retry.times,
        "BackoffRate": retry.backoff,
    }
    if retry.longest_wait is not None:
        told["MaxDelaySeconds"] = retry.longest_wait
    return told | {"JitterStrategy": "FULL" if retry.jitter else "NONE"}


def retried(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A state's retries, by error name."""
    return {
        name: {key: value for key, value in entry.items() if key != "ErrorEquals"}
        for entry in state["Retry"]
        for name in entry["ErrorEquals"]
    }


def longest_wait(entry: dict[str, Any]) -> float:
    """The waits of one retry entry, all of them and none shortened by jitter."""
    waits = (entry["IntervalSeconds"] * entry["BackoffRate"] ** attempt for attempt in range(entry["MaxAttempts"]))
    return sum(min(wait, entry.get("MaxDelaySeconds", wait)) for wait in waits)


def attempts(state: dict[str, Any]) -> int:
    return 1 + sum(entry["MaxAttempts"] for entry in state["Retry"])


def longest(state: dict[str, Any]) -> float:
    """The longest that a task can take: every retry of every entry, every attempt up to its time-out."""
    return attempts(state) * state["TimeoutSeconds"] + sum(longest_wait(entry) for entry in state["Retry"])


def test_the_steps_follow_one_another_in_the_order_of_the_design(template: Template) -> None:
    states = template.states()
    name, path = template.definition()["StartAt"], []
    while name:
        path.append(name)
        state = states[name]
        name = state.get("Next") or state.get("Default")
    assert path == ORDER and states["Tweet"]["End"] is True


def test_there_are_no_other_states_than_these_and_the_wait(template: Template) -> None:
    kinds = {name: state["Type"] for name, state in template.states().items()}
    assert kinds == {**dict.fromkeys(STEPS, "Task"), "Synced?": "Choice", "Wait for sync": "Wait"}
    assert "Fail" not in kinds.values()


def test_while_there_is_something_to_wait_for_the_workflow_waits_and_begins_again_with_the_token(
    template: Template,
) -> None:
    states = template.states()
    assert states["Synced?"]["Choices"] == [
        {"Variable": "$.wait_seconds", "NumericGreaterThan": 0, "Next": "Wait for sync", "Comment": "not yet"}
    ]
    wait = states["Wait for sync"]
    assert (wait["SecondsPath"], wait["Next"]) == ("$.wait_seconds", "Refresh token")


def test_an_expired_access_token_leads_back_to_refresh_token_trouble_with_the_history_on_and_nothing_else_is_caught(
    template: Template,
) -> None:
    catches = {name: state["Catch"] for name, state in template.states().items() if "Catch" in state}
    expired = {"ErrorEquals": [AccessTokenExpired.__name__], "ResultPath": "$.refused", "Next": "Refresh token"}
    anything = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.history_failed", "Next": "Format posts"}
    assert catches == {**{name: [expired] for name in FETCHES}, "Keep history": [anything]}


def test_the_history_holds_a_post_back_for_less_than_a_minute_of_waiting(template: Template) -> None:
    retries = template.tasks()["Keep history"]["Retry"]
    assert sum(longest_wait(entry) for entry in retries) <= 60
    assert all(retry == policy(FOR_THE_HISTORY) for retry in retried(template.tasks()["Keep history"]).values())


def test_the_first_step_is_given_the_version_the_executions_own_name_and_start_and_its_input(
    template: Template,
) -> None:
    states = template.tasks()
    assert states["Choose date"]["Parameters"] == {
        "version": VERSION,
        "execution.$": "$$.Execution.Name",
        "started_at.$": "$$.Execution.StartTime",
        "input.$": "$",
    }
    assert [name for name in STEPS if "Parameters" in states[name]] == ["Choose date"]


@pytest.mark.parametrize("error", RETRYABLE)
def test_every_retryable_error_is_retried_somewhere_and_but_for_the_history_everywhere_with_its_own_numbers(
    template: Template, error: str
) -> None:
    tasks = [state for name, state in template.tasks().items() if name != "Keep history"]
    told = [retried(state)[error] for state in tasks if error in retried(state)]
    assert told and all(each == policy(RETRYABLE[error].retry) for each in told)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_retries_exactly_the_retryable_errors_that_its_own_code_raises(template: Template, step: str) -> None:
    raised = behind(step.lower().replace(" ", "_")).calls & set(RETRYABLE)
    if step in ("Fetch activity", "Fetch sleep", "Tweet"):
        # These share modules with Refresh token, which alone replaces credentials.
        raised -= {"CredentialsReplaced"}
    assert set(retried(template.tasks()[step])) - set(INTERRUPTIONS) == raised


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_run_again_where_aws_ended_it(template: Template, step: str) -> None:
    retries = retried(template.tasks()[step])
    expected = FOR_THE_HISTORY if step == "Keep history" else AFTER_INTERRUPTION
    assert {name: retries.get(name) for name in INTERRUPTIONS} == dict.fromkeys(INTERRUPTIONS, policy(expected))


def test_what_aws_may_say_includes_a_time_out_and_too_many_requests() -> None:
    assert {"Lambda.Unknown", "Sandbox.Timedout", "States.Timeout", "Lambda.TooManyRequestsException"} < set(
        INTERRUPTIONS
    )


@pytest.mark.parametrize("step", STEPS)
def test_no_step_retries_what_only_a_person_or_a_programmer_can_mend(template: Template, step: str) -> None:
    names = set(retried(template.tasks()[step]))
    assert not [name for name in names if name in ERRORS and issubclass(ERRORS[name], NeedsPerson | Bug)]
    assert AccessTokenExpired.__name__ not in names
    assert not names & {"States.ALL", "States.TaskFailed", "States.Runtime"}
    assert names <= set(RETRYABLE) | set(INTERRUPTIONS)


@pytest.mark.parametrize("step", STEPS)
def test_no_error_is_named_twice_in_a_step(template: Template, step: str) -> None:
    entries = template.tasks()[step]["Retry"]
    assert sum(len(entry["ErrorEquals"]) for entry in entries) == len(retried(template.tasks()[step]))


@pytest.mark.parametrize("step", STEPS)
def test_every_wait_that_is_drawn_by_lot_has_an_upper_limit_and_no_limit_cuts_the_first_wait(
    template: Template, step: str
) -> None:
    for entry in template.tasks()[step]["Retry"]:
        assert (entry["JitterStrategy"] == "FULL") == ("MaxDelaySeconds" in entry)
        assert entry["IntervalSeconds"] < entry.get("MaxDelaySeconds", entry["IntervalSeconds"] + 1)


def test_every_try_to_settle_comes_late_enough_to_settle(template: Template) -> None:
    wait = retried(template.tasks()["Tweet"])[PostOutcomeUnknown.__name__]
    assert wait["IntervalSeconds"] > ledger.SETTLE_AFTER.total_seconds() and wait["BackoffRate"] >= 1
    assert wait["JitterStrategy"] == "NONE"


def test_who_waits_for_another_sender_waits_until_its_lease_is_over(template: Template) -> None:
    wait = retried(template.tasks()["Tweet"])[PostInProgress.__name__]
    assert wait["IntervalSeconds"] > ledger.LEASE.total_seconds() and wait["BackoffRate"] >= 1
    assert wait["JitterStrategy"] == "NONE"


def test_a_lease_outlives_the_function_that_took_it_and_the_state_that_runs_it(template: Template) -> None:
    assert ledger.LEASE.total_seconds() > template.functions()["Tweet"]["Timeout"]
    assert ledger.LEASE.total_seconds() > template.tasks()["Tweet"]["TimeoutSeconds"]


@pytest.mark.parametrize("step", STEPS)
def test_a_function_ends_before_the_state_gives_it_up_and_runs_it_again(template: Template, step: str) -> None:
    assert template.tasks()[step]["TimeoutSeconds"] >= template.functions()[step]["Timeout"] + 30


def test_the_longest_way_to_the_end_fits_the_time_out_of_the_state_machine(template: Template) -> None:
    states = template.tasks()
    round_of_looking = sum(longest(states[name]) for name in ("Refresh token", *FETCHES))
    # Looking begins anew until the time to give up, less than a day later; the round begun just before that may take
    # every retry; its access token may have expired meanwhile, which is another round.
    total = longest(states["Choose date"]) + DAY + 2 * round_of_looking
    total += sum(longest(states[name]) for name in ("Keep history", "Format posts", "Tweet"))
    assert total < template.definition()["TimeoutSeconds"] < 14 * DAY


def test_the_longest_history_stays_below_the_25000_events_at_which_an_execution_is_ended(template: Template) -> None:
    states = template.tasks()
    rounds = DAY / LOOK_EVERY_AT_LEAST
    # Of a task: entered, scheduled, started, succeeded, left. Of a retry: scheduled, started, failed.
    looking = rounds * (5 * 3 + 2 + 2)
    retries = sum(3 * attempts(states[name]) for name in STEPS) + sum(3 * attempts(states[name]) for name in STEPS[1:4])
    assert looking + retries + 5 * len(STEPS) + 10 < 25_000 / 2


def test_the_workflow_is_a_standard_one_traced_and_with_a_time_out(template: Template) -> None:
    machine = template.only("AWS::StepFunctions::StateMachine")["Properties"]
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert template.definition()["TimeoutSeconds"] == 8 * DAY
    assert all(state["TimeoutSeconds"] > 0 for state in template.tasks().values())


def test_everything_is_logged_but_what_the_state_holds(template: Template) -> None:
    logging = template.only("AWS::StepFunctions::StateMachine")["Properties"]["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    (destination,) = logging["Destinations"]
    group, _ = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"]
    assert template.resources[group]["Properties"]["LogGroupName"].startswith("/aws/vendedlogs/states/")


def test_the_definition_is_one_that_step_functions_understands(template: Template) -> None:
    assert findings(with_definition(template.definition())) == []


def test_a_definition_that_step_functions_would_not_understand_would_be_found(template: Template) -> None:
    definition = template.definition()
    definition["States"]["Tweet"]["Nxt"] = "Nowhere"
    assert [finding[:5] for finding in findings(with_definition(definition))] == ["E3601"]


def with_definition(definition: dict[str, Any]) -> dict[str, Any]:
    role = "arn:aws:iam::123456789012:role/states"
    machine = {"RoleArn": role, "Definition": definition}
    return {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine}}}
