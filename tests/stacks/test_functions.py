"""The functions: all alike where they can be, and each with the variables that its own code reads."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from aws_cdk import aws_lambda as lambda_

from stacks.code import LAMBDAS
from stacks.permissions import OTHERS, STEPS
from tests.stacks.handler_code import ENVIRONMENT, HANDLERS, behind, every_module
from tests.stacks.reading import Template, spelled

NAMES = (*STEPS, *OTHERS)


def module(step: str) -> str:
    return step.lower().replace(" ", "_")


def variables(template: Template, step: str) -> dict[str, Any]:
    found: dict[str, Any] = template.functions()[step].get("Environment", {}).get("Variables", {})
    return found


def test_there_is_a_function_for_each_step_and_for_each_handler(with_email: Template) -> None:
    assert set(STEPS) == set(with_email.tasks())
    assert set(with_email.functions()) == set(NAMES)
    assert tuple(sorted(module(step) for step in NAMES)) == HANDLERS
    for step, state in with_email.tasks().items():
        target = with_email.resources[state["Resource"].rpartition(":")[2]]
        assert target["Properties"]["Description"] == f"fitbit-daily: {step}"


@pytest.mark.parametrize("step", NAMES)
def test_each_function_runs_the_handler_of_its_name_with_the_variables_that_its_code_reads_and_no_other(
    with_email: Template, step: str
) -> None:
    assert with_email.functions()[step]["Handler"] == f"{module(step)}.handler"
    tree = ast.parse((LAMBDAS / f"{module(step)}.py").read_text(encoding="utf-8"))
    assert (ast.get_docstring(tree) or "").startswith(f"{step}: ")
    code = behind(module(step))
    assert set(variables(with_email, step)) == code.variables
    assert code.variables <= code.variables_used


def test_on_the_local_stack_a_function_is_given_the_addresses_that_its_code_reads_and_no_other(
    local_template: Template,
) -> None:
    for step in STEPS:
        code = behind(module(step))
        assert set(variables(local_template, step)) == code.variables | code.addresses, step


def test_the_environment_is_read_in_no_way_that_these_tests_do_not_see() -> None:
    # The session's variable is named by whoever makes it.
    assert every_module().other_readings == ["fitbit_daily.adapters.http", ENVIRONMENT]


def test_the_runtime_is_the_newest_that_cdk_knows() -> None:
    names = [name for name in dir(lambda_.Runtime) if name.startswith("PYTHON_3")]
    assert max(names, key=lambda name: int(name.rpartition("_")[2])) == "PYTHON_3_14"


def test_all_functions_are_alike_but_for_their_time_outs(with_email: Template) -> None:
    functions = with_email.functions()
    timeouts = {step: function["Timeout"] for step, function in functions.items()}
    assert timeouts == {step: {"Tweet": 120, "Notify": 60, "Widget": 30}.get(step, 90) for step in NAMES}
    (layer,) = with_email.of("AWS::Lambda::LayerVersion")
    for function in functions.values():
        assert (function["Runtime"], function["Architectures"]) == ("python3.14", ["arm64"])
        assert (function["MemorySize"], function["TracingConfig"]) == (512, {"Mode": "Active"})
        assert [spelled(each) for each in function["Layers"]] == [f"${{{layer}}}"]
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert len({str(function["Code"]) for function in functions.values()}) == 1


@pytest.mark.parametrize(("of", "days"), [("with_email", 30), ("otherwise", 90)])
def test_each_function_and_the_workflow_has_a_log_of_its_own_that_goes_after_the_configured_days_or_with_the_stack(
    request: pytest.FixtureRequest, of: str, days: int
) -> None:
    template: Template = request.getfixturevalue(of)
    groups = template.of("AWS::Logs::LogGroup")
    used = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in template.functions().values()}
    assert used < set(groups) and (len(used), len(groups)) == (len(NAMES), len(NAMES) + 1)
    for group in groups.values():
        assert (group["Properties"]["RetentionInDays"], group["DeletionPolicy"]) == (days, "Delete")


def test_no_value_of_a_variable_is_a_secret_but_only_its_name(otherwise: Template, with_email: Template) -> None:
    for template in (otherwise, with_email):
        for step in template.functions():
            for name, value in variables(template, step).items():
                assert isinstance(value, str) or set(value) == {"Ref"}, name
        assert "resolve:secretsmanager" not in str(template.plain)
