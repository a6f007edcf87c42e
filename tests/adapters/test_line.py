"""LINE: what each of its answers says about a message, and that the same key once more is no second one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from fitbit_daily.adapters.http import TIMEOUT
from fitbit_daily.adapters.line import API, Line
from fitbit_daily.domain.idempotency_keys import retry_key
from fitbit_daily.domain.ledger import KEY_LIVES, Entry, Status
from fitbit_daily.domain.posting import NotPosted
from fitbit_daily.errors import (
    DestinationAccountClosed,
    DestinationKeysRefused,
    DestinationRateLimited,
    DestinationUnavailable,
    LineQuotaUsedUp,
    LineRecipientUnknown,
    PostOutcomeUnknown,
    PostRejected,
    StepError,
)
from local.simulators.base import serve
from local.simulators.line import Credentials, LineSimulator
from tests.adapters.fixtures import START, Clock, canned
from tests.wsgi import Wire, connected

TEXT = "本日(2026-11-21) from Fitbit\n\n歩数: 8,123\n睡眠時間: 7.512時間"
ENTRY = Entry("line", "2026-11-21", "day", 1, 1, Status.ATTEMPTING, TEXT, "E1", START, START)
PUSH = "/v2/bot/message/push"
UNKNOWN = PostOutcomeUnknown

# Of each answer: UNKNOWN, or certainly not sent, for this reason; and words for the person.
PUSHES: dict[str, tuple[type[StepError], str]] = {
    "400": (PostRejected, "The request body has 1 error(s)"),
    "400-failed-to-send": (LineRecipientUnknown, "Add the bot as a friend"),
    "401": (DestinationKeysRefused, "./daily authorize line"),
    "403": (DestinationAccountClosed, "https://developers.line.biz/console/"),
    "403-html": (UNKNOWN, "403"),
    "404": (PostRejected, "404"),
    "408": (UNKNOWN, "408"),
    "413": (PostRejected, "413"),
    "429-month": (LineQuotaUsedUp, "first of next month"),
    "429-rate": (DestinationRateLimited, "tried again by itself"),
    **{name: (UNKNOWN, name[:3]) for name in ("500", "503", "301", "500-html", "502-html", "503-html", "504-html")},
    **dict.fromkeys(("html", "200-not-json", "200-list", "200-empty"), (UNKNOWN, "the post may exist")),
    "hang": (UNKNOWN, "ReadTimeout"),
    "drop": (UNKNOWN, "ConnectionError"),
}
LOST = tuple(f"accepted-then-{name}" for name in ("dropped", "hang", "500", "502-html", "503", "garbage"))


@pytest.fixture
def line(clock: Clock) -> LineSimulator:
    return LineSimulator(now=clock)


@pytest.fixture
def wire(line: LineSimulator) -> Iterator[Wire]:
    with connected({API: line}) as wire:
        yield wire


@pytest.fixture
def account(line: LineSimulator, wire: Wire) -> Line:
    return Line(asdict(line.credentials))


def texts(line: LineSimulator) -> list[str]:
    return [message.text for message in line.posts]


def assert_says_no_secret(error: BaseException) -> None:
    assert "canary" not in str(error).lower() and Credentials().user_id not in str(error)
    assert "8,123" not in str(error) and "7.512" not in str(error)


def test_a_message_is_sent_to_the_person_under_the_id_that_is_returned(account: Line, line: LineSimulator) -> None:
    assert account.post(ENTRY) == line.posts[0].id
    assert (line.posts[0].to, line.posts[0].text) == (Credentials().user_id, TEXT)


def test_the_request_has_a_time_out_its_retry_key_and_nothing_but_the_text(account: Line, wire: Wire) -> None:
    account.post(ENTRY)
    (sent,) = wire.exchanges
    assert (sent.method, sent.origin, sent.target, sent.timeout) == ("POST", API, PUSH, TIMEOUT)
    assert sent.headers["X-Line-Retry-Key"] == retry_key(ENTRY, Credentials().user_id)
    assert json.loads(sent.body) == {"to": Credentials().user_id, "messages": [{"type": "text", "text": TEXT}]}


# Once more


def test_the_same_once_more_has_the_first_ones_id_as_long_as_the_ledger_says(
    account: Line, line: LineSimulator, clock: Clock
) -> None:
    first = account.post(ENTRY)
    clock.turn(seconds=KEY_LIVES["line"].total_seconds() - 1)
    again = Line(asdict(line.credentials))
    repeat = replace(ENTRY, version=7, execution="E2", last_attempt_at=clock(), text_sent_before=True)
    again.settle(repeat)
    assert again.post(repeat) == first and len(line.posts) == 1


@pytest.mark.parametrize("name", [*LOST, "truncated"])
def test_a_lost_answer_leaves_it_unknown_and_the_same_once_more_tells_its_id(
    name: str, account: Line, line: LineSimulator
) -> None:
    line.faults.switch_on(f"push-{name}", times=1)
    with pytest.raises(PostOutcomeUnknown) as raised:
        account.post(ENTRY)
    assert_says_no_secret(raised.value)
    assert texts(line) == [TEXT]
    assert account.post(ENTRY) == line.posts[0].id and len(line.posts) == 1


def test_that_a_key_was_accepted_is_enough_where_no_id_is_told(account: Line, line: LineSimulator) -> None:
    account.post(ENTRY)
    line.faults.switch_on("push-409-without-ids")
    assert account.post(ENTRY) is None and len(line.posts) == 1


def test_a_409_that_is_not_lines_own_says_nothing(line: LineSimulator) -> None:
    with connected({API: lambda environ, start: start("409 Conflict", []) or [b"<html>"]}), pytest.raises(UNKNOWN):
        Line(asdict(line.credentials)).post(ENTRY)


def test_a_fresh_text_after_a_refusal_is_a_message_of_its_own(account: Line, line: LineSimulator) -> None:
    line.faults.switch_on("push-429-rate", times=1)
    with pytest.raises(NotPosted):
        account.post(ENTRY)
    account.post(replace(ENTRY, attempt=2, text="newer"))
    assert texts(line) == ["newer"]


# Each answer


def test_the_table_has_every_fault_of_the_simulator_that_can_strike_a_message(line: LineSimulator) -> None:
    (push,) = (endpoint for endpoint in line.faults.endpoints if endpoint.name == "push")
    assert {*push.failures} - {"slow", "truncated"} == {*PUSHES, *LOST, "409-without-ids"}


@pytest.mark.parametrize("name", PUSHES)
def test_each_answer_says_of_a_message_what_is_certain_and_no_more(
    name: str, account: Line, line: LineSimulator
) -> None:
    says, words = PUSHES[name]
    line.faults.switch_on(f"push-{name}")
    with pytest.raises((NotPosted, PostOutcomeUnknown)) as raised:
        account.post(ENTRY)
    found = raised.value.error if isinstance(raised.value, NotPosted) else raised.value
    assert isinstance(found, StepError)
    found.destination = "line"
    assert type(found) is says and isinstance(raised.value, NotPosted) is (says is not UNKNOWN)
    assert words in str(found)
    assert_says_no_secret(found)
    assert line.posts == []
    assert line.calls == [f"POST {PUSH}"], "one request: no retry, no redirect followed"


def test_the_months_last_message_is_told_from_too_many_at_once(account: Line, line: LineSimulator) -> None:
    line.channel.quota = 0
    with pytest.raises(NotPosted) as raised:
        account.post(ENTRY)
    assert type(raised.value.error) is LineQuotaUsedUp


@pytest.mark.parametrize(
    ("key", "says"),
    [("channel_access_token", DestinationKeysRefused), ("user_id", LineRecipientUnknown)],
)
def test_each_key_is_needed(key: str, says: type[StepError], line: LineSimulator, wire: Wire) -> None:
    keys = asdict(line.credentials)
    with pytest.raises(NotPosted) as raised:
        Line(keys | {key: keys[key][:-1] + "0"}).post(ENTRY)
    assert type(raised.value.error) is says


@pytest.mark.parametrize("message", ["'睡眠時間: 7.512時間' is not allowed.", "Is 8123 a number?"])
def test_words_that_repeat_the_text_are_not_told(message: str, line: LineSimulator) -> None:
    with connected({API: canned({"message": message}, status=400)}), pytest.raises(NotPosted) as raised:
        Line(asdict(line.credentials)).post(ENTRY)
    assert type(raised.value.error) is PostRejected and "8123" not in str(raised.value.error)
    assert_says_no_secret(raised.value.error)


@pytest.mark.parametrize("answer", [{"sentMessages": []}, {"sentMessages": [{}]}, {"sentMessages": [{"id": 5}]}, [], 5])
def test_a_success_without_an_id_is_an_unknown_outcome(answer: Any, line: LineSimulator) -> None:
    with connected({API: canned(answer)}), pytest.raises(PostOutcomeUnknown):
        Line(asdict(line.credentials)).post(ENTRY)


def test_a_message_that_line_never_heard_of_is_certainly_not_sent(
    account: Line, line: LineSimulator, wire: Wire
) -> None:
    wire.unplugged.add(API)
    with pytest.raises(NotPosted) as raised:
        account.post(ENTRY)
    assert type(raised.value.error) is DestinationUnavailable and line.calls == []


# Over a socket


@pytest.mark.parametrize("name", [None, "dropped", "500", "garbage"])
def test_over_a_socket_a_lost_answer_ends_with_one_message(
    name: str | None, line: LineSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(line)
    try:
        monkeypatch.setenv("LINE_API_URL", f"http://127.0.0.1:{server.server_port}")
        account = Line(asdict(line.credentials))
        if name:
            line.faults.switch_on(f"push-accepted-then-{name}", times=1)
            with pytest.raises(PostOutcomeUnknown):
                account.post(ENTRY)
        assert account.post(ENTRY) == line.posts[0].id
    finally:
        server.shutdown()
        server.server_close()
    assert texts(line) == [TEXT]
