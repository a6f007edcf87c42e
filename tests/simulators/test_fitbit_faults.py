"""Faults and scenarios of the Fitbit simulator."""

from contextlib import suppress
from typing import Any

import pytest

from local.simulators.base import Dropped
from tests.simulators.fitbit_client import DEVICES, Fitbit, activity, refused, series, sleep

DAY = "2021-05-23"
YESTERDAY, TODAY = "2026-11-21", "2026-11-22"
PATHS = {"devices": DEVICES, "activity": activity(DAY), "sleep": sleep(DAY)}


@pytest.fixture
def fitbit() -> Fitbit:
    return Fitbit().refresh()


# Faults


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("401-expired", (401, "expired_token")),
        ("403-scope", (403, "insufficient_scope")),
        ("410-json", (410, "gone")),
        ("429", (429, "system")),
        ("429-retry-after", (429, "system")),
        ("503", (503, "system")),
    ],
)
def test_an_error_has_its_type_and_headers(fitbit: Fitbit, name: str, error: Any) -> None:
    fitbit.switch(f"web-{name}", 1)
    struck = fitbit.get(DEVICES)
    assert refused(struck) == error
    assert ("Retry-After" in struck.headers) == (name == "429-retry-after")
    assert ("Fitbit-Rate-Limit-Reset" in struck.headers) == name.startswith("429")


@pytest.mark.parametrize(
    ("name", "status"), [("403-google", "PERMISSION_DENIED"), ("429-google", "RESOURCE_EXHAUSTED")]
)
def test_an_error_can_come_in_googles_envelope(fitbit: Fitbit, name: str, status: str) -> None:
    fitbit.switch(f"web-{name}", 1)
    struck = fitbit.get(DEVICES)
    error = struck.get_json()["error"]
    assert (error["status"], error["code"], struck.status_code) == (status, int(name[:3]), int(name[:3]))
    assert not [header for header in dict(struck.headers) if "Rate-Limit" in header or header == "Retry-After"]


def test_switched_off_means_everything_even_the_token_endpoint(fitbit: Fitbit) -> None:
    fitbit.switch("everything-410-html")
    answers = [*(fitbit.get(path) for path in PATHS.values()), fitbit.token()]
    assert {(answer.status_code, answer.mimetype) for answer in answers} == {(410, "text/html")}


@pytest.mark.parametrize(("name", "error"), [("invalid-grant", (400, "invalid_grant")), ("429", (429, "system"))])
def test_the_token_endpoint_can_fail_without_spending_anything(fitbit: Fitbit, name: str, error: Any) -> None:
    fitbit.switch(f"token-{name}", 1)
    assert refused(fitbit.token()) == error
    assert fitbit.simulator.tokens.refresh_token == fitbit.refresh_token


@pytest.mark.parametrize("name", ["rotates-and-drops", "rotates-and-503", "no-access-token", "no-refresh-token"])
def test_a_lost_answer_has_spent_the_refresh_token_but_can_be_had_again_for_two_minutes(
    fitbit: Fitbit, name: str
) -> None:
    fitbit.switch(f"token-{name}", 1)
    with suppress(Dropped):
        lost = fitbit.token()
        assert name != "rotates-and-drops"
        assert not {"access_token", "refresh_token"} <= set(lost.get_json(silent=True) or {})
    new = fitbit.simulator.tokens.refresh_token
    assert new != fitbit.refresh_token
    assert fitbit.token().get_json()["refresh_token"] == new
    fitbit.later(minutes=2)
    assert refused(fitbit.token()) == (400, "invalid_grant")
    assert fitbit.token(refresh_token=new).status_code == 200


# Scenarios


@pytest.mark.parametrize("path", [DEVICES, activity(TODAY), series("tracker/steps", TODAY)])
def test_only_devices_and_the_following_days_steps_are_a_look(fitbit: Fitbit, path: str) -> None:
    fitbit.switch("not-synced", 1)
    for no_look in (activity(YESTERDAY), series("steps", YESTERDAY), series("distance", TODAY), sleep(TODAY)):
        fitbit.get(no_look)
    assert fitbit.wearer.unsynced.left == 1
    for going_on in (True, False):
        fitbit.get(path)
        assert fitbit.wearer.unsynced.going_on is going_on


def test_the_last_sync_is_a_wall_clock_and_a_scale_can_come_first_or_nothing_at_all(fitbit: Fitbit) -> None:
    for name in ("not-synced", "scale-first"):
        fitbit.switch(name)
    got = [(device["type"], device["lastSyncTime"]) for device in fitbit.get(DEVICES).get_json()]
    assert got == [("SCALE", "2026-11-22T00:10:00.000"), ("TRACKER", "2026-11-21T12:00:00.000")]
    fitbit.switch("no-devices")
    assert fitbit.get(DEVICES).get_json() == []


def test_an_access_token_can_be_dead_on_arrival_or_without_sleeps_scope(fitbit: Fitbit) -> None:
    fitbit.switch("token-expires-at-once", 1)
    assert refused(fitbit.refresh().get(DEVICES)) == (401, "expired_token")
    fitbit.switch("without-sleep-scope")
    assert refused(fitbit.refresh().get(sleep(DAY))) == (403, "insufficient_scope")
    assert fitbit.get(DEVICES).status_code == 200


def test_beside_a_night_in_processing_the_finished_nap_is_shown(fitbit: Fitbit) -> None:
    fitbit.switch("sleep-processing", 1)
    log = fitbit.get(sleep(DAY)).get_json()
    assert log["meta"] == {"retryDuration": 3000, "state": "pending"}
    assert [entry["minutesAsleep"] for entry in log["sleep"]] == [135]
    assert log["summary"] == {"totalMinutesAsleep": 135, "totalSleepRecords": 1, "totalTimeInBed": 143}
    assert len(fitbit.get(sleep(DAY)).get_json()["sleep"]) == 2
    fitbit.switch("sleep-processing", 2)
    alone = [set(fitbit.get(sleep("2026-02-06")).get_json()) for _ in range(3)]
    assert alone == [{"meta"}, {"meta"}, {"sleep", "summary"}]
