"""The checks that synth itself makes, cdk-nag's and CDK's own, and cfn-lint: all pass."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from constructs import IConstruct

from stacks import nag
from tests.stacks.conftest import NO_BUNDLING, OWNER, cdk_json, run_app, synthesise
from tests.stacks.linting import findings

# All of these read one assembly: they go to one worker.
pytestmark = pytest.mark.xdist_group("assembly")


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
    # CDK's own validation reports only what it finds.
    assert "AwsSolutions" in reports
    for name, report in reports.items():
        assert (report["conclusion"], report["violations"]) == ("success", []), name


def test_every_acknowledged_finding_is_really_found_and_has_its_reason(
    reports: dict[str, dict[str, Any]], acknowledged: dict[tuple[str, str], str]
) -> None:
    synthesise({}, email=OWNER)
    suppressed = reports["AwsSolutions"]["suppressedViolations"]
    assert {(each["acknowledgedAt"], each["acknowledgedId"]) for each in suppressed} == set(acknowledged)
    for reason in acknowledged.values():
        assert len(reason) > 40 and reason.endswith("."), "a sentence"


def test_cfn_lint_finds_nothing_in_the_template(assembly: Path) -> None:
    assert findings(json.loads((assembly / "fitbit-daily.template.json").read_text(encoding="utf-8"))) == []


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
