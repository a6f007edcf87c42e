"""The checks that synth itself makes, cdk-nag's and CDK's own, and cfn-lint: all pass, and all can fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

from stacks import nag
from stacks.permissions import STEPS
from tests.stacks.conftest import NO_BUNDLING, OWNER, ROOT, cdk_json, every_check, run_app, synthesise
from tests.stacks.linting import findings
from tests.stacks.reading import Template

# All of these read one assembly: they go to one worker.
pytestmark = pytest.mark.xdist_group("assembly")

AN_INVALID_STACK = """
import aws_cdk as cdk
app = cdk.App()
stack = cdk.Stack(app, "invalid")
cdk.CfnResource(stack, "Logs", type="AWS::Logs::LogGroup", properties={"Retention": 30})
app.synth()
"""


@pytest.fixture(scope="module")
def reports(assembly: Path) -> dict[str, dict[str, Any]]:
    """What each check of the full synth said, by its name."""
    report = json.loads((assembly / "validation-report.json").read_text(encoding="utf-8"))
    return {each["pluginName"]: each for each in report["pluginReports"]}


@pytest.fixture
def acknowledged(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """Is filled, while a stack is built, with the reason for each (path of a construct, id of a finding)."""
    recorded: dict[tuple[str, str], str] = {}

    class Recording:
        """Stands in for Validations, and hands on."""

        def __init__(self, construct: IConstruct) -> None:
            self._construct = construct

        @staticmethod
        def of(construct: IConstruct) -> Recording:
            return Recording(construct)

        def acknowledge(self, *acknowledgments: cdk.Acknowledgment) -> None:
            for each in acknowledgments:
                recorded[self._construct.node.path, each.id] = each.reason
            cdk.Validations.of(self._construct).acknowledge(*acknowledgments)

    monkeypatch.setattr(nag, "Validations", Recording)
    return recorded


def test_neither_cdk_nag_nor_cdks_own_validation_finds_anything(reports: dict[str, dict[str, Any]]) -> None:
    # CDK's own validation reports only what it finds: that it runs is shown below.
    assert "AwsSolutions" in reports
    for name, report in reports.items():
        assert (report["conclusion"], report["violations"]) == ("success", []), name


def test_every_acknowledged_finding_is_really_found(
    reports: dict[str, dict[str, Any]], acknowledged: dict[tuple[str, str], str]
) -> None:
    synthesise({}, email=OWNER)
    suppressed = reports["AwsSolutions"]["suppressedViolations"]
    assert {(each["acknowledgedAt"], each["acknowledgedId"]) for each in suppressed} == set(acknowledged)
    # Two secrets, each step's function and the state machine with *, every version of each, the schedule's queue.
    of_the_workflow = 2 + (len(STEPS) + 1) + len(STEPS) + 1
    # Catch up with the executions.
    of_the_workflow += 1
    # Notify with * and with the executions, its memory, and every version of it for the daily look.
    # The widget's function with *.
    assert len(acknowledged) == of_the_workflow + 4 + 1


def test_every_acknowledgement_has_a_reason_in_a_sentence(acknowledged: dict[tuple[str, str], str]) -> None:
    synthesise({}, email=OWNER)
    assert acknowledged
    for reason in acknowledged.values():
        assert len(reason) > 40 and reason.endswith(".")


@pytest.mark.parametrize("email", ["", OWNER])
def test_without_its_acknowledgements_the_stack_does_not_synthesise(
    email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nag, "Validations", Ignoring)
    with pytest.raises(Exception, match="ValidationFailed"):
        synthesise({}, email=email)


class Ignoring:
    """Stands in for Validations."""

    @staticmethod
    def of(construct: IConstruct) -> Ignoring:
        return Ignoring()

    def acknowledge(self, *acknowledgments: cdk.Acknowledgment) -> None:
        pass


def test_a_finding_of_cdk_nag_that_nobody_acknowledged_ends_synth() -> None:
    app = cdk.App()
    sqs.Queue(cdk.Stack(app, "careless"), "Queue")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(Exception, match="ValidationFailed"):
        app.synth()


def test_a_finding_of_cdks_own_validation_ends_synth(tmp_path: Path) -> None:
    environ = every_check() | {"CDK_CONTEXT_JSON": json.dumps(cdk_json()), "CDK_OUTDIR": str(tmp_path)}
    command = [sys.executable, "-c", AN_INVALID_STACK]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode != 0 and "('Retention' was unexpected)" in ended.stdout + ended.stderr


def test_cfn_lint_finds_nothing_in_the_template_with_an_address_and_in_the_one_without(
    assembly: Path, template: Template
) -> None:
    assert findings(json.loads((assembly / "fitbit-daily.template.json").read_text(encoding="utf-8"))) == []
    assert findings(template.plain) == []


def test_cfn_lint_would_find_a_property_that_does_not_exist(template: Template) -> None:
    careless = json.loads(json.dumps(template.plain))
    careless["Resources"]["KeptPostLedgerF2375F81"]["Properties"]["TabelName"] = "ledger"
    assert [finding[:5] for finding in findings(careless)] == ["E3002"]


def test_synth_needs_neither_credentials_nor_a_network_nor_any_other_variable(tmp_path: Path) -> None:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # Nothing answers on port 9: what asks for anything fails.
    environ |= {"CDK_VALIDATION": "false", "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    ended = run_app(cdk_json() | NO_BUNDLING, tmp_path, environ=environ)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
    assert (tmp_path / "fitbit-daily.template.json").exists()


def test_the_template_is_for_whatever_account_and_region_it_is_deployed_to(assembly: Path) -> None:
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["fitbit-daily"]["environment"] == "aws://unknown-account/unknown-region"


def test_a_bad_setting_ends_cdk_synth_with_its_sentence_and_no_traceback(tmp_path: Path) -> None:
    environ = dict(os.environ) | {"CDK_DISABLE_CLI_TELEMETRY": "1", "CDK_HOME": str(tmp_path / "home")}
    command = ["npx", "--no-install", "cdk", "synth", "--quiet", "--no-notices", "--output", str(tmp_path / "out")]
    ended = subprocess.run(
        [*command, "--context", "time_of_day=24:00"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in ended.stderr.splitlines() if not line.startswith("npm warn")]
    assert ended.returncode == 1 and ended.stdout == ""
    assert said[0] == (
        "fitbit-daily: setting 'time_of_day' is '24:00'; allowed is a time of day from 00:00 to 23:59, as HH:MM."
    )
    assert "Traceback" not in ended.stderr and len(said) <= 2
