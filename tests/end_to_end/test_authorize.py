"""From authorising in the browser to a post, on the running local stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canaries import escaped
from tests.end_to_end.driver import COMMANDS, Stack

ROOT = Path(__file__).parent.parent.parent

# All of these share one stack: they go to one worker.
pytestmark = pytest.mark.xdist_group("end to end")

# Started as the person's browser, with the address that it is to open.
BROWSER = """
import re, requests, sys

page = requests.get(sys.argv[1], timeout=5)
boxes = re.findall(r'name="scope" value="([^"]+)"', page.text)
requests.post(page.url, data=[("decision", "continue"), *(("scope", box) for box in boxes)], timeout=5)
"""


@pytest.fixture
def browser(tmp_path: Path) -> str:
    script = tmp_path / "browser.py"
    script.write_text(BROWSER)
    return f"{sys.executable} {script} %s"


def daily(stack: Stack, browser: str, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT,
        env={**os.environ, **stack.environment, "AWS_ACCESS_KEY_ID": COMMANDS, "BROWSER": browser},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
    )


def source_secret(stack: Stack) -> dict[str, str]:
    arn = stack.environment["SOURCE_SECRET_ARN"]
    values: dict[str, str] = json.loads(stack.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    return values


def test_a_new_authorisation_is_what_the_next_execution_uses(stack: Stack, browser: str) -> None:
    before = source_secret(stack)
    done = daily(stack, browser, "authorize", "google_health", typed="y\n")
    assert done.returncode == 0, done.stderr
    after = source_secret(stack)
    assert after["client_id"] == before["client_id"] and after["refresh_token"] != before["refresh_token"]
    assert escaped([done.stdout, done.stderr], after.values()) == []
    execution = stack.run({"date": "2022-10-01"})
    assert execution.statuses() == {"activity": "posted", "sleep": "posted"}


def test_try_shows_the_articles_posts_and_changes_nothing(stack: Stack, browser: str, tmp_path: Path) -> None:
    before = source_secret(stack)
    file = tmp_path / "client_secret.json"
    file.write_text(json.dumps({"installed": {name: before[name] for name in ("client_id", "client_secret")}}))
    done = daily(stack, browser, "try", "--date", "2021-05-23", "--client-file", str(file))
    assert done.returncode == 0, done.stderr
    assert "--- activity: would be posted, 203/280" in done.stdout
    assert "--- sleep: would be posted, 60/280" in done.stdout
    assert source_secret(stack) == before
