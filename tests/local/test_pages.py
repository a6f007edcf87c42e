"""The local stack's own pages, and its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.aws_calls import AwsCalls
from local.clock import Clock
from local.event_bus import EventBus
from local.mailbox import Mailbox
from local.pages import Pages


def nothing(service: str) -> Any:
    raise AssertionError(service)


@pytest.fixture
def pages(clock: Clock) -> Pages:
    bus = EventBus(clock, nothing, lambda pattern, event: False, account="123456789012", region="ap-northeast-1")
    return Pages(clock=clock, mailbox=Mailbox(clock), bus=bus, aws_calls=AwsCalls())


def test_the_mails_can_be_read_newest_first(pages: Pages, clock: Clock) -> None:
    page = pages.test_client()
    assert page.get("/").text == "No mails yet.\n"
    for subject in ("first", "second"):
        pages.mailbox.receive("you@example.com", subject, "本文\n")
    text = page.get("/").text
    assert text.index("Subject: second") < text.index("Subject: first") and "本文" in text


def test_the_mails_as_json_come_with_how_much_is_under_way(pages: Pages) -> None:
    page = pages.test_client()
    pages.mailbox.receive("you@example.com", "s", "b")
    with pages.bus.busy():
        told = page.get("/mails").get_json()
    assert told["under_way"] == 1 and page.get("/mails").get_json()["under_way"] == 0
    (mail,) = told["mails"]
    assert (mail["to"], mail["subject"], mail["body"]) == ("you@example.com", "s", "b")
    assert datetime.fromisoformat(mail["at"]).tzinfo is not None


def test_the_clock_goes_forward_where_it_is_sent_and_never_back(pages: Pages, clock: Clock) -> None:
    page, then = pages.test_client(), datetime.now(UTC) + timedelta(days=10)
    told = page.post("/clock", json={"to": then.isoformat()}).get_json()
    assert timedelta() <= datetime.fromisoformat(told["now"]) - then < timedelta(minutes=1)
    back = page.post("/clock", json={"to": datetime.now(UTC).isoformat()})
    assert back.status_code == 400 and "cannot go" in back.get_json()["error"]
    assert clock.now() >= then
