"""python -m local fault, and the demo's FAULT: what there is, what is on, and what was switched."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from fitbit_daily.adapters.sources import SOURCES
from local.commands import local
from local.faults import EASY, chosen_fault, vendors
from local.simulators.base import serve


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("easy", EASY)
def test_each_easy_name_is_a_fault_of_each_source(source: str, easy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULT", easy)
    assert any(chosen_fault(source) in vendor.known for vendor in vendors(source))


def test_a_faults_full_name_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULT", "rollup-503")
    assert chosen_fault("google_health") == "rollup-503"
    monkeypatch.delenv("FAULT")
    assert chosen_fault("google_health") is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("rolup-503", "Try rollup-503"),
        (
            "moon",
            "Try authorization-revoked, source-down, .*, bluesky-down, line-quota; .* python -m local fault",
        ),
        ("health-hang", "FAULT=health-drop"),
    ],
)
def test_a_fault_that_cannot_be_shown_is_refused_with_others(
    name: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULT", name)
    with pytest.raises(click.UsageError, match=says):
        chosen_fault("google_health")


def test_simulators_of_others_are_not_made_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULT", "x-down")
    monkeypatch.setenv("X_API_URL", "http://127.0.0.1:1")
    with pytest.raises(click.UsageError, match="this one has X_API_URL"):
        chosen_fault("google_health")


# The command


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The simulators of Google and X, as .local/env names them."""
    monkeypatch.setenv("SOURCE", "google_health")
    servers = []
    for vendor in vendors("google_health"):
        servers.append(serve(vendor.simulator))
        monkeypatch.setenv(vendor.variable, f"http://127.0.0.1:{servers[-1].server_port}")
    yield
    for server in servers:
        server.shutdown()
        server.server_close()


def fault(*words: str) -> str:
    result = CliRunner().invoke(local, ["fault", *words], env={"COLUMNS": "80"})
    return result.output


def test_a_fault_is_switched_on_where_it_is_known_listed_as_on_and_switched_off(running: None) -> None:
    assert fault("post-402", "--times", "2").startswith("Switched on: post-402, 2 times.\nX: posting: the prepaid")
    assert "Switched on: not-synced, until you type: python -m local fault --clear\n" in fault("not-synced")
    of_google, of_x = fault().split("\nX\n")
    assert "Google Health\nOn: not-synced (until cleared)\n" in of_google
    assert of_x.startswith("On: post-402 (2 left)\n")
    assert fault("--clear") == "Switched off: not-synced, post-402\n"
    assert fault("--clear") == "No fault was on.\n"
    assert fault("x-down").startswith("Switched on: post-503,"), "the names that a demo takes are known, too"


def test_the_list_has_each_vendors_endpoints_and_failures_and_fits_into_a_terminal() -> None:
    listed = fault()
    assert max(map(len, listed.splitlines())) <= 80
    for part in ("Google Health\n", "  rollup   the daily rollups", "Failures of token\n", "  not-synced", "\nX\n"):
        assert part in listed
    assert listed.count("HTML page of what stands before the API") == 5, "what all have is said once"


def test_what_cannot_be_switched_is_said_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Did you mean" in fault("rollup-50")
    assert "Type: source .local/env" in fault("post-402")
    monkeypatch.setenv("X_API_URL", "http://127.0.0.1:1")
    assert "Is the local stack up? Type: python -m local up" in fault("post-402")
