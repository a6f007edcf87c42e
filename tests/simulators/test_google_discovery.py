"""The simulator against Google's own discovery document."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from typing import Any

import pytest
from werkzeug.test import TestResponse

from local.simulators.days import SPECIAL_DAYS
from tests.simulators.google_client import SLEEP, STEPS, Google, ended, rollup_of

DOCUMENT = json.loads(
    resources.files("googleapiclient").joinpath("discovery_cache/documents/health.v4.json").read_text("utf-8")
)
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


@pytest.fixture(params=[False, True], ids=["plain", "scenarios on"])
def google(request: pytest.FixtureRequest) -> Google:
    google = Google()
    google.moment += timedelta(hours=12)
    google.refresh()
    if request.param:
        for name in ("scale-first", "tells-last-sync", "one-per-page", "no-civil-end-time", "sleep-processing"):
            google.switch(name)
    return google


def assert_as_the_schema_says(got: TestResponse, verb: str, path: str) -> dict[str, Any]:
    assert got.status_code == 200, got.text
    body: dict[str, Any] = got.get_json()
    assert list(problems(body, method_of(verb, path)["response"])) == []
    return body


def flat(rule: str) -> str:
    return rule.replace("<user>", "{usersId}").replace("<data_type>", "{dataTypesId}").removeprefix("/")


def test_every_path_served_is_in_the_discovery_document_with_its_method() -> None:
    served = [rule for rule in Google().simulator.url_map.iter_rules() if rule.rule.startswith("/v4/")]
    assert len(served) == 6
    for rule in served:
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert method_of(verb, flat(rule.rule)), rule


def test_what_it_tells_of_the_user_is_as_the_schemas_say(google: Google) -> None:
    for resource in ("identity", "settings", "pairedDevices"):
        got = google.get(f"/v4/users/me/{resource}")
        assert assert_as_the_schema_says(got, "GET", f"v4/users/{{usersId}}/{resource}")


def test_every_rollup_and_sleep_is_as_the_schemas_say(google: Google) -> None:
    prefix = "v4/users/{usersId}/dataTypes/{dataTypesId}/dataPoints"
    for day in (*SPECIAL_DAYS, date(2026, 11, 20), date(2026, 11, 22)):
        after = day + timedelta(days=1)
        body = rollup_of(str(day), str(after))
        assert not list(problems(body, method_of("POST", prefix + ":dailyRollUp")["request"]))
        for name in TYPES:
            answer = google.post(STEPS.replace("steps", name), body)
            got = assert_as_the_schema_says(answer, "POST", prefix + ":dailyRollUp")
            assert got == {} or got["rollupDataPoints"]
        for path, suffix in ((SLEEP, ":reconcile"), (SLEEP.removesuffix(":reconcile"), "")):
            answer = google.get(path, filter=ended(str(day), str(after)))
            assert_as_the_schema_says(answer, "GET", prefix + suffix)
        google.moment += timedelta(minutes=1)


def test_the_checker_finds_what_is_wrong() -> None:
    wrongs: tuple[Any, ...] = ({"countSum": 1781}, {"countSum": "1781.0"}, {"count": "1781"}, [])
    for wrong in wrongs:
        assert len(list(problems(wrong, {"$ref": "StepsRollupValue"}))) == 1
