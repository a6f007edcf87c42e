"""The strictness of the Fitbit simulator: tokens, bearer, scopes, rate limit, dates, shapes; and its faults."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from local.simulators.base import Dropped
from tests.simulators.fitbit_client import CREDENTIALS, DEVICES, Fitbit, activity, basic, refused, series, sleep

DAY = "2021-05-23"
YESTERDAY, TODAY = "2026-11-21", "2026-11-22"
PATHS = {"activity": activity(DAY), "sleep": sleep(DAY), "settings": DEVICES}
USED = CREDENTIALS.refresh_token


@pytest.fixture
def fresh() -> Fitbit:
    """Before its first refresh."""
    return Fitbit()


@pytest.fixture
def fitbit() -> Fitbit:
    return Fitbit().refresh()


# The token endpoint


def test_a_refresh_gives_a_new_pair_and_the_same_again_for_two_minutes(fresh: Fitbit) -> None:
    answer = fresh.token()
    got = answer.get_json()
    assert set(got) == {"access_token", "expires_in", "refresh_token", "scope", "token_type", "user_id"}
    assert (got["expires_in"], got["token_type"]) == (28800, "Bearer")
    assert got["scope"].split() == ["activity", "profile", "settings", "sleep"]
    assert got["refresh_token"] != USED and answer.headers["Cache-Control"] == "no-store"
    fresh.later(seconds=119)
    assert fresh.token().get_json() == got
    fresh.later(seconds=1)
    dead = fresh.token()
    assert refused(dead) == (400, "invalid_grant") and USED in dead.text, "Fitbit's refusal repeats it"


@pytest.mark.parametrize("use", [lambda fitbit: fitbit.get(DEVICES), lambda fitbit: fitbit.refresh()])
def test_the_window_ends_when_either_of_the_new_pair_is_used(fitbit: Fitbit, use: Callable[[Fitbit], Any]) -> None:
    use(fitbit)
    assert refused(fitbit.token(refresh_token=USED)) == (400, "invalid_grant")


def test_an_access_token_of_an_earlier_pair_does_not_end_the_window(fitbit: Fitbit) -> None:
    second = fitbit.token().get_json()
    assert fitbit.get(DEVICES).status_code == 200
    assert fitbit.token().get_json() == second


def test_a_wrong_refresh_is_refused_and_spends_nothing(fresh: Fitbit) -> None:
    for change in (
        {"grant_type": "password"},
        {"drop": "refresh_token"},
        {"refresh_token": [USED, USED]},
        {"client_id": CREDENTIALS.client_id},
        {"expires_in": "3600"},
    ):
        assert refused(fresh.token(**change)) == (400, "invalid_request"), change
    for authorization in (
        None,
        "Basic ???",
        basic().replace("Basic", "Bearer"),
        basic(client_id="OTHER0"),
        basic(client_secret="other"),
    ):
        assert refused(fresh.token(authorization)) == (401, "invalid_client"), authorization
    form, headers = {"grant_type": "refresh_token", "refresh_token": USED}, {"Authorization": basic()}
    for sent in ({"json": form}, {"query_string": form}):
        assert refused(fresh.client.post("/oauth2/token", headers=headers, **sent))[0] == 400
    assert fresh.simulator.tokens.refresh_token == USED


# The bearer, the scopes, the rate limit


def test_a_bearer_that_is_expired_invented_absent_or_another_users_is_refused(fitbit: Fitbit) -> None:
    assert refused(fitbit.client.get(DEVICES, headers={"Authorization": "Bearer CANARY"})) == (401, "invalid_token")
    assert refused(fitbit.client.get(DEVICES)) == (400, "invalid_request")
    assert refused(fitbit.get(DEVICES.replace("/-/", "/26FWFL/"))) == (403, "insufficient_permissions")
    fitbit.later(seconds=28799)
    assert fitbit.get(DEVICES.replace("/-/", "/CANARY/")).status_code == 200
    fitbit.later(seconds=1)
    answer = fitbit.get(DEVICES)
    assert refused(answer) == (401, "expired_token")
    assert fitbit.headers["Authorization"].removeprefix("Bearer ") in answer.text, "the refusal repeats it"


@pytest.mark.parametrize("scope", PATHS)
def test_each_endpoint_needs_its_scope(scope: str) -> None:
    fitbit = Fitbit(scopes=[name for name in PATHS if name != scope]).refresh()
    answers = {name: fitbit.get(path) for name, path in PATHS.items()}
    assert [name for name, answer in answers.items() if answer.status_code == 403] == [scope]
    assert refused(answers[scope]) == (403, "insufficient_scope")
    assert f"access {scope} data" in answers[scope].text


def test_the_151st_request_of_an_hour_is_refused_until_the_top_of_the_hour(fitbit: Fitbit) -> None:
    answers = [fitbit.get(DEVICES) for _ in range(150)]
    assert {answer.status_code for answer in answers} == {200}
    assert [answers[n].headers["Fitbit-Rate-Limit-Remaining"] for n in (0, 149)] == ["149", "0"]
    refusal = fitbit.get(DEVICES)
    assert refused(refusal) == (429, "system")
    assert refusal.headers["Retry-After"] == refusal.headers["Fitbit-Rate-Limit-Reset"] == "3000"
    fitbit.later(seconds=2999)
    assert fitbit.get(DEVICES).status_code == 429
    fitbit.later(seconds=1)
    top = fitbit.get(DEVICES).headers
    assert (top["Fitbit-Rate-Limit-Remaining"], top["Fitbit-Rate-Limit-Reset"]) == ("149", "3600")


# What is refused


def test_a_date_a_path_a_range_a_method_or_a_parameter_that_fitbit_does_not_know_is_refused(fitbit: Fitbit) -> None:
    for day in ("2021-5-23", "2021-02-30", "20210523", "today"):
        for path in (activity(day), sleep(day)):
            answer = fitbit.get(path)
            assert refused(answer) == (400, "validation"), path
            assert answer.get_json()["errors"][0]["fieldName"] == "date"
    for path in (
        "/1/user/-/activities.json",
        "/1/user/-/sleep/date/2021-05-23.json",
        series("tracker/caloriesBMR", DAY),
    ):
        assert refused(fitbit.get(path)) == (400, "invalid_request"), path
    for path in (
        series("steps", DAY, "2021-05-22"),
        series("steps", "2021-05-23", "2024-05-22"),
        series("activityCalories", "2021-05-01", "2021-05-31"),
        sleep("2021-05-23/2021-08-31"),
        sleep("2021-05-23/2021-05-22"),
        sleep("2021-05-23/today"),
    ):
        assert refused(fitbit.get(path)) == (400, "validation"), path
    assert refused(fitbit.get(series("steps", DAY, "1m"))) == (501, "not_simulated")
    assert refused(fitbit.get(DEVICES, access_token="x")) == (400, "invalid_request")
    assert refused(fitbit.client.post(DEVICES, headers=fitbit.headers)) == (400, "invalid_request")


# Shapes


def test_a_range_of_sleep_has_the_logs_of_up_to_100_dates_and_no_summary(fitbit: Fitbit) -> None:
    found = fitbit.get(sleep(f"{DAY}/2021-08-30")).get_json()
    assert set(found) == {"sleep"} and len({log["dateOfSleep"] for log in found["sleep"]}) == 100
    assert found["sleep"][-2:] == fitbit.get(sleep(DAY)).get_json()["sleep"]


def test_the_devices_tell_the_last_sync_in_local_time_and_a_scale_can_come_first_or_nothing_at_all(
    fitbit: Fitbit,
) -> None:
    (device,) = fitbit.get(DEVICES).get_json()
    told = {"battery": "High", "batteryLevel": 80, "lastSyncTime": "2026-11-22T00:05:00.000", "type": "TRACKER"}
    assert told.items() <= device.items()
    for name in ("not-synced", "scale-first"):
        fitbit.switch(name)
    got = [(device["type"], device["lastSyncTime"]) for device in fitbit.get(DEVICES).get_json()]
    assert got == [("SCALE", "2026-11-22T00:10:00.000"), ("TRACKER", "2026-11-21T12:00:00.000")]
    fitbit.switch("no-devices")
    assert fitbit.get(DEVICES).get_json() == []


def test_a_night_has_stages_a_nap_is_classic_and_a_day_without_sleep_has_an_empty_log(fitbit: Fitbit) -> None:
    nap, night = fitbit.get(sleep(DAY)).get_json()["sleep"]
    assert (nap["type"], nap["infoCode"], nap["isMainSleep"]) == ("classic", 2, False)
    assert (night["type"], night["infoCode"], night["isMainSleep"]) == ("stages", 0, True)
    assert "shortData" in night["levels"] and "shortData" not in nap["levels"]
    assert set(nap["levels"]["summary"]) == {"asleep", "restless", "awake"}
    assert set(night["levels"]["summary"]) == {"deep", "light", "rem", "wake"}
    assert (night["startTime"], night["endTime"]) == ("2021-05-22T23:30:00.000", "2021-05-23T10:15:00.000")
    for log in (nap, night):
        assert log["dateOfSleep"] == DAY and log["duration"] == log["timeInBed"] * 60_000
        assert log["timeInBed"] == log["minutesAsleep"] + log["minutesAwake"]
        assert sum(level["seconds"] for level in log["levels"]["data"]) == log["timeInBed"] * 60
    summary = {"totalMinutesAsleep": 0, "totalSleepRecords": 0, "totalTimeInBed": 0}
    assert fitbit.get(sleep("2026-02-08")).get_json() == {"sleep": [], "summary": summary}


def test_only_en_us_with_an_underscore_has_miles(fitbit: Fitbit) -> None:
    distances = [fitbit.value("tracker/distance", DAY, language) for language in (None, "en-US", "en_US")]
    assert [f"{float(distance):.3f}" for distance in distances] == ["1.213", "1.213", "0.754"]


# Faults


def test_an_error_of_the_web_api_has_its_type_and_headers(fitbit: Fitbit) -> None:
    for name, error in {
        "401-expired": (401, "expired_token"),
        "403-scope": (403, "insufficient_scope"),
        "410-json": (410, "gone"),
        "429": (429, "system"),
        "429-retry-after": (429, "system"),
        "503": (503, "system"),
    }.items():
        fitbit.switch(f"web-{name}", 1)
        struck = fitbit.get(DEVICES)
        assert refused(struck) == error
        assert ("Retry-After" in struck.headers) == (name == "429-retry-after")
        assert ("Fitbit-Rate-Limit-Reset" in struck.headers) == name.startswith("429")


def test_an_error_can_come_in_googles_envelope_and_switched_off_means_the_token_endpoint_too(fitbit: Fitbit) -> None:
    for name, status in (("403-google", "PERMISSION_DENIED"), ("429-google", "RESOURCE_EXHAUSTED")):
        fitbit.switch(f"web-{name}", 1)
        struck = fitbit.get(DEVICES)
        error = struck.get_json()["error"]
        assert (error["status"], error["code"], struck.status_code) == (status, int(name[:3]), int(name[:3]))
        assert not [header for header in dict(struck.headers) if "Rate-Limit" in header or header == "Retry-After"]
    for name, error in (("invalid-grant", (400, "invalid_grant")), ("429", (429, "system"))):
        fitbit.switch(f"token-{name}", 1)
        assert refused(fitbit.token()) == error
    fitbit.switch("everything-410-html")
    answers = [*(fitbit.get(path) for path in PATHS.values()), fitbit.token()]
    assert {(answer.status_code, answer.mimetype) for answer in answers} == {(410, "text/html")}
    assert fitbit.simulator.tokens.refresh_token == fitbit.refresh_token, "nothing is spent"


@pytest.mark.parametrize("name", ["rotates-and-drops", "rotates-and-503", "no-access-token", "no-refresh-token"])
def test_a_lost_answer_has_spent_the_refresh_token_but_can_be_had_again(fitbit: Fitbit, name: str) -> None:
    fitbit.switch(f"token-{name}", 1)
    with suppress(Dropped):
        lost = fitbit.token()
        assert name != "rotates-and-drops"
        assert not {"access_token", "refresh_token"} <= set(lost.get_json(silent=True) or {})
    new = fitbit.simulator.tokens.refresh_token
    assert fitbit.refresh_token != new == fitbit.token().get_json()["refresh_token"]


def test_an_access_token_can_be_dead_on_arrival_or_without_sleeps_scope(fitbit: Fitbit) -> None:
    fitbit.switch("token-expires-at-once", 1)
    assert refused(fitbit.refresh().get(DEVICES)) == (401, "expired_token")
    fitbit.switch("without-sleep-scope")
    assert refused(fitbit.refresh().get(sleep(DAY))) == (403, "insufficient_scope")
    assert fitbit.get(DEVICES).status_code == 200


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


def test_of_a_night_in_processing_only_the_finished_nap_is_shown_and_a_range_leaves_it_out(fitbit: Fitbit) -> None:
    fitbit.switch("sleep-processing", 1)
    log = fitbit.get(sleep(DAY)).get_json()
    assert log["meta"] == {"retryDuration": 3000, "state": "pending"}
    assert [entry["minutesAsleep"] for entry in log["sleep"]] == [135]
    assert log["summary"] == {"totalMinutesAsleep": 135, "totalSleepRecords": 1, "totalTimeInBed": 143}
    assert len(fitbit.get(sleep(DAY)).get_json()["sleep"]) == 2
    fitbit.switch("sleep-processing", 2)
    alone = [set(fitbit.get(sleep("2026-02-06")).get_json()) for _ in range(3)]
    assert alone == [{"meta"}, {"meta"}, {"sleep", "summary"}]
    fitbit.switch("sleep-processing", 1)
    ranges = [fitbit.get(sleep("2026-02-06/2026-02-07")).get_json() for _ in range(2)]
    assert ranges[0] == {"sleep": []} and len(ranges[1]["sleep"]) == 2
