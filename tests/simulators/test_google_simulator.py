"""The strictness of the Google simulator: tokens, scopes, quota, rollups, sleep and pages.

What it answers where all is right, and how it fails, is told by the tests of the adapter, which reads it.
"""

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
    ended,
    refused,
    rollup_of,
)

FILTER = "INVALID_DATA_POINT_FILTER"


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


def test_a_wrong_refresh_is_refused_with_oauths_words(google: Google) -> None:
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"refresh_token": "1//0unknown"}, (400, "invalid_grant")),
        ({"client_id": "other"}, (401, "invalid_client")),
        ({"client_secret": "other"}, (401, "invalid_client")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"drop": "client_secret"}, (400, "invalid_request")),
        ({"audience": "x"}, (400, "invalid_request")),
        ({"client_id": ["a", "b"]}, (400, "invalid_request")),
    ]
    for change, answer in wrong:
        got = google.token(**change)
        assert (got.status_code, got.get_json()["error"]) == answer
    form = {**CANARIES, "grant_type": "refresh_token"}
    # A form in the body, without basic authorisation, is the one way.
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


def test_a_wrong_rollup_is_an_invalid_argument(google: Google) -> None:
    wrong: list[tuple[str, Any, str]] = [
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
    ]
    for path, body, reason in wrong:
        assert refused(google.post(path, body)) == (400, "INVALID_ARGUMENT", reason), (path, body)


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


# Sleep


def test_a_wrong_filter_is_refused_with_its_reason_and_so_is_a_wrong_query(google: Google) -> None:
    for text, reason in (
        (ended(member="sleep.interval.civil_start_time"), FILTER + "_DATA_TYPE_MEMBER"),
        (ended(member="sleep.interval.civilEndTime"), FILTER),
        (ended("2021-05-23T00:00:00Z", "2021-05-24T00:00:00Z"), FILTER + "_TIMESTAMP_FORMAT"),
        (ended("2021-05-25", "2021-05-24"), "INVALID_TIME_RANGE"),
        ("sleep.interval.civil_end_time >= 2021-05-23", FILTER + "_SYNTAX"),
        ('sleep.interval.civil_end_time <= "2021-05-23"', FILTER + "_EXPRESSION_STRUCTURE"),
        (ended().replace("AND", "and"), FILTER + "_SYNTAX"),
    ):
        assert refused(google.get(SLEEP, filter=text)) == (400, "INVALID_ARGUMENT", reason)
    for query in ({"pageSize": 26}, {"pageSize": "many"}, {"pageSize": [1, 2]}, {"pageToken": "x"}, {"orderBy": "x"}):
        assert refused(google.get(SLEEP, filter=ended(), **query))[:2] == (400, "INVALID_ARGUMENT"), query


# Pages


def pages(google: Google, path: str = SLEEP, **query: Any) -> list[dict[str, Any]]:
    found = [google.get(path, **query).get_json()]
    while "nextPageToken" in found[-1]:
        found.append(google.get(path, pageToken=found[-1]["nextPageToken"], **query).get_json())
    return found


def test_a_page_token_is_good_for_the_same_request_only() -> None:
    google = Google(page_size_cap=1)
    first, second = pages(google, filter=ended())
    assert len(first["dataPoints"]) == len(second["dataPoints"]) == 1 and first != second
    other = google.get(SLEEP, filter=ended("2021-05-22"), pageToken=first["nextPageToken"])
    assert refused(other)[:2] == (400, "INVALID_ARGUMENT")
    token = google.post(STEPS, rollup_of("2021-05-23", "2021-05-25")).get_json()["nextPageToken"]
    assert refused(google.post(STEPS, {**DAY, "pageToken": token}))[0] == 400
    following = google.post(STEPS, rollup_of("2021-05-23", "2021-05-25", pageToken=token))
    assert following.get_json()["rollupDataPoints"][0]["steps"]["countSum"] == "1781"


def test_an_empty_first_page_can_have_a_token_with_everything_behind_it(google: Google) -> None:
    google.switch("sleep-empty-first-page")
    first, second = pages(google, filter=ended())
    assert set(first) == {"nextPageToken"} and len(second["dataPoints"]) == 2


def test_reading_all_pages_is_one_look(google: Google) -> None:
    for name in ("scale-first", "one-per-page", "tells-last-sync"):
        google.switch(name)
    for name in ("not-synced", "sleep-processing"):
        google.switch(name, 2)
    looks = [(pages(google, DEVICES), pages(google, filter=ended())) for _ in range(3)]
    trackers = [devices[1]["pairedDevices"][0]["lastSyncTime"] for devices, _ in looks]
    assert trackers == ["2026-11-21T03:00:00Z"] * 2 + ["2026-11-21T15:05:00Z"]
    assert [night[1]["dataPoints"][0]["sleep"]["metadata"]["processed"] for _, night in looks] == [False, False, True]
    assert set(google.client.get("/simulator/faults").get_json()["on"]) == {
        "scale-first",
        "one-per-page",
        "tells-last-sync",
    }
    assert google.client.delete("/simulator/faults").get_json()["on"] == {}
    assert len(google.get(DEVICES).get_json()["pairedDevices"]) == 1
