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

# Of ten days without authorisation, d1 to d10, and d11, which is well again; link1 and link8 are two of their links.
TOLD = {
    "ja": [
        """fitbit-daily: {d1} has failed

{d1} 分の処理が失敗しました（Refresh token: AuthorizationLost）。

Google Health が、保存されている認可を受け付けなくなりました。

認可をやり直すコマンド:

    ./daily authorize google_health

そのあと、この日を投稿するコマンド:

    ./daily run --date {d1}

または、失敗したところから続けるコマンド（14 日以内）:

    ./daily redrive {d1}

プログラムの記録（英語）: Google no longer accepts the stored authorisation (invalid_grant). \
An app in publishing status 'Testing' loses it every 7 days: publish it first.

AWS コンソールで見る: {link1}

同じ失敗が続く間、お知らせは週に 1 回です。直ったときにもお知らせします。
""",
        """fitbit-daily: still failing since {d1}

{d8} 分の処理が失敗しました（Refresh token: AuthorizationLost）。同じ失敗が {d1} から続いています。

Google Health が、保存されている認可を受け付けなくなりました。

認可をやり直すコマンド:

    ./daily authorize google_health

まだ投稿されていない日: {d1}, {d2}, {d3}, {d4}, {d5}, {d6}, {d7}, {d8}

そのあと、未投稿の日をまとめて投稿するコマンド:

    ./daily run --missing --days 9

プログラムの記録（英語）: Google no longer accepts the stored authorisation (invalid_grant). \
An app in publishing status 'Testing' loses it every 7 days: publish it first.

AWS コンソールで見る: {link8}

同じ失敗が続く間、お知らせは週に 1 回です。直ったときにもお知らせします。
""",
        """fitbit-daily: it works again

復旧しました。{d11} 分の処理は正常に終わりました。

まだ投稿されていない日: {d1}, {d2}, {d3}, {d4}, {d5}, {d6}, {d7}, {d8}, {d9}, {d10}

未投稿の日をまとめて投稿するコマンド:

    ./daily run --missing --days 12
""",
    ],
    "en": [
        """fitbit-daily: {d1} has failed

The run for {d1} failed (Refresh token: AuthorizationLost).

Google Health no longer accepts the stored authorisation.

This authorises it anew:

    ./daily authorize google_health

Then post the day:

    ./daily run --date {d1}

Or let the run go on from where it failed, within 14 days:

    ./daily redrive {d1}

In the program's own words: Google no longer accepts the stored authorisation (invalid_grant). \
An app in publishing status 'Testing' loses it every 7 days: publish it first.

In the AWS console: {link1}

While this goes on, you are told once a week; and when it works again.
""",
        """fitbit-daily: still failing since {d1}

The run for {d8} failed (Refresh token: AuthorizationLost), as it has since {d1}.

Google Health no longer accepts the stored authorisation.

This authorises it anew:

    ./daily authorize google_health

Days that are still not posted: {d1}, {d2}, {d3}, {d4}, {d5}, {d6}, {d7}, {d8}

Then post them all:

    ./daily run --missing --days 9

In the program's own words: Google no longer accepts the stored authorisation (invalid_grant). \
An app in publishing status 'Testing' loses it every 7 days: publish it first.

In the AWS console: {link8}

While this goes on, you are told once a week; and when it works again.
""",
        """fitbit-daily: it works again

It works again: the run for {d11} went well.

Days that are still not posted: {d1}, {d2}, {d3}, {d4}, {d5}, {d6}, {d7}, {d8}, {d9}, {d10}

Post them all:

    ./daily run --missing --days 12
""",
    ],
}


@pytest.fixture
def owner(stack: Stack) -> Iterator[Owner]:
    owner = Owner(stack)
    yield owner
    # A day that nobody has posted yet, for whoever comes next.
    owner.next_day()


def settled_once(owner: Owner) -> None:
    """A day that went well: from here on days can be expected to."""
    assert owner.scheduled().status == "SUCCEEDED"
    assert owner.mails == []


