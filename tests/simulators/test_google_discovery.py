"""The simulator against Google's own discovery document."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from local.simulators.days import SPECIAL_DAYS
from local.simulators.google import GoogleSimulator
from local.simulators.wearer import Wearer
from tests.simulators.google_client import rollup_of

DOCUMENT = json.loads(
    resources.files("googleapiclient").joinpath("discovery_cache/documents/health.v4.json").read_text("utf-8")
)
TOKYO = ZoneInfo("Asia/Tokyo")
TYPES = ("steps", "distance", "total-calories", "active-energy-burned", "sedentary-period", "active-minutes")
FORMATS = {
    "int64": r"-?\d{1,19}",
    "google-duration": r"-?\d+(\.(\d{3}|\d{6}|\d{9}))?s",
    "google-datetime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z",
}


def problems(value: Any, schema: dict[str, Any], path: str = "$") -> Iterator[str]:
    """Where a value is not what the schema says; names that the schema does not know are problems, too."""
    schema = DOCUMENT["schemas"][schema["$ref"]] if "$ref" in schema else schema
    kinds: dict[str, Any] = {
        "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    }  # fmt: skip
    kind = schema["type"]
    if not isinstance(value, kinds[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{path}: {value!r} is no {kind}"
    elif kind == "object":
        for name, member in value.items():
            if name in schema.get("properties", {}):
                yield from problems(member, schema["properties"][name], f"{path}.{name}")
            else:
                yield f"{path}.{name}: unknown"
    elif kind == "array":
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], f"{path}[{index}]")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    elif schema.get("format") in FORMATS and not re.fullmatch(FORMATS[schema["format"]], str(value)):
        yield f"{path}: {value!r} is no {schema['format']}"


def methods(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


def method_of(verb: str, flat_path: str) -> dict[str, Any]:
    return next(m for m in methods(DOCUMENT) if (m["httpMethod"], m["flatPath"]) == (verb, flat_path))


def now() -> datetime:
    return datetime(2026, 11, 22, 12, tzinfo=TOKYO).astimezone(UTC)


@pytest.fixture(params=[False, True], ids=["plain", "scenarios on"])
def simulator(request: pytest.FixtureRequest) -> GoogleSimulator:
    simulator = GoogleSimulator(wearer=Wearer(TOKYO, now), now=now)
    if request.param:
        for name in ("scale-first", "tells-last-sync", "one-per-page", "no-civil-end-time", "sleep-processing"):
            simulator.faults.switch_on(name)
    return simulator


def bearer(simulator: GoogleSimulator) -> str:
    form = {**vars(simulator.tokens.credentials), "grant_type": "refresh_token"}
    return simulator.test_client().post("/token", data=form).get_json()["access_token"]


def answer(simulator: GoogleSimulator, verb: str, path: str, **options: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {bearer(simulator)}"}
    got = simulator.test_client().open(path, method=verb, headers=headers, **options)
    assert got.status_code == 200, got.get_data(as_text=True)
    return got.get_json()


def flat(rule: str) -> str:
    return rule.replace("<user>", "{usersId}").replace("<data_type>", "{dataTypesId}").removeprefix("/")


def test_every_path_served_is_in_the_discovery_document_with_its_method(simulator: GoogleSimulator) -> None:
    served = [rule for rule in simulator.url_map.iter_rules() if rule.rule.startswith("/v4/")]
    assert len(served) == 6
    for rule in served:
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert method_of(verb, flat(rule.rule)), rule


@pytest.mark.parametrize("resource", ["identity", "settings", "pairedDevices"])
def test_what_it_tells_of_the_user_is_as_the_schemas_say(simulator: GoogleSimulator, resource: str) -> None:
    got = answer(simulator, "GET", f"/v4/users/me/{resource}")
    assert got and not list(problems(got, method_of("GET", f"v4/users/{{usersId}}/{resource}")["response"]))


@pytest.mark.parametrize("day", [*SPECIAL_DAYS, date(2026, 11, 20), date(2026, 11, 22)], ids=str)
def test_every_rollup_and_sleep_is_as_the_schemas_say(simulator: GoogleSimulator, day: date) -> None:
    prefix = "v4/users/{usersId}/dataTypes/{dataTypesId}/dataPoints"
    after = date.fromordinal(day.toordinal() + 1)
    body = rollup_of(str(day), str(after))
    rollup, reconcile = method_of("POST", prefix + ":dailyRollUp"), method_of("GET", prefix + ":reconcile")
    assert not list(problems(body, rollup["request"]))
    for name in TYPES:
        got = answer(simulator, "POST", f"/v4/users/me/dataTypes/{name}/dataPoints:dailyRollUp", json=body)
        assert not list(problems(got, rollup["response"]))
        assert got == {} or got["rollupDataPoints"]
    query = {"filter": f'sleep.interval.civil_end_time >= "{day}" AND sleep.interval.civil_end_time < "{after}"'}
    got = answer(simulator, "GET", "/v4/users/me/dataTypes/sleep/dataPoints:reconcile", query_string=query)
    assert not list(problems(got, reconcile["response"]))
    listed = answer(simulator, "GET", "/v4/users/me/dataTypes/sleep/dataPoints", query_string=query)
    assert not list(problems(listed, method_of("GET", prefix)["response"]))


@pytest.mark.parametrize("wrong", [{"countSum": 1781}, {"countSum": "1781.0"}, {"count": "1781"}, []])
def test_the_checker_finds_what_is_wrong(wrong: Any) -> None:
    assert len(list(problems(wrong, {"$ref": "StepsRollupValue"}))) == 1
