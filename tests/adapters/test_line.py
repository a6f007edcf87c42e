"""LINE: what each of its answers says about a message, and that the same key once more is no second one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

from fitbit_daily.adapters.http import TIMEOUT
from fitbit_daily.adapters.line import API, Line
from fitbit_daily.domain.idempotency_keys import retry_key
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.domain.posting import NotPosted
from fitbit_daily.errors import LineQuotaUsedUp, PostOutcomeUnknown
from local.simulators.line import Credentials, LineSimulator
from tests.adapters.fixtures import START, Clock
from tests.wsgi import Wire, connected

TEXT = "本日(2026-11-21) from Fitbit\n\n歩数: 8,123\n睡眠時間: 7.512時間"
ENTRY = Entry("line", "2026-11-21", "day", 1, 1, Status.ATTEMPTING, TEXT, "E1", START, START)
PUSH = "/v2/bot/message/push"
UNKNOWN = PostOutcomeUnknown


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


def test_the_months_last_message_is_told_from_too_many_at_once(account: Line, line: LineSimulator) -> None:
    line.channel.quota = 0
    with pytest.raises(NotPosted) as raised:
        account.post(ENTRY)
    assert type(raised.value.error) is LineQuotaUsedUp
