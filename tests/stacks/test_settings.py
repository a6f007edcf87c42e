"""Every setting: its default, what is allowed, one sentence for everything else, and where its value comes from."""

from __future__ import annotations

import json
import os
import runpy
from datetime import date, time
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fitbit_daily.domain.alerts import parse_all
from stacks.fitbit_daily_stack import _retention
from stacks.settings import RETENTION_DAYS, SettingError, Settings, read_settings
from stacks.settings_file import (
    FILE,
    SettingsFileError,
    in_force,
    read_context,
    read_own,
    settings_of_the_clone,
    write_own,
)
from tests.stacks.conftest import OTHERWISE, OWNER, ROOT, TODAY, cdk_json
from tests.stacks.reading import Template

RULES = ("steps below 6000 for 3 days", "7-day average of hours asleep below 6")
BAD: dict[str, tuple[Any, ...]] = {
    "time_zone": (None, "", "Tokyo", "asia/tokyo", "localtime", "Factory", "../etc/passwd", 9),
    "time_of_day": ("", "24:00", "0:10", "00:60", "00:10:00", "00.10", " 00:10", "00:10\n", "００:１０", 10),
    "give_up_at": ("24:00", "noon", None),
    "language": ("", "JA", "ja,en", "ja\n", ["ja"], True),
    "style": ("", "Classic"),
    "weekly": ("", "on", "Sunday", True),
    "source": ("", "google"),
    "destinations": ("", ",", "X", "x,mastodon", [], ["x,line"], [["x"]], [None], ("x",), "x,", {"x": 1}, 1),
    "catch_up_days": ("", "15", "-1", "3.0", "１２", 15, -1, True, None),
    "look_every_minutes": ("4", "241", "30 ", 4, 241, 30.5, False),
    "log_retention_days": ("2", "forever", 2, 0, 10**20, [30]),
    "alerts": (
        "steps",
        "?",
        None,
        {},
        ["steps below 5; hours asleep below 6"],
        ["steps below 5", "steps  below 5"],
        [f"steps below {number}" for number in range(1, 12)],
        [["steps below 5"]],
        ("steps below 5",),
        6000,
    ),
    "email": ("me", "me@example", "me@@a.com", "a b@a.com", "a@example.com\n", "björn@a.com", "me@例え.jp", None, 1),
}


def settings(today: date = TODAY, **changed: Any) -> Settings:
    return read_settings(cdk_json() | changed, today=today)


def refusal(**changed: Any) -> str:
    with pytest.raises(SettingError) as refused:
        settings(**changed)
    return str(refused.value)


def through_cdk(**of_this_command: Any) -> dict[str, Any]:
    """The context as the app gets it from CDK's command line."""
    return dict(cdk.App(context=read_context() | of_this_command).node.get_all_context())


def test_the_defaults_are_those_that_cdk_json_states() -> None:
    read = settings()
    assert {key for key in cdk_json() if not key.startswith("@")} == set(BAD)
    assert (read.time_zone.key, read.time_of_day, read.give_up_at) == ("Asia/Tokyo", time(0, 10), time(12))
    assert (read.language, read.style, read.source) == ("ja", "classic", "google_health")
    assert (read.destinations, read.email, read.alerts) == (("x",), "", ())
    assert (read.look_every_minutes, read.catch_up_days, read.log_retention_days) == (30, 3, 30)


@pytest.mark.parametrize("key", BAD)
def test_a_bad_or_missing_value_is_refused_with_key_value_and_what_is_allowed(key: str) -> None:
    for value in BAD[key]:
        sentence = refusal(**{key: value})
        assert sentence.startswith(f"setting {key!r} is {value!r}; allowed is ")
        assert sentence.endswith(".") and "\n" not in sentence
    context = cdk_json()
    del context[key]
    with pytest.raises(SettingError, match=f"^setting '{key}' is None; allowed is "):
        read_settings(context, today=TODAY)


