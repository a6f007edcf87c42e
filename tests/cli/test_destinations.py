"""Bluesky and LINE at the command line: keys that are tried and stored, doctor, status, settling, and what is asked."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.bluesky import API as BLUESKY_API
from fitbit_daily.adapters.line import API as LINE_API
from fitbit_daily.domain.ledger import Due, Status, begin, posted, unknown
from local.simulators.bluesky import BlueskySimulator
from local.simulators.line import LineSimulator
from tests.adapters.fixtures import parameter
from tests.canaries import escaped
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.examined import NAMES, bad, rows, well

__all__ = ["stack", "well"]

DAY = "2026-11-20"
DID = "did:plc:abcdefghijklmnopqrstuvwx"
AT = f"at://{DID}/app.bsky.feed.post/3n2rs7ffk2223"


@pytest.fixture
def bluesky(stack: DeployedStack) -> BlueskySimulator:
    simulator = BlueskySimulator(now=stack.clock)
    stack.wire.applications[BLUESKY_API] = simulator
    return simulator


@pytest.fixture
def line(stack: DeployedStack) -> LineSimulator:
    simulator = LineSimulator(now=stack.clock)
    stack.wire.applications[LINE_API] = simulator
    return simulator


@pytest.fixture
def all_three(stack: DeployedStack, bluesky: BlueskySimulator, line: LineSimulator) -> DeployedStack:
    stack.environment["DESTINATIONS"] = "x; bluesky; line"
    parameter("/fitbit-daily/bluesky", keys_of(bluesky))
    parameter("/fitbit-daily/line", asdict(line.credentials))
    return stack


def keys_of(bluesky: BlueskySimulator) -> dict[str, str]:
    own = bluesky.credentials
    return {"handle": own.handle, "app_password": own.app_password}


def stored(name: str) -> tuple[str, Any]:
    found = client("ssm").get_parameter(Name=f"/fitbit-daily/{name}", WithDecryption=True)["Parameter"]
    return found["Type"], json.loads(found["Value"])


def typed(values: dict[str, str]) -> str:
    return "".join(f"{value}\n" for value in values.values())


# Authorising


def test_a_bluesky_account_is_tried_by_a_login_and_stored_encrypted(
    stack: DeployedStack, bluesky: BlueskySimulator
) -> None:
    keys = keys_of(bluesky)
    done = stack.type("authorize", "bluesky", answers=typed(keys | {"handle": f"@{keys['handle'].upper()}"}))
    assert done.exit_code == 0, done.output
    assert stored("bluesky") == ("SecureString", keys)
    assert bluesky.calls == ["POST /xrpc/com.atproto.server.createSession"] and bluesky.posts == []
    assert f"https://bsky.app/profile/{keys['handle']}" in done.stdout and "Automation label" in done.stdout
    assert "settings destinations=x,bluesky; make deploy" in done.stdout
    assert escaped([done.output], [keys["app_password"]]) == []


def test_a_line_channel_is_tried_by_asking_for_its_quota_and_nothing_is_sent(
    stack: DeployedStack, line: LineSimulator
) -> None:
    keys = asdict(line.credentials)
    done = stack.type("authorize", "line", answers=typed(keys))
    assert done.exit_code == 0, done.output
    assert stored("line") == ("SecureString", keys)
    assert line.posts == [] and {call.partition(" ")[0] for call in line.calls} == {"GET"}
    assert "0 of 200 used" in done.stdout and "as a friend" in done.stdout
    assert escaped([done.output], [keys["channel_access_token"]]) == []


def test_where_it_is_posted_to_already_what_is_missing_comes_next(
    all_three: DeployedStack, line: LineSimulator
) -> None:
    client("ssm").delete_parameter(Name="/fitbit-daily/bluesky")
    told = all_three.daily("authorize", "line", answers=typed(asdict(line.credentials)))
    assert told.endswith("Next: ./daily authorize bluesky\n")


def test_keys_that_are_wrong_are_not_stored(
    stack: DeployedStack, bluesky: BlueskySimulator, line: LineSimulator, tmp_path: Path
) -> None:
    for destination, key, value, says in [
        ("bluesky", "app_password", "mmmm-mmmm-mmmm-mmmm", "Bluesky refuses the login"),
        ("bluesky", "app_password", "MyOwnPassword1", "An app password looks like"),
        ("bluesky", "handle", "alice", "A handle is a name with dots"),
        ("line", "channel_access_token", "0123456789abcdef" * 2, "That is the channel secret"),
        ("line", "channel_access_token", "w" * 150, "LINE refuses the channel access token"),
        ("line", "user_id", "alice", "it is not your LINE ID"),
    ]:
        file, keys = tmp_path / "keys.json", {"bluesky": keys_of(bluesky), "line": asdict(line.credentials)}
        file.write_text(json.dumps(keys[destination] | {key: value}))
        assert says in stack.refused("authorize", destination, "--keys-file", str(file))
        assert client("ssm").describe_parameters()["Parameters"] == []


def test_another_server_gets_the_login_and_is_stored_with_it(
    stack: DeployedStack, bluesky: BlueskySimulator, tmp_path: Any
) -> None:
    stack.wire.applications["https://pds.example.org"] = stack.wire.applications.pop(BLUESKY_API)
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(keys_of(bluesky)))
    words = ("authorize", "bluesky", "--keys-file", str(file), "--service")
    stack.daily(*words, "https://pds.example.org/")
    assert stored("bluesky")[1]["service"] == "https://pds.example.org"
    for wrong in ("http://pds.example.org", "pds.example.org", "https://me@pds.example.org"):
        assert "is not the address of a server" in stack.refused(*words, wrong, exit_code=2)


# Doctor


def test_each_account_that_is_posted_to_is_looked_at_and_no_other(
    well: DeployedStack, bluesky: BlueskySimulator, line: LineSimulator
) -> None:
    assert not {"Bluesky", "LINE"} & set(rows(well, exit_code=0))
    well.environment["DESTINATIONS"] = "bluesky; line"
    parameter("/fitbit-daily/bluesky", keys_of(bluesky))
    parameter("/fitbit-daily/line", asdict(line.credentials))
    well.fill("x", {})
    found = rows(well, exit_code=0)
    assert set(NAMES) - set(found) == {"X secret", "X keys"}
    assert "takes the keys of" in found["Bluesky"]["says"] and "0 of 200" in found["LINE"]["says"]


def test_what_is_wrong_with_one_is_said_with_its_cure(
    well: DeployedStack, bluesky: BlueskySimulator, line: LineSimulator
) -> None:
    well.environment["DESTINATIONS"] = "x; bluesky"
    assert "./daily authorize bluesky" in bad(well, "Bluesky")
    parameter("/fitbit-daily/bluesky", keys_of(bluesky))
    bluesky.faults.switch_on("login-401-taken-down")
    assert "https://bsky.app" in bad(well, "Bluesky")
    well.environment["DESTINATIONS"] = "x; line"
    parameter("/fitbit-daily/line", asdict(line.credentials))
    line.channel.quota = 0
    assert "first of next month" in bad(well, "LINE")


# The ledger


def attempt(stack: DeployedStack, destination: str, kind: str) -> Any:
    at = stack.clock() - timedelta(days=2)
    stack.ledger.take_on(destination, date.fromisoformat(DAY), [kind], "e", at)
    entry = begin(None, destination=destination, date=DAY, kind=kind, text="t", execution="e", now=at)
    stack.ledger.write(entry)
    return entry


def test_the_posts_of_each_destination_are_listed_with_their_addresses(all_three: DeployedStack) -> None:
    all_three.write(DAY, "activity")
    for destination, kind, post_id in (("bluesky", "activity", AT), ("line", "day", "461230966842064897")):
        all_three.ledger.write(posted(attempt(all_three, destination, kind), post_id))
    told = all_three.daily("status", DAY)
    assert "X activity: https://x.com/i/status/17" in told
    assert f"Bluesky activity: https://bsky.app/profile/{DID}/post/3n2rs7ffk2223" in told
    posts = json.loads(all_three.daily("status", DAY, "--json"))["posts"]
    assert [(post["destination"], len(post["addresses"])) for post in posts if post["status"] == "posted"] == [
        ("x", 1),
        ("bluesky", 1),
        ("line", 0),
    ]


@pytest.mark.parametrize(
    ("destination", "kind", "given", "post_id"),
    [
        ("bluesky", "activity", AT, AT),
        ("bluesky", "activity", f"https://bsky.app/profile/{DID}/post/3n2rs7ffk2223", AT),
        ("line", "day", "unknown", None),
    ],
)
def test_a_post_is_settled_at_its_own_destination(
    destination: str, kind: str, given: str, post_id: str | None, all_three: DeployedStack
) -> None:
    all_three.write(DAY, kind, Status.UNKNOWN)
    all_three.ledger.write(unknown(attempt(all_three, destination, kind), "PostOutcomeUnknown"))
    all_three.daily("settle", DAY, kind, "--destination", destination, "--posted", given)
    row = all_three.ledger.read(destination, DAY, kind)
    assert row is not None and (row.status, row.post_id) == (Status.POSTED, post_id)
    of_x = all_three.row(DAY, kind)
    assert of_x is not None and of_x.status is Status.UNKNOWN


def test_a_day_is_missing_where_it_is_so_at_a_destination_in_use(all_three: DeployedStack) -> None:
    all_three.posted_all_but()
    all_three.ledger.write_due(Due("line", "day", date(2026, 11, 20)))
    assert "1 of the last 14 days is missing: 2026-11-20" in all_three.type("run", "--missing", "--dry-run").output
    all_three.environment["DESTINATIONS"] = "x"
    assert "None of the last 14 days is missing." in all_three.daily("run", "--missing")


def test_before_many_are_posted_it_is_asked_with_the_price_at_x_alone(all_three: DeployedStack) -> None:
    for destinations, style, asks in [
        ("x; bluesky; line", "classic", "Up to 20 posts, for which X takes about $0.12."),
        ("x", "compact", "Up to 4 posts, for which X takes about $0.06."),
        ("bluesky; line", "classic", "Up to 12 posts."),
    ]:
        all_three.environment |= {"DESTINATIONS": destinations, "STYLE": style}
        for destination in destinations.split("; "):
            for kind in ("day",) if destination == "line" or style == "compact" else ("activity", "sleep"):
                all_three.ledger.write_due(Due(destination, kind, date(2026, 11, 17)))
        assert asks in all_three.type("run", "--missing").output


def test_the_weeks_that_end_with_these_days_are_posts_too(all_three: DeployedStack) -> None:
    all_three.environment |= {"DESTINATIONS": "bluesky", "WEEKLY": "friday"}
    for kind in ("activity", "sleep"):
        all_three.ledger.write_due(Due("bluesky", kind, date(2026, 11, 17)))
    assert "Up to 9 posts." in all_three.type("run", "--missing").output
