"""./daily doctor: each thing that can be wrong is a bad row that says what to type, and breaks no other row."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from cli.checks.finding import Finding
from cli.commands.doctor import _row
from fitbit_daily import VERSION
from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.domain.trackers import Sync
from tests.adapters.fixtures import START, fill
from tests.canaries import escaped
from tests.cli.deployed_stack import PARAMETER, DeployedStack, stack
from tests.cli.examined import NAMES, bad, rows, well
from tests.cli.step_functions import Canned, refusal

__all__ = ["stack", "well"]

OF_FITBIT = {"client_id": "23ABCD", "client_secret": "of Fitbit", "refresh_token": "of Fitbit"}


def test_with_all_good_every_row_is_there_in_its_order_as_json_and_as_a_plain_line(well: DeployedStack) -> None:
    def versions() -> list[Any]:
        secrets = client("secretsmanager")
        return [secrets.describe_secret(SecretId=arn)["VersionIdsToStages"] for arn in well.secrets.values()]

    executions, before = [*well.steps.executions], versions()
    found = rows(well, exit_code=0)
    assert list(found) == NAMES
    assert found["Schedule"]["says"] == "on; next Mon 2026-11-23 00:10 in Asia/Tokyo"
    assert found["E-mail"]["says"] == "no e-mail is set: nobody is told of failures"
    assert found["Last success"]["says"] == "about 2026-11-21, Sun 2026-11-22 00:09"
    assert found["Tracker"]["says"].startswith("steps since")
    assert "./daily doctor --x" in found["X keys"]["says"]
    lines = well.daily("doctor").splitlines()
    assert [line[6:24].strip() for line in lines[: len(NAMES)]] == NAMES
    assert lines[-1] == "All is good."
    assert well.steps.executions == executions and well.x.calls == [], "nothing that costs is asked"
    assert AccessTokenParameter(PARAMETER).read() is None and versions() == before


def test_without_a_stack_nothing_else_is_looked_at(well: DeployedStack) -> None:
    well.services["cloudformation"] = Canned(describe_stacks=refusal("ValidationError", "does not exist"))
    told = well.daily("doctor", exit_code=1)
    assert "make deploy" in told and "Nothing else was looked at." in told


def test_a_deployment_that_failed_or_is_of_another_version_is_bad(well: DeployedStack) -> None:
    well.release["version"] = "1.9.0"
    told = bad(well, "Stack")
    assert "fitbit-daily 1.9.0 in eu-central-1, since 2026" in told and VERSION in told
    (described,) = well.services["cloudformation"].answers["describe_stacks"]["Stacks"]
    for status, says in (
        ("ROLLBACK_COMPLETE", "fitbit-daily is in the state ROLLBACK_COMPLETE → make deploy"),
        ("UPDATE_ROLLBACK_COMPLETE", "the last deployment failed, and the one before it is in use → make deploy"),
    ):
        described["StackStatus"] = status
        assert bad(well, "Stack") == says


def test_settings_that_are_wrong_or_not_those_of_this_clone_are_bad(well: DeployedStack, own_settings: Path) -> None:
    well.release["settings"] |= {"language": "en", "alerts": "steps below 6000"}
    told = bad(well, "Settings")
    assert told.startswith("deployed are others than yours: ") and told.endswith(" → make deploy")
    assert "language is en, not ja" in told and "; alerts is steps below 6000, not none" in told
    own_settings.write_text('{"time_zone": "Tokyo"}')
    assert "'Tokyo'" in bad(well, "Settings")


def test_a_secret_that_was_never_filled_in_is_bad_and_what_depends_on_it_is_not_looked_at(well: DeployedStack) -> None:
    well.fill("source", "Xh3kP0v9_random")
    found = rows(well, exit_code=1)
    row = found["Source secret"]
    assert "never filled in" in row["says"] and row["remedy"] == "./daily authorize google_health"
    assert "Xh3k" not in str(found) and well.wire.exchanges == []
    for name in ("Authorisation", "Scopes", "Source API", "Tracker"):
        assert found[name]["says"] == "not looked at: Source secret comes first"


def test_a_secret_that_lacks_a_key_is_bad(well: DeployedStack) -> None:
    well.fill("x", {**asdict(well.x.credentials), "consumer_key": " "})
    told = bad(well, "X secret")
    assert "lacks consumer_key" in told and told.endswith("→ ./daily authorize x")


@pytest.mark.parametrize(
    ("fault", "name", "says"),
    [
        ("token-invalid-grant", "Authorisation", "./daily authorize google_health"),
        ("token-503", "Authorisation", "Try again later"),
        ("token-without-sleep", "Scopes", "tick every box"),
        ("devices-401", "Source API", "./daily authorize google_health"),
        ("devices-403-disabled", "Source API", "Enable it at https://console.cloud.google.com/"),
        ("devices-503", "Source API", "Try again later"),
        ("me-401", "X keys", "./daily authorize x"),
        ("me-402", "X keys", "console.x.com"),
        ("me-503", "X keys", "later"),
    ],
)
def test_what_the_source_and_x_answer_is_a_row_with_its_remedy(
    well: DeployedStack, fault: str, name: str, says: str
) -> None:
    of_x = name == "X keys"
    (well.x if of_x else well.google).faults.switch_on(fault)
    assert says in bad(well, name, *(["--x"] if of_x else []))


def test_a_tracker_that_has_not_synced_for_days_is_bad(well: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    well.google.faults.switch_on("tells-last-sync")
    assert "last synced 2026-11-22" in rows(well, exit_code=0)["Tracker"]["says"]
    for synced, says in (
        (START - timedelta(days=3), "last synced 2026-11-19 00:10, 72 h ago"),
        (None, "no sync is told"),
    ):
        monkeypatch.setattr(GoogleHealth, "synced_until", lambda *_, told=synced, **__: Sync(told))
        told = bad(well, "Tracker")
        assert says in told and "Open the Fitbit app" in told


def test_a_source_that_rotates_is_not_refreshed_but_the_stored_access_token_looked_at(well: DeployedStack) -> None:
    """The refresh token would be used up."""
    version = fill(well.secrets["source"], OF_FITBIT)
    well.environment["SOURCE"] = "fitbit"
    assert rows(well, exit_code=0)["Authorisation"]["says"].startswith("not checked")
    assert well.wire.exchanges == []
    now = well.clock()
    AccessTokenParameter(PARAMETER).write(AccessToken("t0ken", now, now + timedelta(hours=8), version))
    well.wire.applications["https://api.fitbit.com"] = _fitbit_devices
    found = rows(well, exit_code=0)
    assert found["Authorisation"]["says"].startswith("the stored access token is good until")
    assert found["Source API"]["state"] == found["Tracker"]["state"] == "good"


@pytest.mark.parametrize("known_by", ["a label", "the access token"])
def test_credentials_of_another_source_are_told_and_not_sent(well: DeployedStack, known_by: str) -> None:
    label = {"source": "fitbit"} if known_by == "a label" else {}
    version = fill(well.secrets["source"], OF_FITBIT | {"client_id": "somebody"} | label)
    now = well.clock()
    AccessTokenParameter(PARAMETER).write(AccessToken("t0ken", now, now, version, "fitbit"))
    assert bad(well, "Source secret").endswith("→ ./daily authorize google_health")
    assert well.wire.exchanges == []


def _fitbit_devices(environ: dict[str, Any], start: Any) -> list[bytes]:
    assert environ["PATH_INFO"] == "/1/user/-/devices.json"
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps([{"type": "TRACKER", "lastSyncTime": "2026-11-22T00:05:00.000"}]).encode()]


def test_xs_keys_are_tried_only_if_asked(well: DeployedStack) -> None:
    assert rows(well, "--x", exit_code=0)["X keys"]["says"] == "X accepts them, and they may write"
    assert well.x.calls == ["GET /2/users/me"]


def test_a_schedule_that_is_switched_off_or_missing_or_did_not_deliver_is_bad(well: DeployedStack) -> None:
    client("sqs").send_message(QueueUrl=well.queue, MessageBody="a start")
    told = bad(well, "Undelivered starts")
    assert "1 start was not delivered" in told and "./daily run --missing" in told and well.queue in told
    client("sqs").purge_queue(QueueUrl=well.queue)
    told = well.services["scheduler"].answers["get_schedule"]
    well.services["scheduler"].answers["get_schedule"] = told | {"State": "DISABLED"}
    assert "switched off" in bad(well, "Schedule")
    resources = well.services["cloudformation"].answers["list_stack_resources"]["StackResourceSummaries"]
    resources.pop(0)
    assert "make deploy" in bad(well, "Schedule")


@pytest.mark.parametrize(
    ("service", "operation", "error", "broken"),
    [
        (
            "scheduler",
            "get_schedule",
            refusal("AccessDeniedException", "User: arn:me is not authorized to perform: it."),
            {"Schedule"},
        ),
        (
            "cloudformation",
            "list_stack_resources",
            EndpointConnectionError(endpoint_url="https://x"),
            {"Schedule", "Undelivered starts"},
        ),
        (
            "lambda",
            "get_function_configuration",
            KeyError("secret text"),
            {"Source secret", "X secret", "Bluesky", "LINE", "Last success"},
        ),
    ],
)
def test_a_check_that_breaks_is_a_bad_row_and_breaks_no_other(
    well: DeployedStack, service: str, operation: str, error: Exception, broken: set[str]
) -> None:
    well.services[service].answers[operation] = error
    found = rows(well, exit_code=1)
    wrong = {name for name, row in found.items() if row["state"] == "bad"}
    assert wrong and wrong <= broken
    assert [name for name in found if name in NAMES] == NAMES and "secret text" not in str(found)


def test_addresses_left_in_the_environment_lead_no_token_astray(
    well: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_OAUTH_URL", "http://127.0.0.1:9")
    well.google.faults.switch_on("token-rotates")
    assert rows(well, exit_code=0)["Authorisation"]["state"] == "good"
    assert rows(well, exit_code=0)["Authorisation"]["state"] == "good", "the refresh token that came along was kept"


def test_no_row_shows_a_secret_whatever_is_wrong(well: DeployedStack) -> None:
    well.google.faults.switch_on("token-invalid-grant")
    well.x.faults.switch_on("me-401")
    assert escaped([well.type("doctor", "--x").output], well.all_secrets()) == []


def test_in_a_terminal_what_to_type_can_be_copied_whole() -> None:
    finding = Finding(
        "Stack", "bad", "it does not answer", "Start it with: python -m local up; then type: source .local/env"
    )
    assert _row(finding, ["Stack", "Settings"], 80).plain.splitlines() == [
        "✗  Stack     it does not answer",
        "             → Start it with:",
        "                 python -m local up",
        "               then type:",
        "                 source .local/env",
    ]
