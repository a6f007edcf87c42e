"""Every setting: its default, what is allowed, and one sentence for everything else."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from hypothesis import given
from hypothesis import strategies as st

from fitbit_daily.domain.alerts import parse_all
from stacks.fitbit_daily_stack import _retention
from stacks.settings import RETENTION_DAYS, SettingError, Settings, read_settings
from tests.stacks.conftest import TODAY, cdk_json, synthesise

KEYS = (
    "time_zone",
    "time_of_day",
    "language",
    "style",
    "weekly",
    "source",
    "destinations",
    "give_up_at",
    "look_every_minutes",
    "catch_up_days",
    "log_retention_days",
    "email",
    "alerts",
)
NO_ALERTS: tuple[Any, ...] = ([], "", " ", "\n", ";")
BAD_FOR_EVERY_KEY: tuple[Any, ...] = (
    None,
    True,
    False,
    1.5,
    -1,
    10**20,
    [],
    ["ja"],
    {},
    {"a": 1},
    "?",
    " ",
    "\n",
    "ja\n",
    "１２",
)
BAD: dict[str, tuple[Any, ...]] = {
    "time_zone": ("", "Tokyo", "JST", "asia/tokyo", "UTC+9", "+09:00", "localtime", "Factory", "../etc/passwd", 9),
    "time_of_day": ("", "24:00", "0:10", "00:60", "00:10:00", "0010", "00.10", "12:00 PM", " 00:10", "００:１０", 10),
    "give_up_at": ("", "24:00", "9:00", "noon", "12:00+09:00", 12),
    "language": ("", "JA", "jp", "ja,en", "de"),
    "style": ("", "Classic", "compakt", "classic,compact"),
    "weekly": ("", "on", "Sunday", "sun", True, 0),
    "source": ("", "google", "Google_Health", "google_health,fitbit"),
    "destinations": ("", ",", "X", "x,mastodon", "bluesky/line", ["x", "y"], ["x,line"], [["x"]], [None], ("x",), "x,"),
    "catch_up_days": ("", "15", "-1", "3.0", "three", 15, -1),
    "look_every_minutes": ("", "4", "241", "0", "-30", "30.0", "30 ", "half an hour", 4, 241, 30.5),
    "log_retention_days": ("", "2", "0", "31", "forever", "-1", "30.0", 2, 0, 30.5),
    "alerts": (
        "steps",
        ["steps below 6000 for 3 days", "steps under 5"],
        ["steps below 5; hours asleep below 6"],
        ["steps below 5", "steps  below 5"],
        "steps below 5; steps below 5",
        "weight above 80",
        "3-day average of steps below 6000",
        "steps below 0",
        ["steps below 6000 for 99 days"],
        [f"steps below {number}" for number in range(1, 12)],
        [["steps below 5"]],
        [None],
        ("steps below 5",),
        6000,
    ),
    "email": (
        "me",
        "me@",
        "@example.com",
        "me@example",
        "me@@example.com",
        "a b@example.com",
        "a@example.com\n",
        "björn@example.com",
        "me@例え.jp",
        "ｍe@example.com",
    ),
}


def settings(context: dict[str, Any], today: date = TODAY, **changed: Any) -> Settings:
    return read_settings(context | changed, today=today)


def refusal(context: dict[str, Any], **changed: Any) -> str:
    with pytest.raises(SettingError) as refused:
        settings(context, **changed)
    return str(refused.value)


def test_the_defaults_are_those_that_cdk_json_states(context: dict[str, Any]) -> None:
    read = settings(context)
    assert read.time_zone.key == context["time_zone"] == "Asia/Tokyo"
    assert read.time_of_day == time(0, 10) and read.give_up_at == time(12)
    assert (read.language, read.style, read.source) == ("ja", "classic", "google_health")
    assert read.destinations == ("x",)
    assert (read.email, read.alerts) == ("", ())
    assert (read.look_every_minutes, read.catch_up_days, read.log_retention_days) == (30, 3, 30)


def test_cdk_json_has_exactly_the_settings_that_are_read(context: dict[str, Any]) -> None:
    assert {key for key in context if not key.startswith("@")} == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_setting_is_named(context: dict[str, Any], key: str) -> None:
    del context[key]
    assert refusal(context).startswith(f"setting {key!r} is None; allowed is ")


@pytest.mark.parametrize("key", KEYS)
def test_a_bad_value_is_refused_with_key_value_and_what_is_allowed(context: dict[str, Any], key: str) -> None:
    for value in (*BAD_FOR_EVERY_KEY, *BAD[key]):
        if not (key == "alerts" and value in NO_ALERTS):
            sentence = refusal(context, **{key: value})
            assert sentence.startswith(f"setting {key!r} is {value!r}; allowed is ")
            assert sentence.endswith(".") and "\n" not in sentence


@pytest.mark.parametrize("key", ["time-zone", "timezone", "TIME_ZONE", "time zone", "", "emial", "zeitzone", "a.b"])
def test_an_unknown_setting_is_refused_and_the_known_ones_are_listed(context: dict[str, Any], key: str) -> None:
    sentence = refusal(context, **{key: "Europe/Berlin"})
    assert sentence.startswith(f"setting {key!r} is 'Europe/Berlin'; allowed is no setting of that name, only ")
    assert all(known in sentence for known in KEYS) and "\n" not in sentence


@pytest.mark.parametrize(
    "key", ["@aws-cdk/core:anything", "aws:cdk:bundling-stacks", "availability-zones:account=1", "cli-telemetry"]
)
def test_the_keys_of_cdk_itself_are_left_alone(context: dict[str, Any], key: str) -> None:
    assert read_settings(context | {key: False}, today=TODAY) == settings(context)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.from_regex(r"[0-2]\d:[0-5]\d"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


DEFAULTS = cdk_json()


@given(key=st.sampled_from(KEYS), value=JSON)
def test_whatever_a_setting_holds_it_is_taken_or_refused_in_one_sentence(key: str, value: Any) -> None:
    try:
        settings(DEFAULTS, **{key: value})
    except SettingError as refused:
        sentence = str(refused)
    else:
        return
    assert key in sentence and repr(value) in sentence and "allowed is" in sentence
    assert len(sentence.splitlines()) == 1


@given(key=st.text().filter(lambda text: text not in KEYS), value=JSON)
def test_whatever_an_unknown_setting_is_called_it_is_refused_or_one_of_cdk(key: str, value: Any) -> None:
    try:
        settings(DEFAULTS, **{key: value})
    except SettingError as refused:
        sentence = str(refused)
    else:
        assert "@" in key or ":" in key
        return
    assert repr(key) in sentence and len(sentence.splitlines()) == 1


@pytest.mark.parametrize("form", [str, int])
def test_a_number_may_come_from_json_or_as_a_word_from_the_command_line(context: dict[str, Any], form: type) -> None:
    given = context | {"look_every_minutes": form(5), "log_retention_days": form(400)}
    through_cdk = cdk.App(context=given).node.get_all_context()
    read = read_settings(through_cdk, today=TODAY)
    assert (read.look_every_minutes, read.log_retention_days) == (5, 400)


def test_other_good_values_are_taken(context: dict[str, Any]) -> None:
    read = settings(
        context,
        language="en",
        style="compact",
        time_zone="Europe/Berlin",
        time_of_day="23:59",
        give_up_at="00:00",
        email="a@b.example",
    )
    assert read.style == "compact"
    assert read.time_zone.key == "Europe/Berlin" and (read.language, read.email) == ("en", "a@b.example")
    assert (read.time_of_day, read.give_up_at) == (time(23, 59), time(0))


def test_every_number_of_days_is_the_retention_that_cdk_calls_so() -> None:
    stack = cdk.Stack(cdk.App())
    for days in RETENTION_DAYS:
        logs.LogGroup(stack, f"Of{days}", retention=_retention(days))
    groups = cdk.App.of(stack).synth().get_stack_artifact(stack.artifact_id).template["Resources"]
    assert [group["Properties"]["RetentionInDays"] for group in groups.values()] == list(RETENTION_DAYS)


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        ("00:10", "Africa/Cairo"),
        ("00:10", "Asia/Beirut"),
        ("00:10", "America/Santiago"),
        ("02:30", "Europe/Berlin"),
        ("02:00", "America/New_York"),
        ("02:10", "Australia/Lord_Howe"),
    ],
)
def test_a_time_that_the_clock_jumps_over_on_some_night_is_refused(context: dict[str, Any], at: str, zone: str) -> None:
    sentence = refusal(context, time_of_day=at, time_zone=zone)
    assert sentence.startswith(f"setting 'time_of_day' is '{at}'; allowed is a time that exists every night, but in ")
    assert zone in sentence and "\n" not in sentence


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        ("00:10", "Asia/Tokyo"),
        ("00:10", "Europe/Berlin"),
        ("03:00", "Europe/Berlin"),
        ("01:59", "Europe/Berlin"),
        ("01:00", "Africa/Cairo"),
        ("02:30", "Asia/Tokyo"),
    ],
)
def test_a_time_that_exists_every_night_is_taken(context: dict[str, Any], at: str, zone: str) -> None:
    assert settings(context, time_of_day=at, time_zone=zone).time_zone.key == zone


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 4, 24), date(2026, 4, 25), date(2026, 12, 31)])
def test_the_jump_is_seen_on_whatever_day_of_the_year_synth_runs(context: dict[str, Any], today: date) -> None:
    with pytest.raises(SettingError, match="clock jumps over it on"):
        settings(context, today, time_zone="Africa/Cairo")


def test_giving_up_at_the_time_of_the_schedule_is_refused(context: dict[str, Any]) -> None:
    sentence = refusal(context, time_of_day="06:00", give_up_at="06:00")
    assert sentence == "setting 'give_up_at' is '06:00'; allowed is any other time than time_of_day."


RULES = ("steps below 6000 for 3 days", "7-day average of hours asleep below 6")


@pytest.mark.parametrize(
    "given", [list(RULES), "; ".join(RULES), f" {RULES[0]};{RULES[1]} ;", [f"  {RULES[0]}", RULES[1]]]
)
def test_alert_rules_are_a_list_or_on_the_command_line_one_text(context: dict[str, Any], given: object) -> None:
    through_cdk = cdk.App(context=context | {"alerts": given, "email": "a@b.example"}).node.get_all_context()
    assert read_settings(through_cdk, today=TODAY).alerts == RULES


@pytest.mark.parametrize("nothing", NO_ALERTS)
def test_no_alerts_are_none(context: dict[str, Any], nothing: object) -> None:
    assert settings(context, alerts=nothing).alerts == ()


def test_alerts_that_nobody_would_get_are_refused(context: dict[str, Any]) -> None:
    sentence = refusal(context, alerts=list(RULES))
    assert sentence == f"setting 'alerts' is {list(RULES)!r}; allowed is none without 'email', which they are sent to."


def test_a_rule_that_is_none_is_named_among_those_that_are(context: dict[str, Any]) -> None:
    sentence = refusal(context, alerts=[RULES[0], "steps under 5"], email="a@b.example")
    assert "'steps under 5'" in sentence and "as 'steps below 6000 for 3 days'" in sentence


def test_the_rules_reach_the_function_that_looks_at_them_as_they_are_written() -> None:
    template = synthesise({}, email="a@b.example", alerts=list(RULES), style="compact")
    variables = {name: each["Environment"]["Variables"] for name, each in template.functions().items()}
    assert [rule.text for rule in parse_all(variables["Keep history"]["ALERTS"].split(";"))] == list(RULES)
    assert variables["Choose date"]["STYLE"] == "compact"
