"""The mail to the owner, where an address is set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stacks.conftest import synthesise
from tests.stacks.reading import Template, listed


@pytest.fixture(scope="module")
def with_email() -> Template:
    return synthesise({}, email="owner@example.org")


def test_without_an_address_there_is_nobody_to_tell(template: Template) -> None:
    assert template.of("AWS::SNS::Topic") == {} and template.of("AWS::Events::Rule") == {}


def test_the_address_is_subscribed(with_email: Template) -> None:
    properties = with_email.only("AWS::SNS::Subscription")["Properties"]
    assert (properties["Protocol"], properties["Endpoint"]) == ("email", "owner@example.org")


def test_every_ending_but_success_of_this_state_machine_alone_is_announced(with_email: Template) -> None:
    (machine,) = with_email.of("AWS::StepFunctions::StateMachine")
    pattern = with_email.only("AWS::Events::Rule")["Properties"]["EventPattern"]
    assert pattern == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"], "stateMachineArn": [{"Ref": machine}]},
    }


def test_the_mail_names_the_execution_and_what_to_type_and_nothing_of_its_data(with_email: Template) -> None:
    (target,) = with_email.only("AWS::Events::Rule")["Properties"]["Targets"]
    transformer: dict[str, Any] = target["InputTransformer"]
    assert sorted(transformer["InputPathsMap"].values()) == ["$.detail.name", "$.detail.status"]
    assert "./daily status" in transformer["InputTemplate"] and "./daily doctor" in transformer["InputTemplate"]


def test_eventbridge_may_publish_over_tls_and_nobody_else(with_email: Template) -> None:
    statements = with_email.only("AWS::SNS::TopicPolicy")["Properties"]["PolicyDocument"]["Statement"]
    allowed = [statement for statement in statements if statement["Effect"] == "Allow"]
    assert [statement["Principal"] for statement in allowed] == [{"Service": "events.amazonaws.com"}]
    assert [listed(statement["Action"]) for statement in allowed] == [["sns:Publish"]]
    denied = [statement for statement in statements if statement["Effect"] == "Deny"]
    assert json.dumps(denied).count('"aws:SecureTransport": "false"') == 1
