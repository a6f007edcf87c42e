"""The function that fills in the past: found by its name, always there, and no part of the workflow."""

from __future__ import annotations

from fitbit_daily.domain.backfill import LONGEST_INVOCATION
from tests.stacks.reading import Template


def test_it_is_there_without_an_e_mail_address_and_its_name_is_an_output(template: Template) -> None:
    output = template.plain["Outputs"]["BackfillFunction"]["Value"]
    function = template.resources[output["Ref"]]["Properties"]
    assert function["Handler"] == "backfill.handler"
    assert function["Timeout"] == LONGEST_INVOCATION.total_seconds()


def test_neither_the_state_machine_nor_a_schedule_nor_a_rule_can_start_it(template: Template) -> None:
    name = template.plain["Outputs"]["BackfillFunction"]["Value"]["Ref"]
    kinds = ("AWS::StepFunctions::", "AWS::Scheduler::", "AWS::Events::", "AWS::Lambda::Permission", "AWS::Lambda::Url")
    starters = [each for each in template.resources.values() if each["Type"].startswith(kinds)]
    assert starters and not any(name in str(each) for each in starters)
