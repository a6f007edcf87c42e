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


# The token endpoint


def test_a_refresh_gives_a_bearer_for_an_hour_and_no_new_refresh_token(google: Google) -> None:
    got = google.token().get_json()
    assert set(got) == {"access_token", "expires_in", "scope", "token_type"}
    assert (got["expires_in"], got["token_type"], got["scope"].split()) == (3599, "Bearer", list(RECOMMENDED_SCOPES))


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
        ({"refresh_token": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_refresh_is_refused_with_oauths_words(google: Google, change: Any, status: int, error: str) -> None:
    got = google.token(**change)
    assert (got.status_code, got.get_json()["error"]) == (status, error)


def test_a_refresh_must_be_a_form_in_the_body_without_basic_authorisation(google: Google) -> None:
    form = {**CANARIES, "grant_type": "refresh_token"}
    assert google.client.post("/token", json=form).status_code == 400
    assert google.client.post("/token", query_string=form).status_code == 400
    assert google.client.post("/token", data=form, auth=("a", "b")).status_code == 400


# The bearer, the scopes, the quota


def test_an_access_token_lasts_3599_seconds(google: Google) -> None:
    google.moment += timedelta(seconds=3598)
    assert google.get(DEVICES).status_code == 200
    google.moment += timedelta(seconds=1)
    assert refused(google.get(DEVICES)) == (401, "UNAUTHENTICATED", "INVALID_AUTHENTICATOR")


def test_a_request_without_a_bearer_is_told_so(google: Google) -> None:
    assert refused(google.client.get(DEVICES)) == (401, "UNAUTHENTICATED", "CREDENTIALS_MISSING")


@pytest.mark.parametrize(("path", "scope"), [(DEVICES, "settings"), (SLEEP, "sleep"), (STEPS, "activity_and_fitness")])
def test_each_endpoint_needs_its_scope(path: str, scope: str) -> None:
    google = Google(scopes=[name for name in RECOMMENDED_SCOPES if f".{scope}." not in name])
    answer = google.post(path, DAY) if path == STEPS else google.get(path)
    assert answer.get_json()["error"] == {
        "code": 403,
        "message": "Request had insufficient authentication scopes.",
        "status": "PERMISSION_DENIED",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com",
            }
        ],
    }


def test_the_301st_request_within_a_minute_is_refused_and_the_next_minute_is_free(google: Google) -> None:
    assert {google.get(DEVICES).status_code for _ in range(300)} == {200}
    assert refused(google.get(DEVICES)) == (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
    google.moment += timedelta(seconds=60)
    assert google.get(DEVICES).status_code == 200


@pytest.mark.parametrize("path", ["/v4/users/me/devices", "/v4/users/me/dataTypes/steps/dataPoints:dailyRollup", STEPS])
def test_a_wrong_path_or_method_is_an_html_404(google: Google, path: str) -> None:
    got = google.get(path)
    assert (got.status_code, got.mimetype) == (404, "text/html")


# Rollups


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        (STEPS, rollup_of("2021-05-23", "2021-05-23"), "INVALID_TIME_RANGE"),
        (STEPS, rollup_of("2021-05-23", "2021-05-22"), "INVALID_TIME_RANGE"),
        (STEPS, rollup_of("2021-02-28", "2021-02-30"), "INVALID_TIME_RANGE"),
        (STEPS, {"range": {"start": civil("2021-05-23")}}, "INVALID_TIME_RANGE"),
        (STEPS, {}, "INVALID_TIME_RANGE"),
        (STEPS, rollup_of("2021-05-23", "2021-08-22"), "INVALID_ROLLUP_QUERY_DURATION"),
        (CALORIES, rollup_of("2021-05-23", "2021-06-07"), "INVALID_ROLLUP_QUERY_DURATION"),
        (CALORIES, {**DAY, "pageSize": 1}, ""),
        (STEPS, {**DAY, "pageSize": 91}, ""),
        (STEPS, rollup_of("2021-05-23", "2021-05-30", pageSize=3), ""),
        (STEPS, {**DAY, "windowSizeDays": 0}, ""),
        (STEPS, {**DAY, "window_size_days": 1}, ""),
        (STEPS, {**DAY, "filter": "x"}, ""),
        (STEPS, {**DAY, "windowSizeDays": "1"}, ""),
        (STEPS, {"range": {"start": {"date": "2021-05-23"}, "end": civil("2021-05-24")}}, ""),
        (STEPS, {**DAY, "dataSourceFamily": "google-wearables"}, "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"),
        (STEPS, {**DAY, "pageToken": "invented"}, ""),
        (SLEEP.replace("reconcile", "dailyRollUp"), DAY, "UNSUPPORTED_DATA_TYPE_ACTION"),
        (STEPS.replace("steps", "activity-level"), DAY, "UNSUPPORTED_DATA_TYPE_ACTION"),
        (STEPS.replace("steps", "basal-energy-burned"), DAY, "UNSUPPORTED_DATA_TYPE_ACTION"),
        (STEPS + "?windowSizeDays=1", DAY, ""),
    ],
)
def test_a_wrong_rollup_is_an_invalid_argument(google: Google, path: str, body: Any, reason: str) -> None:
    assert refused(google.post(path, body)) == (400, "INVALID_ARGUMENT", reason)


