"""The checks that synth itself makes, cdk-nag's and CDK's own; and that it needs nothing to make them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.conftest import NO_BUNDLING, OWNER, cdk_json, run_app

# All of these read one assembly: they go to one worker.
pytestmark = pytest.mark.xdist_group("assembly")


def reports(assembly: Path) -> dict[str, dict[str, Any]]:
    """What each check said, by its name."""
    report = json.loads((assembly / "validation-report.json").read_text(encoding="utf-8"))
    return {each["pluginName"]: each for each in report["pluginReports"]}


def acknowledged(assembly: Path) -> dict[tuple[str, str], str]:
    """The reason for each (path of a construct, id of a finding)."""
    metadata = json.loads((assembly / "fitbit-daily.metadata.json").read_text(encoding="utf-8"))
    return {
        (path.removeprefix("/"), finding): reason
        for path, entries in metadata.items()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for finding, reason in entry["data"].items()
    }


def test_cdk_nag_finds_nothing_but_what_is_acknowledged_with_its_reason(assembly: Path) -> None:
    nag = reports(assembly)["AwsSolutions"]
    assert (nag["conclusion"], nag["violations"]) == ("success", [])
    reasons = acknowledged(assembly)
    found = {(each["acknowledgedAt"], each["acknowledgedId"]) for each in nag["suppressedViolations"]}
    assert found == set(reasons) != set()
    for reason in reasons.values():
        assert len(reason) > 40 and reason.endswith("."), "a sentence"


@pytest.mark.thorough
def test_synth_finds_nothing_and_needs_neither_credentials_nor_a_network_nor_any_other_variable(tmp_path: Path) -> None:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # Nothing answers on port 9: what asks for anything fails.
    environ |= {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    ended = run_app(cdk_json() | NO_BUNDLING | {"email": OWNER}, tmp_path, environ=environ)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
    # CDK's own validation reports only what it finds.
    for name, report in reports(tmp_path).items():
        assert (report["conclusion"], report["violations"]) == ("success", []), name


def test_the_template_is_for_whatever_account_and_region_it_is_deployed_to(assembly: Path) -> None:
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["fitbit-daily"]["environment"] == "aws://unknown-account/unknown-region"
    # What is looked up in an account at synth.
    assert "missing" not in manifest
