"""Where the last deployment went, so that a new terminal needs no export. Untracked; no secret is in it."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).parent.parent / ".local" / "deployment.json"

_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")
# Credentials that are typed or handed over: a profile beside them would not count, or be of somebody else.
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


@dataclass(frozen=True)
class Deployment:
    """An AWS account and region; `profile` is the one with which it was reached, where one was chosen."""

    account: str
    region: str
    profile: str | None


def read() -> Deployment | None:
    """None where nothing was deployed from this clone, or the file is not what `write` made."""
    try:
        return Deployment(**json.loads(FILE.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write(deployment: Deployment) -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(asdict(deployment)) + "\n", encoding="utf-8")


def fill_in(environ: MutableMapping[str, str], last: Deployment) -> None:
    """Profile and region, where the environment chooses none; a region not beside a profile of another choice."""
    if last.profile and not any(environ.get(name) for name in ("AWS_PROFILE", *_KEYS)):
        environ["AWS_PROFILE"] = last.profile
    if not any(environ.get(name) for name in _REGION) and environ.get("AWS_PROFILE", last.profile) == last.profile:
        environ["AWS_REGION"] = last.region
