"""Sleep and its filters, pages, faults and scenarios of the Google simulator."""

from typing import Any

import pytest

from local.simulators.google.faults import _ERRORS
from tests.simulators.google_client import CANARIES, DAY, DEVICES, SLEEP, STEPS, Google, ended, refused, rollup_of

# Of each error: status, google.rpc status, reason. https://developers.google.com/health/reference/rest/v4/errors
REFUSALS = {
    "400-not-linked": (400, "FAILED_PRECONDITION", "ACCOUNT_NOT_LINKED"),
    "400-not-ready": (400, "FAILED_PRECONDITION", ""),
    "400-invalid": (400, "INVALID_ARGUMENT", ""),
    "401": (401, "UNAUTHENTICATED", "INVALID_AUTHENTICATOR"),
    "403-scope": (403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    "403-disabled": (403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
    "403-permission": (403, "PERMISSION_DENIED", "RESOURCE_PERMISSION_DENIED"),
    "403-uber-mint": (403, "PERMISSION_DENIED", ""),
    "403-suspended": (403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED"),
    "403-no-project": (403, "PERMISSION_DENIED", "CONSUMER_INVALID"),
    "403-billing": (403, "PERMISSION_DENIED", "BILLING_DISABLED"),
    "403-rate": (403, "PERMISSION_DENIED", "RATE_LIMIT_EXCEEDED"),
    "404": (404, "NOT_FOUND", ""),
    "409": (409, "ABORTED", ""),
    "499": (499, "CANCELLED", ""),
    "429": (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    "429-retry-after": (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    "500": (500, "INTERNAL", ""),
    "503": (503, "UNAVAILABLE", ""),
    "504": (504, "DEADLINE_EXCEEDED", ""),
}
YESTERDAY = rollup_of("2026-11-21", "2026-11-22")
FILTER = "INVALID_DATA_POINT_FILTER"


@pytest.fixture
def google() -> Google:
    return Google()


def sleeps(google: Google, **query: Any) -> list[dict[str, Any]]:
    return [point["sleep"] for point in google.get(SLEEP, **query).get_json().get("dataPoints", [])]


# Sleep


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ended(member="sleep.interval.civil_start_time"), FILTER + "_DATA_TYPE_MEMBER"),
        (ended(member="sleep.interval.start_time"), FILTER + "_DATA_TYPE_MEMBER"),
        (ended(member="steps.interval.civil_end_time"), FILTER + "_DATA_TYPE_RESTRICTION"),
        (ended(member="sleep.interval.civilEndTime"), FILTER),
        (ended(member="sleep.interval.civil-end-time"), FILTER),
        (ended("2021-05-23T00:00:00Z", "2021-05-24T00:00:00Z"), FILTER + "_TIMESTAMP_FORMAT"),
        (ended("2021-05-23", "2021-05-24T00:00:00"), FILTER + "_TIMESTAMP_FORMAT"),
        (ended(member="sleep.interval.end_time"), FILTER + "_TIMESTAMP_FORMAT"),
        (ended("2021-05-32"), FILTER + "_TIMESTAMP_FORMAT"),
        (ended("2021-05-24", "2021-05-24"), "INVALID_TIME_RANGE"),
        (ended("2021-05-25", "2021-05-24"), "INVALID_TIME_RANGE"),
        ("sleep.interval.civil_end_time >= 2021-05-23", FILTER + "_SYNTAX"),
        ('sleep.interval.civil_end_time == "2021-05-23"', FILTER + "_SYNTAX"),
        ('sleep.interval.civil_end_time <= "2021-05-23"', FILTER + "_EXPRESSION_STRUCTURE"),
        (ended().replace("AND", "and"), FILTER + "_SYNTAX"),
        (ended().replace("<", ">="), FILTER + "_EXPRESSION_STRUCTURE"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_reason(google: Google, text: str, reason: str) -> None:
    assert refused(google.get(SLEEP, filter=text)) == (400, "INVALID_ARGUMENT", reason)


@pytest.mark.parametrize(
    "query", [{"pageSize": 26}, {"pageSize": "many"}, {"pageToken": "x"}, {"orderBy": "x"}, {"alt": "xml"}]
)
def test_a_wrong_query_is_refused(google: Google, query: dict[str, Any]) -> None:
    assert refused(google.get(SLEEP, filter=ended(), **query))[:2] == (400, "INVALID_ARGUMENT")


def test_only_reconcile_takes_a_data_source_family_for_sleep(google: Google) -> None:
    family = "users/me/dataSourceFamilies/google-wearables"
    assert google.get(SLEEP, filter=ended(), dataSourceFamily=family).status_code == 200
    assert google.get(SLEEP.removesuffix(":reconcile"), filter=ended(), dataSourceFamily=family).status_code == 400


def test_sleeps_that_ended_on_the_day_come_latest_first_by_either_member(google: Google) -> None:
    physical = ended("2021-05-22T15:00:00Z", "2021-05-23T15:00:00Z", "sleep.interval.end_time")
    for text in (ended(), ended("2021-05-23T00:00:00", "2021-05-24T00:00:00"), physical):
        assert [sleep["summary"]["minutesAsleep"] for sleep in sleeps(google, filter=text)] == ["135", "611"]
    assert sleeps(google, filter=ended("2026-02-08", "2026-02-09")) == []


def test_the_end_of_a_filter_is_exclusive_and_its_start_inclusive(google: Google) -> None:
    awoke, awoke_again = "2021-05-23T10:15:00", "2021-05-23T16:23:00"
    assert [sleep["metadata"]["nap"] for sleep in sleeps(google, filter=ended(awoke, awoke_again))] == [False]


def test_a_sleep_that_ended_at_midnight_belongs_to_the_day_that_began(google: Google) -> None:
    before, on = (sleeps(google, filter=ended(f"2026-02-{n}", f"2026-02-{n + 1}")) for n in (12, 13))
    midnight = "2026-02-12T15:00:00Z"
    assert midnight not in [sleep["interval"]["endTime"] for sleep in before]
    assert on[-1]["interval"]["endTime"] == midnight and on[-1]["interval"]["civilEndTime"]["date"]["day"] == 13


def test_the_minutes_of_the_stages_add_up(google: Google) -> None:
    for sleep in sleeps(google, pageSize=25):
        stages = {stage["type"]: int(stage["minutes"]) for stage in sleep["summary"]["stagesSummary"]}
        assert sum(stages.values()) == int(sleep["summary"]["minutesInSleepPeriod"])
        assert sum(stages.values()) - stages.get("AWAKE", 0) == int(sleep["summary"]["minutesAsleep"])


# Pages


def pages(google: Google, **query: Any) -> list[dict[str, Any]]:
    found = [google.get(SLEEP, **query).get_json()]
    while "nextPageToken" in found[-1]:
        found.append(google.get(SLEEP, pageToken=found[-1]["nextPageToken"], **query).get_json())
    return found


def test_a_page_token_is_good_for_the_same_request_only() -> None:
    google = Google(page_size_cap=1)
    first, second = pages(google, filter=ended())
    assert len(first["dataPoints"]) == len(second["dataPoints"]) == 1 and first != second
    other = google.get(SLEEP, filter=ended("2021-05-22"), pageToken=first["nextPageToken"])
    assert refused(other)[:2] == (400, "INVALID_ARGUMENT")
    rollup = google.post(STEPS, rollup_of("2021-05-23", "2021-05-25")).get_json()
    assert refused(google.post(STEPS, {**DAY, "pageToken": rollup["nextPageToken"]}))[0] == 400
    following = google.post(STEPS, rollup_of("2021-05-23", "2021-05-25", pageToken=rollup["nextPageToken"]))
    assert following.get_json()["rollupDataPoints"][0]["steps"]["countSum"] == "1781"


def test_an_empty_first_page_can_have_a_token_with_everything_behind_it(google: Google) -> None:
    google.switch("sleep-empty-first-page")
    first, second = pages(google, filter=ended())
    assert set(first) == {"nextPageToken"} and len(second["dataPoints"]) == 2


# Faults


@pytest.mark.parametrize("name", _ERRORS)
def test_an_error_has_its_status_and_reason(google: Google, name: str) -> None:
    google.switch(f"health-{name}", 1)
    struck = google.get(DEVICES)
    assert refused(struck) == REFUSALS[name]
    assert ("Retry-After" in struck.headers) == name.endswith("retry-after")


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("invalid-grant", 400, "invalid_grant"),
        ("invalid-client", 401, "invalid_client"),
        ("429", 429, "rate_limit_exceeded"),
        ("500", 500, "internal_failure"),
        ("503", 503, None),
    ],
)
def test_the_token_endpoint_can_fail(google: Google, name: str, status: int, error: str | None) -> None:
    google.switch(f"token-{name}", 1)
    struck = google.token()
    assert (struck.status_code, (struck.get_json(silent=True) or {}).get("error")) == (status, error)
    assert google.token().status_code == 200


def test_a_token_answer_can_lack_its_token(google: Google) -> None:
    google.switch("token-no-access-token", 1)
    assert set(google.token().get_json()) == {"expires_in", "scope", "token_type"}


@pytest.mark.parametrize("name", ["token-rotates", "token-rotates-and-drops"])
def test_a_rotated_refresh_token_kills_the_old_one(google: Google, name: str) -> None:
    google.switch(name, 1)
    if name.endswith("drops"):
        with pytest.raises(ConnectionError):
            google.token()
        (new,) = google.simulator.tokens.refresh_tokens
    else:
        new = google.token().get_json()["refresh_token"]
    assert new != CANARIES["refresh_token"] and google.token().get_json()["error"] == "invalid_grant"
    assert google.token(refresh_token=new).status_code == 200


def test_an_access_token_can_be_dead_on_arrival_and_the_next_one_alive(google: Google) -> None:
    google.switch("token-expires-at-once", 1)
    google.refresh()
    assert refused(google.get(DEVICES))[0] == 401
    google.refresh()
    assert google.get(DEVICES).status_code == 200


def test_a_user_can_have_left_out_the_box_for_sleep(google: Google) -> None:
    google.switch("token-without-sleep", 1)
    google.refresh()
    assert refused(google.get(SLEEP))[2] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert google.get(DEVICES).status_code == 200


# Scenarios


def test_two_rounds_see_an_unsynced_day_and_the_third_sees_it_whole(google: Google) -> None:
    whole = google.post(STEPS, YESTERDAY).get_json()
    assert google.switch("not-synced", 2) == {"not-synced": 2}
    rounds = []
    for _ in range(3):
        google.get(DEVICES)
        following = google.post(STEPS, rollup_of("2026-11-22", "2026-11-23")).get_json()
        rounds.append((following != {}, google.post(STEPS, YESTERDAY).get_json() == whole))
    assert rounds == [(False, False), (False, False), (True, True)]
    assert google.client.get("/simulator/faults").get_json()["on"] == {}


def test_reading_several_pages_of_devices_is_one_look(google: Google) -> None:
    for name in ("scale-first", "one-per-page", "tells-last-sync"):
        google.switch(name)
    google.switch("not-synced", 2)
    synced = []
    for _ in range(3):
        first = google.get(DEVICES).get_json()
        (tracker,) = google.get(DEVICES, pageToken=first["nextPageToken"]).get_json()["pairedDevices"]
        synced.append(tracker["lastSyncTime"])
    assert synced == ["2026-11-21T03:00:00Z"] * 2 + ["2026-11-21T15:05:00Z"]


def test_the_last_sync_is_told_only_when_switched_on_and_a_scale_can_come_first(google: Google) -> None:
    assert "lastSyncTime" not in google.get(DEVICES).get_json()["pairedDevices"][0]
    for name in ("not-synced", "tells-last-sync", "scale-first"):
        google.switch(name)
    got = [(d["deviceType"], d["lastSyncTime"]) for d in google.get(DEVICES).get_json()["pairedDevices"]]
    assert got == [("SCALE", "2026-11-21T15:10:00Z"), ("TRACKER", "2026-11-21T03:00:00Z")]
    assert google.client.delete("/simulator/faults").get_json()["on"] == {}
    assert len(google.get(DEVICES).get_json()["pairedDevices"]) == 1


def test_sleep_can_be_in_processing_for_so_many_reads(google: Google) -> None:
    google.switch("sleep-processing", 2)
    reads = [sleeps(google, filter=ended())[-1] for _ in range(3)]
    assert [sleep["metadata"]["processed"] for sleep in reads] == [False, False, True]
    assert "stages" not in reads[0] and reads[0]["summary"]["minutesAsleep"] != reads[2]["summary"]["minutesAsleep"]


def test_what_is_false_in_a_sleeps_metadata_and_its_civil_end_can_be_left_out(google: Google) -> None:
    google.switch("sleep-processing", 1)
    google.switch("no-false")
    google.switch("no-civil-end-time")
    first, second = (sleeps(google, filter=ended())[-1] for _ in range(2))
    assert first["metadata"] == {"mainSleep": True} and "civilEndTime" not in first["interval"]
    assert second["metadata"] == {"processed": True, "mainSleep": True, "stagesStatus": "SUCCEEDED"}


def test_reading_several_pages_of_sleep_is_one_look(google: Google) -> None:
    for name in ("one-per-page", "sleep-processing"):
        google.switch(name, 2 if name == "sleep-processing" else None)
    reads = [pages(google, filter=ended()) for _ in range(3)]
    nights = [read[-1]["dataPoints"][0]["sleep"]["metadata"]["processed"] for read in reads]
    assert [len(read) for read in reads] == [2, 2, 2] and nights == [False, False, True]
