"""Sleep and its filters, pages, faults and scenarios of the Google simulator."""

from typing import Any

import pytest

from tests.simulators.google_client import CANARIES, DAY, DEVICES, SLEEP, STEPS, Google, ended, refused, rollup_of

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
        (ended(member="sleep.interval.civilEndTime"), FILTER),
        (ended("2021-05-23T00:00:00Z", "2021-05-24T00:00:00Z"), FILTER + "_TIMESTAMP_FORMAT"),
        (ended("2021-05-25", "2021-05-24"), "INVALID_TIME_RANGE"),
        ("sleep.interval.civil_end_time >= 2021-05-23", FILTER + "_SYNTAX"),
        ('sleep.interval.civil_end_time <= "2021-05-23"', FILTER + "_EXPRESSION_STRUCTURE"),
        (ended().replace("AND", "and"), FILTER + "_SYNTAX"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_reason(google: Google, text: str, reason: str) -> None:
    assert refused(google.get(SLEEP, filter=text)) == (400, "INVALID_ARGUMENT", reason)


@pytest.mark.parametrize("query", [{"pageSize": 26}, {"pageSize": "many"}, {"pageToken": "x"}, {"orderBy": "x"}])
def test_a_wrong_query_is_refused(google: Google, query: dict[str, Any]) -> None:
    assert refused(google.get(SLEEP, filter=ended(), **query))[:2] == (400, "INVALID_ARGUMENT")


def test_sleeps_whose_end_is_within_the_filter_come_latest_first_and_its_end_is_exclusive(google: Google) -> None:
    def found(*asked: str) -> list[str]:
        return [sleep["summary"]["minutesAsleep"] for sleep in sleeps(google, filter=ended(*asked))]

    assert found() == found("2021-05-23T00:00:00", "2021-05-24T00:00:00") == ["135", "611"]
    assert found("2021-05-22T15:00:00Z", "2021-05-23T15:00:00Z", "sleep.interval.end_time") == ["135", "611"]
    assert found("2021-05-23T10:15:00", "2021-05-23T16:23:00") == ["611"]
    assert found("2026-02-08", "2026-02-09") == []


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


# Faults: tests/adapters/test_google_errors.py has each of them, and what becomes of it


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


def test_reading_several_pages_of_devices_is_one_look_and_a_scale_can_come_first(google: Google) -> None:
    assert "lastSyncTime" not in google.get(DEVICES).get_json()["pairedDevices"][0]
    for name in ("scale-first", "one-per-page", "tells-last-sync"):
        google.switch(name)
    google.switch("not-synced", 2)
    synced = []
    for _ in range(3):
        first = google.get(DEVICES).get_json()
        (scale,) = first["pairedDevices"]
        assert (scale["deviceType"], scale["lastSyncTime"]) == ("SCALE", "2026-11-21T15:10:00Z")
        (tracker,) = google.get(DEVICES, pageToken=first["nextPageToken"]).get_json()["pairedDevices"]
        synced.append(tracker["lastSyncTime"])
    assert synced == ["2026-11-21T03:00:00Z"] * 2 + ["2026-11-21T15:05:00Z"]
    assert google.client.delete("/simulator/faults").get_json()["on"] == {}
    assert len(google.get(DEVICES).get_json()["pairedDevices"]) == 1


def test_sleep_can_be_in_processing_for_so_many_reads_of_all_its_pages(google: Google) -> None:
    google.switch("one-per-page")
    google.switch("sleep-processing", 2)
    reads = [pages(google, filter=ended()) for _ in range(3)]
    nights = [read[-1]["dataPoints"][0]["sleep"] for read in reads]
    assert [len(read) for read in reads] == [2, 2, 2]
    assert [night["metadata"]["processed"] for night in nights] == [False, False, True]
    assert "stages" not in nights[0]
    assert nights[0]["summary"]["minutesAsleep"] != nights[2]["summary"]["minutesAsleep"]


def test_what_is_false_in_a_sleeps_metadata_and_its_civil_end_can_be_left_out(google: Google) -> None:
    google.switch("sleep-processing", 1)
    google.switch("no-false")
    google.switch("no-civil-end-time")
    first, second = (sleeps(google, filter=ended())[-1] for _ in range(2))
    assert first["metadata"] == {"mainSleep": True} and "civilEndTime" not in first["interval"]
    assert second["metadata"] == {"processed": True, "mainSleep": True, "stagesStatus": "SUCCEEDED"}
