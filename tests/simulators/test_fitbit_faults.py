"""Faults and scenarios of the Fitbit simulator."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from local.simulators.base import Dropped
from tests.simulators.fitbit_client import (
    DEVICES,
    Fitbit,
    activity,
    refused,
    series,
    sleep,
)

DAY = "2021-05-23"
YESTERDAY, TODAY = "2026-11-21", "2026-11-22"
PATHS = {"devices": DEVICES, "activity": activity(DAY), "sleep": sleep(DAY)}


@pytest.fixture
def fitbit() -> Fitbit:
    return Fitbit().refresh()


def message(answer: TestResponse) -> str:
    return str(answer.get_json()["errors"][0]["message"])


# Faults of the Web API


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("401-expired", (401, "expired_token")),
        ("401-invalid", (401, "invalid_token")),
        ("403-scope", (403, "insufficient_scope")),
        ("404", (404, "not_found")),
        ("410-json", (410, "gone")),
        ("429", (429, "system")),
        ("429-retry-after", (429, "system")),
        ("500", (500, "system")),
        ("503", (503, "system")),
    ],
)
def test_an_error_has_its_type_and_headers(fitbit: Fitbit, name: str, error: Any) -> None:
    fitbit.switch(f"web-{name}", 1)
    struck = fitbit.get(DEVICES)
    assert refused(struck) == error
    assert ("Retry-After" in struck.headers) == (name == "429-retry-after")
    assert ("Fitbit-Rate-Limit-Reset" in struck.headers) == name.startswith("429")
    if name.startswith("401"):
        assert fitbit.headers["Authorization"].removeprefix("Bearer ") in message(struck), "as Fitbit repeats it"


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


# Faults of the token endpoint


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("invalid-grant", 400, "invalid_grant"),
        ("invalid-client", 401, "invalid_client"),
        ("410-json", 410, "gone"),
        ("429", 429, "system"),
        ("500", 500, "system"),
        ("503", 503, None),
    ],
)
def test_the_token_endpoint_can_fail_without_spending_anything(
    fitbit: Fitbit, name: str, status: int, error: str | None
) -> None:
    fitbit.switch(f"token-{name}", 1)
    struck = fitbit.token()
    errors = (struck.get_json(silent=True) or {}).get("errors", [{}])
    assert (struck.status_code, errors[0].get("errorType")) == (status, error)
    assert fitbit.simulator.tokens.refresh_token == fitbit.refresh_token
    assert name != "invalid-grant" or fitbit.refresh_token in message(struck), "as Fitbit repeats it"


@pytest.mark.parametrize(
    "name", ["rotates-and-drops", "rotates-and-503", "truncated", "no-access-token", "no-refresh-token"]
)
def test_a_lost_answer_has_spent_the_refresh_token_but_can_be_had_again_for_two_minutes(
    fitbit: Fitbit, name: str
) -> None:
    fitbit.switch(f"token-{name}", 1)
    if name.endswith("drops"):
        with pytest.raises(Dropped):
            fitbit.token()
    else:
        lost = fitbit.token()
        assert lost.status_code == (503 if name.endswith("503") else 200)
        assert not {"access_token", "refresh_token"} <= set(lost.get_json(silent=True) or {})
    new = fitbit.simulator.tokens.refresh_token
    assert new != fitbit.refresh_token
    assert fitbit.token().get_json()["refresh_token"] == new
    fitbit.later(minutes=2)
    assert refused(fitbit.token()) == (400, "invalid_grant")
    assert fitbit.token(refresh_token=new).status_code == 200


def test_an_access_token_can_be_dead_on_arrival_and_the_next_one_alive(fitbit: Fitbit) -> None:
    fitbit.switch("token-expires-at-once", 1)
    assert refused(fitbit.refresh().get(DEVICES)) == (401, "expired_token")
    assert fitbit.refresh().get(DEVICES).status_code == 200


# Scenarios


def test_two_rounds_see_an_unsynced_day_and_the_third_sees_it_whole(fitbit: Fitbit) -> None:
    whole = fitbit.summary(YESTERDAY)
    assert fitbit.switch("not-synced", 2) == {"not-synced": 2}
    rounds = []
    for _ in range(3):
        (tracker,) = fitbit.get(DEVICES).get_json()
        rounds.append((tracker["lastSyncTime"], fitbit.summary(YESTERDAY) == whole))
    noon = "2026-11-21T12:00:00.000"
    assert rounds == [(noon, False), (noon, False), ("2026-11-22T00:05:00.000", True)]
    assert fitbit.client.get("/simulator/faults").get_json()["on"] == {}


@pytest.mark.parametrize("path", [activity(TODAY), series("tracker/steps", TODAY)])
def test_without_reading_devices_the_following_days_steps_are_the_look(fitbit: Fitbit, path: str) -> None:
    fitbit.switch("not-synced", 2)
    looks = []
    for _ in range(3):
        fitbit.get(path)
        looks.append(fitbit.wearer.unsynced.going_on)
    assert looks == [True, True, False]


def test_the_numbers_of_the_day_itself_and_other_time_series_are_no_look(fitbit: Fitbit) -> None:
    fitbit.switch("not-synced", 1)
    for path in (activity(YESTERDAY), series("steps", YESTERDAY), series("distance", TODAY), sleep(TODAY)):
        fitbit.get(path)
    assert fitbit.wearer.unsynced.left == 1


def test_a_scale_can_come_first_and_its_sync_says_nothing(fitbit: Fitbit) -> None:
    for name in ("not-synced", "scale-first"):
        fitbit.switch(name)
    got = [(device["type"], device["lastSyncTime"]) for device in fitbit.get(DEVICES).get_json()]
    assert got == [("SCALE", "2026-11-22T00:10:00.000"), ("TRACKER", "2026-11-21T12:00:00.000")]
    fitbit.switch("no-devices")
    assert fitbit.get(DEVICES).get_json() == []


def test_a_user_can_have_left_out_the_box_for_sleep(fitbit: Fitbit) -> None:
    fitbit.switch("without-sleep-scope")
    assert fitbit.token().get_json()["scope"].split() == ["activity", "profile", "settings"]
    assert refused(fitbit.get(sleep(DAY))) == (403, "insufficient_scope")
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