def test_an_unknown_setting_is_refused_and_the_known_ones_are_listed_but_cdks_own_keys_are_left_alone() -> None:
    for key in ("time-zone", "TIME_ZONE", "", "emial"):
        sentence = refusal(**{key: "Europe/Berlin"})
        assert sentence.startswith(f"setting {key!r} is 'Europe/Berlin'; allowed is no setting of that name, only ")
        assert all(known in sentence for known in BAD) and "\n" not in sentence
    for key in ("@aws-cdk/core:anything", "aws:cdk:bundling-stacks", "availability-zones:account=1", "cli-telemetry"):
        assert read_settings(cdk_json() | {key: False}, today=TODAY) == settings()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.from_regex(r"[0-2]\d:[0-5]\d"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@hypothesis_settings(max_examples=40)
@given(key=st.sampled_from([*BAD]) | st.text(), value=JSON)
def test_whatever_a_setting_is_called_and_holds_it_is_taken_or_refused_in_one_sentence(key: str, value: Any) -> None:
    try:
        settings(**{key: value})
    except SettingError as refused:
        sentence = str(refused)
        assert repr(key) in sentence and repr(value) in sentence and "allowed is" in sentence
        assert len(sentence.splitlines()) == 1
    else:
        assert key in BAD or "@" in key or ":" in key


def test_a_number_may_come_from_json_or_as_a_word_from_the_command_line() -> None:
    for form in (str, int):
        context = through_cdk(look_every_minutes=form(5), log_retention_days=form(400))
        read = read_settings(in_force(context, {}), today=TODAY)
        assert (read.look_every_minutes, read.log_retention_days) == (5, 400)


def test_every_number_of_days_is_the_retention_that_cdk_calls_so() -> None:
    stack = cdk.Stack(cdk.App())
    for days in RETENTION_DAYS:
        logs.LogGroup(stack, f"Of{days}", retention=_retention(days))
    groups = cdk.App.of(stack).synth().get_stack_artifact(stack.artifact_id).template["Resources"]
    assert [group["Properties"]["RetentionInDays"] for group in groups.values()] == list(RETENTION_DAYS)


@pytest.mark.parametrize(
    ("at", "zone"),
    [("00:10", "Africa/Cairo"), ("00:10", "America/Santiago"), ("02:00", "Europe/Berlin"), ("02:59", "Europe/Berlin")],
)
def test_a_time_that_the_clock_jumps_over_on_some_night_is_refused(at: str, zone: str) -> None:
    sentence = refusal(time_of_day=at, time_zone=zone)
    assert sentence.startswith(f"setting 'time_of_day' is '{at}'; allowed is a time that exists every night, but in ")
    assert zone in sentence and "\n" not in sentence


def test_a_time_that_exists_every_night_is_taken() -> None:
    for at, zone in (("03:00", "Europe/Berlin"), ("01:59", "Europe/Berlin"), ("02:30", "Asia/Tokyo")):
        assert settings(time_of_day=at, time_zone=zone).time_zone.key == zone


@pytest.mark.parametrize("today", [date(2026, 4, 24), date(2026, 4, 25), date(2026, 12, 31)])
def test_the_jump_is_seen_on_whatever_day_of_the_year_synth_runs(today: date) -> None:
    with pytest.raises(SettingError, match="clock jumps over it on"):
        settings(today, time_zone="Africa/Cairo")


def test_giving_up_at_the_time_of_the_schedule_is_refused() -> None:
    sentence = refusal(time_of_day="06:00", give_up_at="06:00")
    assert sentence == "setting 'give_up_at' is '06:00'; allowed is any other time than time_of_day."


def test_alert_rules_are_a_list_or_on_the_command_line_one_text_or_none() -> None:
    for alerts in (list(RULES), "; ".join(RULES), f" {RULES[0]};{RULES[1]} ;", [f"  {RULES[0]}", RULES[1]]):
        context = in_force(through_cdk(alerts=alerts, email=OWNER), {})
        assert read_settings(context, today=TODAY).alerts == RULES
    nothings: tuple[object, ...] = ([], "", "\n", ";")
    for nothing in nothings:
        assert settings(alerts=nothing).alerts == ()


def test_alerts_that_nobody_would_get_and_a_rule_that_is_none_are_refused() -> None:
    sentence = refusal(alerts=list(RULES))
    assert sentence == f"setting 'alerts' is {list(RULES)!r}; allowed is none without 'email', which they are sent to."
    sentence = refusal(alerts=[RULES[0], "steps under 5"], email=OWNER)
    assert "'steps under 5'" in sentence and "as 'steps below 6000 for 3 days'" in sentence


def test_the_settings_reach_the_functions_and_the_stack_says_them_as_they_are_typed(otherwise: Template) -> None:
    variables = {name: each["Environment"]["Variables"] for name, each in otherwise.functions().items()}
    rules = [rule.text for rule in parse_all(variables["Keep history"]["ALERTS"].split(";"))]
    assert rules == ["steps below 6000", "hours asleep below 6"]
    told = {name: value for each in variables.values() for name, value in each.items()}
    for key in ("time_zone", "time_of_day", "give_up_at", "language", "style", "catch_up_days", "look_every_minutes"):
        assert told[key.upper()] == OTHERWISE[key]
    noted = otherwise.plain["Metadata"]["fitbit-daily"]
    assert noted["version"].count(".") == 2 and noted["settings"]["email"] == OWNER
    assert noted["settings"] == settings_of_the_clone(TODAY, **noted["settings"]).as_words()
    assert settings_of_the_clone(TODAY, **noted["settings"]) == settings(**OTHERWISE)


# Where a value comes from


def test_the_command_counts_before_the_person_and_the_person_before_the_default() -> None:
    own = {"language": "en", "style": "compact"}
    assert in_force(through_cdk(), own)["language"] == "en"
    # Even where it says what the default says.
    assert in_force(through_cdk(language="ja"), own)["language"] == "ja"
    assert in_force(through_cdk(), {})["style"] == "classic"
    # As in a cdk.json that was edited before there was a file.
    assert in_force(through_cdk() | {"email": OWNER}, {})["email"] == OWNER


def test_what_is_written_is_read_again(own_settings: Path) -> None:
    assert read_own() == {}
    write_own({"time_zone": "Europe/Berlin", "email": OWNER})
    read = settings_of_the_clone(TODAY)
    assert (read.time_zone.key, read.email, read.language) == ("Europe/Berlin", OWNER, "ja")


@pytest.mark.parametrize(("text", "says"), [("{", "cannot be read"), ("[1]", "not a JSON object")])
def test_a_file_that_is_none_is_one_sentence(own_settings: Path, text: str, says: str) -> None:
    own_settings.write_text(text)
    with pytest.raises(SettingsFileError, match=f"^settings.json .*{says}"):
        read_own()


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"time_zone": "Mars/Base"}, "fitbit-daily: setting 'time_zone' is 'Mars/Base'; allowed is an IANA name"),
        ([], "fitbit-daily: settings.json"),
    ],
)
def test_synth_takes_the_file_and_ends_with_its_fault(own_settings: Path, own: object, says: str) -> None:
    own_settings.write_text(json.dumps(own))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
    assert str(ended.value).startswith(says) and len(str(ended.value).splitlines()) == 1


def test_git_leaves_the_file_alone() -> None:
    assert "/settings.json" in (ROOT / ".gitignore").read_text().splitlines()
    assert FILE in os.environ
