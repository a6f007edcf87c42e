"""What the owner hears of, end to end: the deployed rules, function, memory, topic and queue; weeks in seconds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.canaries import escaped
from tests.end_to_end.driver import Stack
from tests.end_to_end.owner import Owner
from tests.end_to_end.test_canaries import secrets_of

# All of these share one stack: they go to one worker.
pytestmark = pytest.mark.xdist_group("end to end")

# The beginnings of what is told of eight days without authorisation, d1 to d8, and d9, which is well again.
TOLD = [
    """fitbit-daily: {d1} needs you

{d1} could not be posted, and the program needs your help.

Google Health no longer accepts the stored authorisation.
""",
    """fitbit-daily: still failing since {d1}

{d1} to {d8} could not be posted. This has lasted since {d1}, and the program needs your help.

Google Health no longer accepts the stored authorisation.
""",
    """fitbit-daily: it works again

It works again: {d9} has been posted.

Days that have not been posted yet: {d1} to {d5}

To post what is missing:

    ./daily run --missing --days 10
""",
]


@pytest.fixture
def owner(stack: Stack) -> Iterator[Owner]:
    owner = Owner(stack)
    yield owner
    # A day that nobody has posted yet, for whoever comes next.
    owner.next_day()


def test_authorisation_that_is_gone_for_eight_days_is_told_at_once_after_a_week_and_when_it_is_back(
    owner: Owner, stack: Stack
) -> None:
    owner.configure(LANGUAGE="en")
    stack.forget_access_token()
    stack.fault("token-invalid-grant")
    assert stack.run({"date": "2023-04-01"}).error == "AuthorizationLost"
    assert owner.mails == [], "what a person starts is not told"
    days: list[date] = []
    executions = []
    for _ in range(8):
        days.append(owner.next_day())
        executions.append(owner.scheduled())
    assert {execution.error for execution in executions} == {"AuthorizationLost"}
    owner.restore()
    for _ in range(2):
        days.append(owner.next_day())
        assert owner.scheduled().status == "SUCCEEDED"
    known = {f"d{number}": day.isoformat() for number, day in enumerate(days, 1)}
    told = [text.format(**known) for text in TOLD]
    assert len(owner.texts) == len(told)
    assert [text.startswith(begin) for text, begin in zip(owner.texts, told, strict=True)] == [True] * 3, owner.texts
    assert "    ./daily authorize google_health\n" in owner.texts[0] and owner.link(executions[0]) in owner.texts[0]
    assert {mail["to"] for mail in owner.mails} == {"you@example.com"}


def test_days_without_any_execution_are_told_by_the_daily_look_and_their_silence_is_no_second_mail(
    owner: Owner,
) -> None:
    lost = []
    for _ in range(2):
        lost.append(owner.next_day().isoformat())
        owner.look()
        owner.set_alarm("SILENCE_ALARM", "ALARM")
    assert subjects(owner) == [f"{day} is not posted yet" for day in lost]
    owner.next_day()
    owner.set_alarm("SILENCE_ALARM", "OK")
    assert owner.scheduled().status == "SUCCEEDED"
    assert subjects(owner)[2:] == ["it works again"]
    assert "まだ投稿されていない日" not in owner.texts[-1], "all are caught up"


def subjects(owner: Owner) -> list[str]:
    return [mail["subject"].removeprefix("fitbit-daily: ") for mail in owner.mails]


def test_silence_without_a_day_that_is_open_is_told(owner: Owner) -> None:
    owner.set_alarm("SILENCE_ALARM", "ALARM")
    assert subjects(owner) == ["nothing has been posted for too long"]
    assert "    ./daily doctor\n" in owner.texts[0] and "    ./daily run --missing\n" in owner.texts[0]


def test_a_notice_that_fails_is_tried_again_and_kept_and_can_be_sent_from_there(owner: Owner, stack: Stack) -> None:
    topic, queue, sqs = owner.told["TOPIC_ARN"], owner.dead_letters, stack.client("sqs")
    owner.configure(TOPIC_ARN=f"{topic}-that-is-gone")
    stack.fault("token-invalid-grant")
    owner.next_day()
    began = owner.clock()
    failed = owner.scheduled()
    assert owner.mails == []
    assert owner.clock() - began >= timedelta(minutes=3), "it was not tried again after a minute, and after two more"
    (kept,) = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(kept["Body"])["detail"]["executionArn"] == failed.arn
    assert sqs.receive_message(QueueUrl=queue).get("Messages", []) == []
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=kept["ReceiptHandle"])
    owner.configure(TOPIC_ARN=topic)
    for _ in range(2):
        stack.client("lambda").invoke(FunctionName=owner.function, Payload=kept["Body"].encode())
    assert [subject.partition(" ")[2] for subject in subjects(owner)] == ["needs you"]


def test_no_mail_of_all_holds_a_secret_or_a_health_value(owner: Owner, stack: Stack) -> None:
    mails = json.dumps(owner.all_mails, ensure_ascii=False)
    assert len(owner.all_mails) >= 3
    assert escaped([mails], secrets_of(stack)) == []
    posts = [text.partition("\n")[2] for text in stack.texts()]
    numbers = {number for text in posts for number in re.findall(r"\d+\.\d+|\d{4,}", text)}
    assert len(numbers) > 20
    assert [number for number in numbers if re.search(rf"(?<![\w.-]){re.escape(number)}(?![\w-])", mails)] == []