@pytest.mark.parametrize("language", TOLD)
def test_authorisation_that_is_gone_for_ten_days_is_told_at_once_after_a_week_and_when_it_is_back(
    owner: Owner, stack: Stack, language: str
) -> None:
    owner.configure(LANGUAGE=language)
    settled_once(owner)
    stack.fault("token-invalid-grant")
    days: list[date] = []
    executions = []
    for _ in range(10):
        days.append(owner.next_day())
        executions.append(owner.scheduled())
    assert {execution.error for execution in executions} == {"AuthorizationLost"}
    owner.restore()
    days.append(owner.next_day())
    assert owner.scheduled().status == "SUCCEEDED"
    days.append(owner.next_day())
    assert owner.scheduled().status == "SUCCEEDED"
    known = {f"d{number}": day.isoformat() for number, day in enumerate(days, 1)}
    known |= {"link1": owner.link(executions[0]), "link8": owner.link(executions[7])}
    assert owner.texts == [text.format(**known) for text in TOLD[language]]
    assert {mail["to"] for mail in owner.mails} == {"you@example.com"}


def test_three_days_without_any_execution_are_told_once_and_when_they_are_over(owner: Owner) -> None:
    settled_once(owner)
    silent = []
    for _ in range(3):
        silent.append(owner.next_day().isoformat())
        # CloudWatch finds it day after day; what it is already is no change.
        owner.set_alarm("SILENCE_ALARM", "ALARM")
    assert [text.partition("\n")[0] for text in owner.texts] == ["fitbit-daily: nothing has been posted for too long"]
    assert "    ./daily doctor\n" in owner.texts[0] and "    ./daily run --missing\n" in owner.texts[0]
    owner.next_day()
    owner.set_alarm("SILENCE_ALARM", "OK")
    assert owner.scheduled().status == "SUCCEEDED"
    (_, again) = owner.texts
    assert again.startswith("fitbit-daily: it works again\n")
    assert f"まだ投稿されていない日: {', '.join(silent)}\n" in again and "./daily run --missing --days 5\n" in again


def test_silence_before_anything_ever_succeeded_is_not_told(owner: Owner) -> None:
    owner.next_day(days=3)
    owner.set_alarm("SILENCE_ALARM", "ALARM")
    assert owner.mails == []


def test_a_failure_that_is_told_makes_its_silence_no_second_mail(owner: Owner, stack: Stack) -> None:
    settled_once(owner)
    stack.fault("token-invalid-grant")
    owner.next_day()
    owner.scheduled()
    owner.set_alarm("SILENCE_ALARM", "ALARM")
    assert [mail["subject"].rpartition(" ")[2] for mail in owner.mails] == ["failed"]


def test_a_day_that_waits_for_its_tracker_and_is_well_is_not_told(owner: Owner, stack: Stack) -> None:
    stack.fault("not-synced", times=2)
    late = owner.scheduled()
    assert late.states.count("Wait for sync") == 2 and late.output["complete"] is True
    assert owner.mails == []


def test_what_a_person_starts_is_not_told(owner: Owner, stack: Stack) -> None:
    stack.forget_access_token()
    stack.fault("token-invalid-grant")
    assert stack.run({"date": "2023-04-01"}).error == "AuthorizationLost"
    owner.restore()
    assert stack.run({"date": "2023-04-01"}).status == "SUCCEEDED"
    assert owner.mails == []


def test_a_notice_that_fails_is_tried_again_and_kept_and_can_be_sent_from_there(owner: Owner, stack: Stack) -> None:
    topic, queue, sqs = owner.told["TOPIC_ARN"], owner.dead_letters, stack.client("sqs")
    owner.configure(TOPIC_ARN=f"{topic}-that-is-gone")
    stack.fault("token-invalid-grant")
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
    assert [mail["subject"].rpartition(" ")[2] for mail in owner.mails] == ["failed"]


def test_no_mail_of_all_holds_a_secret_or_a_health_value(owner: Owner, stack: Stack) -> None:
    settled_once(owner)
    mails = json.dumps(owner.all_mails, ensure_ascii=False)
    assert len(owner.all_mails) >= 3
    assert escaped([mails], secrets_of(stack)) == []
    posts = [text.partition("\n")[2] for text in stack.texts()]
    numbers = {number for text in posts for number in re.findall(r"\d+\.\d+|\d{4,}", text)}
    assert len(numbers) > 20
    assert [number for number in numbers if re.search(rf"(?<![\w.-]){re.escape(number)}(?![\w-])", mails)] == []
