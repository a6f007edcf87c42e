"""make deploy: bootstraps the account where needed, then deploys with the CDK command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
from botocore.exceptions import ClientError

from cli.aws import Target, find_target
from cli.errors import one_sentence

ROOT = Path(__file__).parent.parent.parent

# What the stack's assets need: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
_BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
_BOOTSTRAP_NEEDED = 6


@click.command()
def deploy() -> None:
    """Deploy the stack to the AWS account that the environment points to."""
    target = find_target()
    target.say()
    if not _is_bootstrapped(target):
        click.echo("This account and region are new to CDK: bootstrapping them first.", err=True)
        _cdk("bootstrap")
    _cdk("deploy")
    click.echo(
        "\nDeployed. What is in place, and what to type where it is not: ./daily doctor",
        err=True,
    )


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
