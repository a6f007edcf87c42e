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

STEP_NAMES = tuple(STEPS)
NAMES = (*STEPS, *OTHERS)


@pytest.fixture
def template(with_email: Template) -> Template:
    """Notify is deployed only where there is somebody to tell; the other functions are the same."""
    return with_email


def module(step: str) -> str:
    return step.lower().replace(" ", "_")


def variables(template: Template, step: str) -> set[str]:
    return set(template.functions()[step].get("Environment", {}).get("Variables", {}))


def test_there_is_a_function_for_each_step_and_for_each_handler(template: Template) -> None:
    assert set(STEP_NAMES) == set(template.tasks())
    assert set(template.functions()) == set(NAMES)
    assert tuple(sorted(module(step) for step in NAMES)) == HANDLERS


@pytest.mark.parametrize("step", NAMES)
def test_each_function_runs_the_handler_of_its_name(template: Template, step: str) -> None:
    assert template.functions()[step]["Handler"] == f"{module(step)}.handler"
    tree = ast.parse((LAMBDAS / f"{module(step)}.py").read_text(encoding="utf-8"))
    assert "handler" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert (ast.get_docstring(tree) or "").startswith(f"{step}: ")


@pytest.mark.parametrize("step", STEP_NAMES)
def test_each_state_runs_the_function_of_its_name(template: Template, step: str) -> None:
    target = template.tasks()[step]["Resource"].rpartition(":")[2]
    assert template.resources[target]["Properties"]["Description"] == f"fitbit-daily: {step}"


@pytest.mark.parametrize("step", NAMES)
def test_each_function_is_given_all_the_variables_that_its_code_reads_and_no_other(
    template: Template, step: str
) -> None:
    code = behind(module(step))
    assert variables(template, step) == code.variables
    assert code.variables <= code.variables_used


@pytest.mark.parametrize("step", STEP_NAMES)
def test_on_the_local_stack_a_function_is_given_the_addresses_that_its_code_reads_and_no_other(
    local_template: Template, step: str
) -> None:
    code = behind(module(step))
    assert variables(local_template, step) == code.variables | code.addresses


def test_the_environment_is_read_in_no_way_that_these_tests_do_not_see() -> None:
    # The session's variable is named by whoever makes it.
    assert every_module().other_readings == ["fitbit_daily.adapters.http", ENVIRONMENT]


def test_every_function_runs_on_the_newest_runtime_that_cdk_knows_on_arm(template: Template) -> None:
    assert lambda_.Runtime.PYTHON_3_14.runtime_equals(newest_python())
    for function in template.functions().values():
        assert (function["Runtime"], function["Architectures"]) == ("python3.14", ["arm64"])


def newest_python() -> lambda_.Runtime:
    names = [name for name in dir(lambda_.Runtime) if name.startswith("PYTHON_3")]
    runtime: lambda_.Runtime = getattr(lambda_.Runtime, max(names, key=lambda name: int(name.rpartition("_")[2])))
    return runtime


def test_every_function_has_a_time_out_and_memory_of_its_own_choice(template: Template) -> None:
    timeouts = {step: function["Timeout"] for step, function in template.functions().items()}
    assert timeouts == {step: {"Tweet": 120, "Notify": 60, "Widget": 30}.get(step, 90) for step in NAMES}
    assert {function["MemorySize"] for function in template.functions().values()} == {512}


def test_every_function_logs_as_json_into_a_group_of_its_own(template: Template) -> None:
    logging = [function["LoggingConfig"] for function in template.functions().values()]
    assert {each["LogFormat"] for each in logging} == {"JSON"}
    groups = {each["LogGroup"]["Ref"] for each in logging}
    assert len(groups) == len(NAMES)
    assert groups < set(template.of("AWS::Logs::LogGroup"))


def test_every_log_is_kept_as_long_as_configured_and_goes_with_the_stack(
    template: Template, context: dict[str, Any]
) -> None:
    groups = template.of("AWS::Logs::LogGroup").values()
    assert len(groups) == len(NAMES) + 1
    for group in groups:
        assert group["Properties"]["RetentionInDays"] == int(context["log_retention_days"])
        assert group["DeletionPolicy"] == "Delete"


def test_every_function_is_traced(template: Template) -> None:
    assert {function["TracingConfig"]["Mode"] for function in template.functions().values()} == {"Active"}


def test_all_functions_share_one_code_asset_and_one_layer(template: Template) -> None:
    functions = template.functions().values()
    assert len({str(function["Code"]) for function in functions}) == 1
    layers = {spelled(layer) for function in functions for layer in function["Layers"]}
    assert layers == {f"${{{name}}}" for name in template.of("AWS::Lambda::LayerVersion")}
    assert len(layers) == 1


def test_every_function_has_a_role_of_its_own(template: Template) -> None:
    assert len({spelled(function["Role"]) for function in template.functions().values()}) == len(NAMES)


def test_no_value_of_a_variable_is_a_secret_but_only_its_name(template: Template) -> None:
    for function in template.functions().values():
        for name, value in function.get("Environment", {}).get("Variables", {}).items():
            assert isinstance(value, str) or set(value) == {"Ref"}, name
    assert "resolve:secretsmanager" not in str(template.plain)
