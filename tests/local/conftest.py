"""The fixtures of the tests in this folder."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.config import default_user_config

from local import moto_seams
from local.clock import Clock
from local.event_bus import EventBus
from local.mailbox import Mailbox
from tests.local.seams import PATCHED, REGION, Recorder


@pytest.fixture
def clock() -> Clock:
    return Clock(longest_wait=0)


@pytest.fixture
def processes(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """moto with all seams set; afterwards as it was."""
    for owner, name in PATCHED:
        original = inspect.getattr_static(owner, name)
        monkeypatch.setattr(owner, name, original)
    monkeypatch.setitem(default_user_config, "stepfunctions", default_user_config["stepfunctions"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    recorder = Recorder()
    with mock_aws(config={"lambda": {"use_docker": True}}):
        moto_seams.install(clock, recorder)
        yield recorder
    monkeypatch.undo()


@pytest.fixture
def bus(clock: Clock, processes: Recorder) -> EventBus:
    """Told of what happens in moto."""

    @cache
    def client(service: Any) -> Any:
        return boto3.client(service, region_name=REGION)

    bus = EventBus(clock, client, moto_seams.matches, account="123456789012", region=REGION)
    moto_seams.tell_of_endings(clock, bus)
    moto_seams.tell_of_alarms(bus)
    return bus


@pytest.fixture
def mailbox(clock: Clock, processes: Recorder) -> Mailbox:
    mailbox = Mailbox(clock)
    moto_seams.deliver_mails(mailbox)
    return mailbox
