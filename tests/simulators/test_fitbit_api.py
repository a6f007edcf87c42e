"""The strictness of the Fitbit simulator's Web API: bearer, scopes, rate limit, dates, units, shapes."""

from typing import Any

import pytest

from tests.simulators.fitbit_client import DEVICES, Fitbit, activity, refused, series, sleep

DAY = "2021-05-23"
PATHS = {"activity": activity(DAY), "sleep": sleep(DAY), "settings": DEVICES}
SCOPES = tuple(PATHS)


@pytest.fixture
def fitbit() -> Fitbit:
    return Fitbit().refresh()


# The bearer, the scopes, the rate limit


def test_an_access_token_lasts_eight_hours_and_its_refusal_repeats_it(fitbit: Fitbit) -> None:
    fitbit.later(seconds=28799)
    assert fitbit.get(DEVICES).status_code == 200
    fitbit.later(seconds=1)
    answer = fitbit.get(DEVICES)
    assert refused(answer) == (401, "expired_token")
    assert fitbit.headers["Authorization"].removeprefix("Bearer ") in answer.text


def test_an_invented_bearer_is_invalid_and_none_is_a_bad_request(fitbit: Fitbit) -> None:
    assert refused(fitbit.client.get(DEVICES, headers={"Authorization": "Bearer CANARY"})) == (401, "invalid_token")
    assert refused(fitbit.client.get(DEVICES)) == (400, "invalid_request")


@pytest.mark.parametrize("scope", SCOPES)
def test_each_endpoint_needs_its_scope(scope: str) -> None:
    fitbit = Fitbit(scopes=[name for name in SCOPES if name != scope]).refresh()
    answers = {name: fitbit.get(path) for name, path in PATHS.items()}
    assert [name for name, answer in answers.items() if answer.status_code == 403] == [scope]
    assert refused(answers[scope]) == (403, "insufficient_scope")
    assert f"access {scope} data" in answers[scope].text


def test_the_user_may_be_named_and_another_one_is_forbidden(fitbit: Fitbit) -> None:
    assert fitbit.get(DEVICES.replace("/-/", "/CANARY/")).status_code == 200
    assert refused(fitbit.get(DEVICES.replace("/-/", "/26FWFL/"))) == (403, "insufficient_permissions")


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


@pytest.mark.parametrize("day", ["2021-5-23", "2021-02-30", "20210523", "today"])
def test_a_date_is_written_as_yyyy_mm_dd_and_exists(fitbit: Fitbit, day: str) -> None:
    for path in (activity(day), sleep(day)):
        answer = fitbit.get(path)
        assert refused(answer) == (400, "validation")
        assert answer.get_json()["errors"][0]["fieldName"] == "date"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/1/user/-/activities.json", (400, "invalid_request")),
        ("/1/user/-/sleep/date/2021-05-23.json", (400, "invalid_request")),
        (series("tracker/caloriesBMR", DAY), (400, "invalid_request")),
        (series("steps", DAY, "2021-05-22"), (400, "validation")),
        (series("steps", "2021-05-23", "2024-05-22"), (400, "validation")),
        (series("activityCalories", "2021-05-01", "2021-05-31"), (400, "validation")),
        (series("steps", DAY, "1m"), (501, "not_simulated")),
        (sleep("2021-05-23/2021-08-31"), (400, "validation")),
        (sleep("2021-05-23/2021-05-22"), (400, "validation")),
        (sleep("2021-05-23/today"), (400, "validation")),
    ],
)
def test_a_path_or_a_range_that_fitbit_does_not_know_is_refused(fitbit: Fitbit, path: str, error: Any) -> None:
    assert refused(fitbit.get(path)) == error


def test_a_wrong_method_or_an_unknown_parameter_is_a_bad_request(fitbit: Fitbit) -> None:
    assert refused(fitbit.get(DEVICES, access_token="x")) == (400, "invalid_request")
    assert refused(fitbit.client.post(DEVICES, headers=fitbit.headers)) == (400, "invalid_request")


# Shapes


def test_a_range_of_sleep_has_the_logs_of_up_to_100_dates_and_no_summary(fitbit: Fitbit) -> None:
    found = fitbit.get(sleep(f"{DAY}/2021-08-30")).get_json()
    assert set(found) == {"sleep"} and len({log["dateOfSleep"] for log in found["sleep"]}) == 100
    assert found["sleep"][-2:] == fitbit.get(sleep(DAY)).get_json()["sleep"]


def test_a_range_of_sleep_leaves_out_what_is_being_processed_and_says_nothing_of_it(fitbit: Fitbit) -> None:
    fitbit.switch("sleep-processing", 1)
    assert fitbit.get(sleep("2026-02-06/2026-02-07")).get_json() == {"sleep": []}
    assert len(fitbit.get(sleep("2026-02-06/2026-02-07")).get_json()["sleep"]) == 2


def test_the_devices_tell_the_last_sync_in_local_time_without_a_zone(fitbit: Fitbit) -> None:
    (device,) = fitbit.get(DEVICES).get_json()
    told = {"battery": "High", "batteryLevel": 80, "lastSyncTime": "2026-11-22T00:05:00.000", "type": "TRACKER"}
    assert told.items() <= device.items()


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
