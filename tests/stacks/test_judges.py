"""What judges that were not written here say of the template and the definition; and that each can find something."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.stacks.judges import cfn_lint, cloudformation_validate, states_language
from tests.stacks.reading import Template

Breaks = Callable[[dict[str, Any]], Any]
REGION = "ap-northeast-1"


def test_cloudformation_validate_finds_nothing(template: Template, with_email: Template) -> None:
    assert cloudformation_validate(template.plain) == []
    assert cloudformation_validate(with_email.plain) == []


@pytest.mark.parametrize(
    ("kind", "breaks", "found"),
    [
        ("AWS::DynamoDB::Table", lambda table: table.update(TabelName="ledger"), "'TabelName' was unexpected"),
        (
            "AWS::Events::Rule",
            lambda rule: rule["EventPattern"].update(source="aws.states"),
            "'EventPattern.source' must be an array",
        ),
    ],
)
def test_cloudformation_validate_would_find(with_email: Template, kind: str, breaks: Breaks, found: str) -> None:
    careless = copy.deepcopy(with_email)
    breaks(next(iter(careless.of(kind).values()))["Properties"])
    (told,) = cloudformation_validate(careless.plain)
    assert found in told


STATES: list[tuple[Breaks, str]] = [
    (lambda states: states["Tweet"]["Retry"][0].update(BackoffRate=0.5), "below the minimum of 1"),
    (lambda states: states["Tweet"]["Retry"][0].update(JitterStrategy="Full"), '"FULL", "NONE"'),
    (lambda states: states["Catch up"]["Catch"][0].update(Next="Nowhere"), "name of an existing state"),
    (lambda states: states.update(Lost={"Type": "Succeed"}), "cannot be reached"),
]


def test_the_language_service_finds_nothing_in_the_definition_and_each_of_these_defects(template: Template) -> None:
    broken = [template.definition() for _ in STATES]
    for definition, (breaks, _) in zip(broken, STATES, strict=True):
        breaks(definition["States"])
    ours, *told = states_language(template.definition(), *broken)
    assert ours == []
    for (found,), (_, expected) in zip(told, STATES, strict=True):
        assert expected in found


def test_cfn_lint_finds_nothing_and_would_find_a_misspelled_word(with_email: Template) -> None:
    assert cfn_lint(with_email.plain, [REGION]) == []
    definition = alone(with_email)
    assert cfn_lint(definition, [REGION]) == []
    definition["Resources"]["Machine"]["Properties"]["Definition"]["States"]["Tweet"]["Nxt"] = "Nowhere"
    assert [finding[:5] for finding in cfn_lint(definition, [REGION])] == ["E3601"]


@pytest.mark.thorough
def test_cfn_lint_finds_nothing_in_any_region_where_every_service_is(template: Template, with_email: Template) -> None:
    session = boto3.Session()
    services = ("lambda", "stepfunctions", "scheduler", "dynamodb", "secretsmanager", "sns", "sqs", "xray")
    regions = sorted(set.intersection(*(set(session.get_available_regions(service)) for service in services)))
    assert len(regions) > 25
    for each in (template.plain, with_email.plain, alone(template)):
        assert cfn_lint(each, regions) == []


def alone(template: Template) -> dict[str, Any]:
    """The definition, which cfn-lint does not read out of a template with references in it."""
    machine: dict[str, Any] = {"RoleArn": "arn:aws:iam::123456789012:role/states", "Definition": template.definition()}
    return {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine}}}
