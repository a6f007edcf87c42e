"""make deploy: where it goes, and that a fresh clone loses no setting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli.last_deployment
from cli import asking
from cli.commands import deploy
from cli.last_deployment import Deployment
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import Canned, refusal

__all__ = ["stack"]

LAST = Deployment("123456789012", "eu-central-1", None)


@pytest.fixture
def ran(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """CDK's commands that were run, on a bootstrapped account."""
    commands: list[str] = []
    monkeypatch.setattr(deploy, "_cdk", commands.append)
    monkeypatch.setattr(cli.last_deployment, "FILE", tmp_path / "state" / "deployment.json")
    stack.services["ssm"] = Canned(get_parameter={"Parameter": {"Value": "30"}})
    return commands


def test_a_new_terminal_goes_where_the_last_deployment_went() -> None:
    for profile, given, filled in (
        (None, {}, {"AWS_REGION": "eu-central-1"}),
        ("me", {}, {"AWS_REGION": "eu-central-1", "AWS_PROFILE": "me"}),
        ("me", {"AWS_PROFILE": "other"}, {"AWS_PROFILE": "other"}),
        ("me", {"AWS_ACCESS_KEY_ID": "k"}, {"AWS_ACCESS_KEY_ID": "k", "AWS_REGION": "eu-central-1"}),
        ("me", {"AWS_REGION": "us-east-1"}, {"AWS_REGION": "us-east-1", "AWS_PROFILE": "me"}),
        (None, {"AWS_DEFAULT_REGION": "us-east-1"}, {"AWS_DEFAULT_REGION": "us-east-1"}),
    ):
        environ = dict(given)
        cli.last_deployment.fill_in(environ, Deployment("123456789012", "eu-central-1", profile))
        assert environ == filled


def test_another_account_or_region_is_asked_about(
    stack: DeployedStack, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.last_deployment.write(Deployment("123456789012", "us-east-1", None))
    assert "region us-east-1" in stack.refused("deploy") and ran == [], "nobody is there"
    monkeypatch.setattr(asking, "somebody_is_there", lambda: True)
    cli.last_deployment.write(Deployment("999999999999", "eu-central-1", None))
    assert "account 999999999999" in stack.type("deploy", answers="n\n").stderr
    assert ran == []
    stack.daily("deploy", answers="y\n")
    assert ran == ["deploy"] and cli.last_deployment.read() == LAST


def test_a_fresh_clone_overwrites_no_deployed_setting_but_takes_them_over(
    stack: DeployedStack, ran: list[str], own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.release["settings"] |= {"email": "me@example.org", "time_zone": "Europe/Berlin"}
    for answers in ("", "n\n"):
        monkeypatch.setattr(deploy, "somebody_is_there", lambda there=bool(answers): there)
        assert "./daily settings" in stack.refused("deploy", answers=answers)
        assert ran == [] and not own_settings.exists()
    told = stack.type("deploy", answers="y\n").stderr
    assert "time_zone is Europe/Berlin, not Asia/Tokyo" in told and "email is me@example.org, not none" in told
    assert ran == ["deploy"]
    assert json.loads(own_settings.read_text()) == {"email": "me@example.org", "time_zone": "Europe/Berlin"}


def test_over_an_edition_that_does_not_tell_its_settings_is_deployed_after_a_yes(
    stack: DeployedStack, ran: list[str], own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.services["cloudformation"].answers["get_template"] = {"TemplateBody": {}}
    for answers, deployed in (("", []), ("n\n", []), ("y\n", ["deploy"])):
        monkeypatch.setattr(asking, "somebody_is_there", lambda there=bool(answers): there)
        told = stack.type("deploy", answers=answers).stderr
        assert "of an earlier edition" in told and "./daily settings" in told and ran == deployed
    assert not own_settings.exists()


def test_whoever_deploys_first_or_has_chosen_settings_is_asked_nothing(
    stack: DeployedStack, ran: list[str], own_settings: Path
) -> None:
    stack.release["settings"]["email"] = "me@example.org"
    own_settings.write_text("{}")
    stack.daily("deploy")
    own_settings.unlink()
    stack.services["cloudformation"] = Canned(describe_stacks=refusal("ValidationError", "does not exist"))
    stack.daily("deploy")
    assert ran == ["deploy"] * 2


def test_a_terminal_of_the_local_stack_and_a_wrong_setting_are_told_before_anything_is_asked(
    stack: DeployedStack, ran: list[str], own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_settings.write_text('{"time_zone": "Tokyo"}')
    assert "'Tokyo'" in stack.refused("deploy")
    own_settings.unlink()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert "Open a new terminal" in stack.refused("deploy") and ran == []