def test_the_words_are_googles(google: Google) -> None:
    unknown = google.post(STEPS, {**DAY, "range": {**DAY["range"], "zone": "Asia/Tokyo"}}).get_json()["error"][
        "message"
    ]
    assert unknown == "Invalid JSON payload received. Unknown name \"zone\" at 'range': Cannot find field."
    level = google.post(STEPS.replace("steps", "activity-level"), DAY).get_json()["error"]
    assert level["message"] == "DailyRollup is not supported for data type activity-level"
    floors = google.get("/v4/users/me/dataTypes/floors/dataPoints").get_json()["error"]
    assert floors["message"] == "List is not supported for data type floors"
    padded = json.dumps(DAY).replace('"month": 5', '"month": 05')
    answer = google.client.post(STEPS, headers=google.headers, data=padded, content_type="application/json")
    assert answer.get_json()["error"]["message"].endswith("Octal/hex numbers are not valid JSON values.")


def test_a_wrong_data_type_is_not_found_and_another_user_is_forbidden(google: Google) -> None:
    assert refused(google.post(STEPS.replace("steps", "total_calories"), DAY))[:2] == (404, "NOT_FOUND")
    assert refused(google.post(STEPS.replace("/me/", "/42/"), DAY))[:2] == (403, "PERMISSION_DENIED")


def test_what_is_not_simulated_says_so_instead_of_inventing_an_answer(google: Google) -> None:
    assert refused(google.post(STEPS.replace("steps", "floors"), DAY))[:2] == (501, "UNIMPLEMENTED")


def test_the_longest_ranges_are_allowed_and_come_newest_first(google: Google) -> None:
    assert len(google.post(STEPS, rollup_of("2021-05-23", "2021-08-21")).get_json()["rollupDataPoints"]) == 90
    points = google.post(CALORIES, rollup_of("2021-05-23", "2021-06-06")).get_json()["rollupDataPoints"]
    assert [point["civilStartTime"]["date"]["day"] for point in points[:2]] == [5, 4]


def test_the_end_is_exclusive_and_a_second_before_it_is_not_the_whole_day(google: Google) -> None:
    clipped = json.loads(json.dumps(DAY))
    clipped["range"]["end"] = civil("2021-05-23") | {"time": {"hours": 23, "minutes": 59, "seconds": 59}}
    steps = [google.post(STEPS, body).get_json()["rollupDataPoints"] for body in (DAY, clipped)]
    assert [[point["steps"]["countSum"] for point in points] for points in steps] == [["1781"], ["1780"]]


def test_windows_of_several_days_are_sums_and_the_last_is_cut_short(google: Google) -> None:
    body = rollup_of("2026-02-02", "2026-02-05")
    single = google.post(STEPS, body).get_json()["rollupDataPoints"]
    double = google.post(STEPS, {**body, "windowSizeDays": 2}).get_json()["rollupDataPoints"]
    assert [p["civilStartTime"]["date"]["day"] for p in single] == [4, 2]  # nothing for the day without the watch
    assert [p["steps"]["countSum"] for p in double] == [p["steps"]["countSum"] for p in single]


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("steps", "2026-02-04", {"steps": {"countSum": "0"}}),
        ("steps", "2026-02-03", None),
        ("total-calories", "2026-02-06", {"totalCalories": {"kcalSum": 2200.4}}),
        ("active-energy-burned", "2026-02-10", None),
        ("sedentary-period", "2026-02-07", {"sedentaryPeriod": {"durationSum": "33119.750s"}}),
        ("active-minutes", "2026-02-04", None),
    ],
)
def test_missing_is_absent_and_zero_is_zero(google: Google, name: str, day: str, value: Any) -> None:
    body = rollup_of(
        day, day[:-2] + f"{int(day[-2:]) + 1:02}", dataSourceFamily="users/me/dataSourceFamilies/google-wearables"
    )
    got = google.post(STEPS.replace("steps", name), body).get_json()
    if value is None:
        assert got == {}
    else:
        assert value.items() <= got["rollupDataPoints"][0].items()


def test_the_level_of_activity_that_is_not_known_is_left_out(google: Google) -> None:
    got = google.post(STEPS.replace("steps", "active-minutes"), rollup_of("2026-02-09", "2026-02-10")).get_json()
    levels = got["rollupDataPoints"][0]["activeMinutes"]["activeMinutesRollupByActivityLevel"]
    assert [level["activityLevel"] for level in levels] == ["LIGHT", "VIGOROUS"]
