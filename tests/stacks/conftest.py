"""The stack, synthesised once for each fixture; without CDK's own validation, which test_static_checks covers."""

from __future__ import annotations

import atexit
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.reading import Template

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 11, 22)
OWNER = "owner@example.org"
NO_BUNDLING: dict[str, Any] = {"aws:cdk:bundling-stacks": []}
# Every setting otherwise than in cdk.json, but for the source.
OTHERWISE: dict[str, Any] = {
    "time_zone": "Europe/Berlin",
    "time_of_day": "22:05",
    "give_up_at": "03:30",
    "language": "en",
    "style": "compact",
    "weekly": "sunday",
    "destinations": ["bluesky", "line"],
    "look_every_minutes": "45",
    "catch_up_days": "5",
    "log_retention_days": "90",
    "email": OWNER,
    "alerts": "steps below 6000;  hours asleep below 6",
}
LOOPBACK = "http://127.0.0.1:4566"
ADDRESSES = {
    "AWS_ENDPOINT_URL": LOOPBACK,
    "GOOGLE_HEALTH_URL": "http://127.0.0.1:4001",
    "GOOGLE_OAUTH_URL": "http://127.0.0.1:4002",
    "FITBIT_API_URL": "http://127.0.0.1:4003",
    "X_API_URL": "http://127.0.0.1:4004",
    "BLUESKY_URL": "http://127.0.0.1:4005",
    "LINE_API_URL": "http://127.0.0.1:4006",
}

# Node is started by this import, and reads the variables then. Into its folder go the assemblies that tests make.
_ASSEMBLIES = tempfile.mkdtemp()
atexit.register(shutil.rmtree, _ASSEMBLIES, ignore_errors=True)
with pytest.MonkeyPatch.context() as patch:
    patch.setenv("CDK_VALIDATION", "false")
    patch.setenv("TMPDIR", _ASSEMBLIES)
    importlib.import_module("aws_cdk")


def synthesise(environ: dict[str, str], **changed: Any) -> Template:
    from app import build

    app = build(environ=environ, today=TODAY, context=cdk_json() | NO_BUNDLING | changed)
    return Template(app.synth().get_stack_by_name("fitbit-daily").template)


def cdk_json() -> dict[str, Any]:
    """CDK's own context, and the default of each setting, as `-c` would give it."""
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return context | context.pop("settings")


@pytest.fixture
def context() -> dict[str, Any]:
    return cdk_json()


@pytest.fixture(scope="session")
def template() -> Template:
    """What is deployed with the settings of cdk.json."""
    return synthesise({})


@pytest.fixture(scope="session")
def with_email() -> Template:
    """What is deployed where there is somebody to tell."""
    return synthesise({}, email=OWNER)


@pytest.fixture(scope="session")
def otherwise() -> Template:
    """What is deployed where every setting is another one."""
    return synthesise({}, **OTHERWISE)


@pytest.fixture(scope="session")
def local_template() -> Template:
    """What is deployed to the local stack."""
    return synthesise(ADDRESSES)


@pytest.fixture(scope="session")
def assembly() -> Path:
    """What `cdk synth` hands to `cdk deploy`, notices included: checked by cdk-nag, and bundled under umask 077."""
    from app import build

    mine = os.umask(0o077)
    try:
        return Path(build(environ={}, today=TODAY, context=cdk_json() | {"email": OWNER}).synth().directory)
    finally:
        os.umask(mine)


def run_app(
    context: dict[str, Any], out: Path, *, environ: dict[str, str], root: Path = ROOT, umask: int = -1
) -> subprocess.CompletedProcess[str]:
    """app.py, as CDK's command line runs it."""
    theirs = {"CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(out)}
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=root,
        env=environ | theirs,
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
