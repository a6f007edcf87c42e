"""The strictness of the Google simulator: tokens, bearer, scopes, quota, rollups."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.simulators.google.oauth import RECOMMENDED_SCOPES
from tests.simulators.google_client import (
    CALORIES,
    CANARIES,
    DAY,
    DEVICES,
    SLEEP,
    STEPS,
    Google,
    civil,
    refused,
    rollup_of,
)


@pytest.fixture
def google() -> Google:
    return Google()


# Tokens, scopes, the quota


def test_a_refresh_gives_a_bearer_for_3599_seconds_and_no_new_refresh_token(google: Google) -> None:
    got = google.token().get_json()
    assert set(got) == {"access_token", "expires_in", "scope", "token_type"}
    assert (got["expires_in"], got["token_type"], got["scope"].split()) == (3599, "Bearer", list(RECOMMENDED_SCOPES))
    google.moment += timedelta(seconds=3598)
    assert google.get(DEVICES).status_code == 200
    google.moment += timedelta(seconds=1)
    assert refused(google.get(DEVICES)) == (401, "UNAUTHENTICATED", "INVALID_AUTHENTICATOR")
    assert refused(google.client.get(DEVICES)) == (401, "UNAUTHENTICATED", "CREDENTIALS_MISSING")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"refresh_token": "1//0unknown"}, 400, "invalid_grant"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"client_secret": "other"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"drop": "client_secret"}, 400, "invalid_request"),
        ({"audience": "x"}, 400, "invalid_request"),
        ({"client_id": ["a", "b"]}, 400, "invalid_request"),
    ],
)
def test_a_wrong_refresh_is_refused_with_oauths_words(google: Google, change: Any, status: int, error: str) -> None:
    got = google.token(**change)
    assert (got.status_code, got.get_json()["error"]) == (status, error)


def test_a_refresh_must_be_a_form_in_the_body_without_basic_authorisation(google: Google) -> None:
    form = {**CANARIES, "grant_type": "refresh_token"}
    for sent in ({"json": form}, {"query_string": form}, {"data": form, "auth": ("a", "b")}):
        assert google.client.post("/token", **sent).status_code == 400


@pytest.mark.parametrize(("path", "scope"), [(DEVICES, "settings"), (SLEEP, "sleep"), (STEPS, "activity_and_fitness")])
def test_each_endpoint_needs_its_scope(path: str, scope: str) -> None:
    google = Google(scopes=[name for name in RECOMMENDED_SCOPES if f".{scope}." not in name])
    answer = google.post(path, DAY) if path == STEPS else google.get(path)
    assert refused(answer) == (403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


def test_the_301st_request_within_a_minute_is_refused_and_the_next_minute_is_free(google: Google) -> None:
    assert {google.get(DEVICES).status_code for _ in range(300)} == {200}
    assert refused(google.get(DEVICES)) == (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
    google.moment += timedelta(seconds=60)
    assert google.get(DEVICES).status_code == 200


# Rollups


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        (STEPS, rollup_of("2021-05-23", "2021-05-23"), "INVALID_TIME_RANGE"),
        (STEPS, rollup_of("2021-02-28", "2021-02-30"), "INVALID_TIME_RANGE"),
        (STEPS, {"range": {"start": civil("2021-05-23")}}, "INVALID_TIME_RANGE"),
        (STEPS, rollup_of("2021-05-23", "2021-08-22"), "INVALID_ROLLUP_QUERY_DURATION"),
        (CALORIES, rollup_of("2021-05-23", "2021-06-07"), "INVALID_ROLLUP_QUERY_DURATION"),
        (CALORIES, {**DAY, "pageSize": 1}, ""),
        (STEPS, {**DAY, "pageSize": 91}, ""),
        (STEPS, rollup_of("2021-05-23", "2021-05-30", pageSize=3), ""),
        (STEPS, {**DAY, "windowSizeDays": 0}, ""),
        (STEPS, {**DAY, "window_size_days": 1}, ""),
        (STEPS, {**DAY, "windowSizeDays": "1"}, ""),
        (STEPS, {"range": {"start": {"date": "2021-05-23"}, "end": civil("2021-05-24")}}, ""),
        (STEPS, {**DAY, "dataSourceFamily": "google-wearables"}, "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"),
        (STEPS, {**DAY, "pageToken": "invented"}, ""),
        (SLEEP.replace("reconcile", "dailyRollUp"), DAY, "UNSUPPORTED_DATA_TYPE_ACTION"),
        (STEPS.replace("steps", "basal-energy-burned"), DAY, "UNSUPPORTED_DATA_TYPE_ACTION"),
        (STEPS + "?windowSizeDays=1", DAY, ""),
    ],
)
def test_a_wrong_rollup_is_an_invalid_argument(google: Google, path: str, body: Any, reason: str) -> None:
    assert refused(google.post(path, body)) == (400, "INVALID_ARGUMENT", reason)


def test_a_wrong_path_a_wrong_data_type_and_another_user_are_refused_and_nothing_is_invented(google: Google) -> None:
    for path in ("/v4/users/me/devices", "/v4/users/me/dataTypes/steps/dataPoints:dailyRollup", STEPS):
        got = google.get(path)
        assert (got.status_code, got.mimetype) == (404, "text/html")
    for old, new, answer in (
        ("steps", "total_calories", (404, "NOT_FOUND")),
        ("/me/", "/42/", (403, "PERMISSION_DENIED")),
        ("steps", "floors", (501, "UNIMPLEMENTED")),
    ):
        assert refused(google.post(STEPS.replace(old, new), DAY))[:2] == answer


def test_the_words_are_googles(google: Google) -> None:
    unknown = google.post(STEPS, {**DAY, "range": {**DAY["range"], "zone": "Asia/Tokyo"}}).get_json()["error"]
    expected = "Invalid JSON payload received. Unknown name \"zone\" at 'range': Cannot find field."
    assert unknown["message"] == expected
    padded = json.dumps(DAY).replace('"month": 5', '"month": 05')
    answer = google.client.post(STEPS, headers=google.headers, data=padded, content_type="application/json")
    assert answer.get_json()["error"]["message"].endswith("Octal/hex numbers are not valid JSON values.")


def test_the_longest_ranges_are_allowed_and_come_newest_first_without_a_day_that_has_no_data(google: Google) -> None:
    assert len(google.post(STEPS, rollup_of("2021-05-23", "2021-08-21")).get_json()["rollupDataPoints"]) == 90
    assert google.post(CALORIES, rollup_of("2021-05-23", "2021-06-06")).status_code == 200
    points = google.post(STEPS, rollup_of("2026-02-02", "2026-02-05")).get_json()["rollupDataPoints"]
    assert [point["civilStartTime"]["date"]["day"] for point in points] == [4, 2]


def test_the_end_is_exclusive_and_a_second_before_it_is_not_the_whole_day(google: Google) -> None:
    clipped = json.loads(json.dumps(DAY))
    clipped["range"]["end"] = civil("2021-05-23") | {"time": {"hours": 23, "minutes": 59, "seconds": 59}}
    steps = [google.post(STEPS, body).get_json()["rollupDataPoints"] for body in (DAY, clipped)]
    assert [[point["steps"]["countSum"] for point in points] for points in steps] == [["1781"], ["1780"]]


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("steps", 4, {"steps": {"countSum": "0"}}),
        ("total-calories", 6, {"totalCalories": {"kcalSum": 2200.4}}),
        ("active-energy-burned", 10, {}),
        ("sedentary-period", 7, {"sedentaryPeriod": {"durationSum": "33119.750s"}}),
        ("active-minutes", 4, {}),
    ],
)
def test_missing_is_absent_and_zero_is_zero(google: Google, name: str, day: int, value: Any) -> None:
    body = rollup_of(f"2026-02-{day:02}", f"2026-02-{day + 1:02}")
    got = google.post(STEPS.replace("steps", name), body).get_json()
    assert value.items() <= got["rollupDataPoints"][0].items() if value else got == {}


def test_the_level_of_activity_that_is_not_known_is_left_out(google: Google) -> None:
    got = google.post(STEPS.replace("steps", "active-minutes"), rollup_of("2026-02-09", "2026-02-10")).get_json()
    levels = got["rollupDataPoints"][0]["activeMinutes"]["activeMinutesRollupByActivityLevel"]
    assert [level["activityLevel"] for level in levels] == ["LIGHT", "VIGOROUS"]
