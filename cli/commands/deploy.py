"""make deploy: bootstraps the account where needed, then deploys with the CDK command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from botocore.exceptions import ClientError

from cli import last_deployment
from cli.asking import agree, somebody_is_there
from cli.aws import Deployed, Target, find_target
from cli.errors import CliError, one_sentence
from cli.last_deployment import Deployment
from cli.prose import tell
from cli.settings import differences, settings_of_the_clone
from fitbit_daily.clock import utc_now
from stacks.settings_file import own_file, write_own

ROOT = Path(__file__).parent.parent.parent

# What the stack's assets need: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
_BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
_BOOTSTRAP_NEEDED = 6


@click.command()
@click.option("--diff", is_flag=True, help="Only show what would change.")
def deploy(diff: bool) -> None:
    """Deploy the stack to the AWS account that the environment points to, or that it was deployed to last."""
    if os.environ.get("AWS_ENDPOINT_URL"):
        raise CliError(
            "This terminal talks to the local stack, where there is nothing to deploy.",
            "Open a new terminal, then type: make deploy",
        )
    target = find_target()
    target.say()
    wanted = settings_of_the_clone(utc_now()).as_words()
    if diff:
        _cdk("diff")
        return
    _same_account(target)
    _keep_settings(target, wanted)
    if not _is_bootstrapped(target):
        tell("This account and region are new to CDK: bootstrapping them first.", err=True)
        _cdk("bootstrap")
    _cdk("deploy")
    last_deployment.write(Deployment(target.account, target.region, os.environ.get("AWS_PROFILE")))
    tell("\nDeployed. To see what is in place, and what to type where it is not: ./daily doctor", err=True)


def _same_account(target: Target) -> None:
    last = last_deployment.read()
    if last is None or (last.account, last.region) == (target.account, target.region):
        return
    agree(
        f"The last deployment from here went to AWS account {last.account}, region {last.region}: "
        "both would post from then on.",
        f"Deploy to account {target.account}, region {target.region}?",
        unasked="Where you can be asked, type: make deploy",
    )


def _keep_settings(target: Target, wanted: Mapping[str, str]) -> None:
    """In a fresh clone, what is deployed knows more of the person's settings than the clone does."""
    if own_file().exists() or target.find_stack() is None:
        return
    release = Deployed(target).release
    if release is None:
        agree(
            "What is deployed is of an earlier edition, which does not tell its settings: those of this clone take "
            "their place. To see them: ./daily settings",
            "Deploy with the settings of this clone?",
            unasked="Choose yours first: ./daily settings KEY=VALUE",
        )
        return
    changes = differences(release.settings, wanted)
    if not changes:
        return
    name = own_file().name
    tell(f"This clone has no {name}. What is deployed has other settings:", err=True)
    for change in changes:
        tell(f"  {change}", err=True)
    refusal = CliError(
        f"Nothing was deployed. Type make deploy in a terminal, and the deployed settings are written to {name};",
        "or choose yours first: ./daily settings KEY=VALUE",
    )
    if not somebody_is_there() or not click.confirm(f"Keep those that are deployed, in {name}?", err=True):
        raise refusal
    write_own({key: value for key, value in release.settings.items() if wanted.get(key, value) != value})


def _is_bootstrapped(target: Target) -> bool:
    with one_sentence():
        try:
            version = target.client("ssm").get_parameter(Name=_BOOTSTRAP_VERSION)["Parameter"]["Value"]
        except ClientError as error:
            if error.response["Error"].get("Code") != "ParameterNotFound":
                raise
            return False
    return int(version) >= _BOOTSTRAP_NEEDED


def _cdk(command: str) -> None:
    environment = {
        **os.environ,
        "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "CDK_HOME": str(ROOT / ".local/cdk-home"),
        "CDK_DISABLE_CLI_TELEMETRY": "1",
    }
    done = subprocess.run(["node_modules/.bin/cdk", command, "--no-notices"], cwd=ROOT, env=environment)
    if done.returncode:
        sys.exit(done.returncode)
