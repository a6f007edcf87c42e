"""Deliberate defects of what goes on from one night to the next: the days, their catching up, the mails."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from fitbit_daily.adapters import aws, executions, notices, x
from fitbit_daily.clock import utc_now
from fitbit_daily.domain import day, days, ledger, posting, posts
from fitbit_daily.domain.day import PATIENCE
from fitbit_daily.domain.ledger import Due, Entry, Move, Plan, Status
from fitbit_daily.domain.memory import to_json
from fitbit_daily.domain.posting import DuplicateText
from tests.campaign.notices import Notices


def executions_name_without_the_night() -> AbstractContextManager[Any]:
    """A day is caught up by the first night that tries, and by no other one."""
    import catch_up

    def start(machine: str, *, name: str, given: Any) -> bool:
        return executions.start(machine, name=name.partition("-caught-up")[0], given=given)

    return patch.object(catch_up, "start", start)


def catch_up_that_catches_up() -> AbstractContextManager[Any]:
    """What a night starts counts as the schedule's, and starts more."""
    original = day.read_request

    def read_request(given: Any, **words: Any) -> Any:
        request = original(given, **words)
        return replace(request, scheduled=request.scheduled or request.caught_up)

    import choose_date

    return patch.object(choose_date, "read_request", read_request)


def failed_force_that_reopens_a_day() -> AbstractContextManager[Any]:
    """A day counts as settled by its last generation only."""

    def is_settled(self: Entry) -> bool:
        return self.status in (Status.POSTED, Status.NOTHING, Status.TOO_OLD)

    original = ledger.next_move

    def next_move(entry: Any, *, force: bool, **words: Any) -> Move:
        return original(entry, force=force or bool(entry and entry.generation > 1 and not entry.is_settled), **words)

    stack = ExitStack()
    stack.enter_context(patch.object(Entry, "is_settled", property(is_settled)))
    stack.enter_context(patch.object(ledger, "next_move", next_move))
    return stack


def under_way_never_lapses() -> AbstractContextManager[Any]:
    """Who has taken a day on is at work on it for ever, although somebody has stopped it."""
    return patch.object(Plan, "at_work", lambda self, now: list(self.under_way))


def way_back_renews_the_deadline() -> AbstractContextManager[Any]:
    """Each look at the source puts its end off."""
    import refresh_token

    original = refresh_token.handler

    def handler(state: Any, context: Any) -> Any:
        return original(state | {"deadline": (utc_now() + PATIENCE).isoformat()}, context)

    return patch.object(refresh_token, "handler", handler)


def duplicate_believed() -> AbstractContextManager[Any]:
    """X says that it has the text: so it is posted."""
    original = x.X.post

    def post(self: x.X, text: str) -> str:
        try:
            return original(self, text)
        except DuplicateText:
            return "there"

    return patch.object(x.X, "post", post)


def day_before_due_since_posted() -> AbstractContextManager[Any]:
    """Every day is owed, however long before the first one."""
    return patch.object(Due, "covers", lambda self, day: True)


def incomplete_day_without_numbers_called_settled() -> AbstractContextManager[Any]:
    """What is not there when the day is given up will never come."""
    import tweet

    def leave_out(*given: Any, **words: Any) -> Any:
        return posting.leave_out(*given, **{**words, "complete": True})

    return patch.object(tweet, "leave_out", leave_out)


def two_notifies_at_once() -> AbstractContextManager[Any]:
    """What was mailed is remembered whatever another look has remembered meanwhile."""

    def write(self: notices.MemoryTable, memory: Any) -> None:
        item = {
            **notices._KEY,
            "version": {"N": str(memory.version + 1)},
            "told": {"S": json.dumps(to_json(replace(memory, sending_until=None)))},
        }
        aws.client("dynamodb").put_item(TableName=self._table, Item=item)

    return patch.object(notices.MemoryTable, "write", write)


def daily_look_left_out() -> AbstractContextManager[Any]:
    """Notify hears of nothing but events."""
    return patch.object(Notices, "look_daily", lambda self, nights: None)


def notify_looks_at_x_alone() -> AbstractContextManager[Any]:
    """What fails at another destination is nobody's missing day."""
    import notify

    def judge(rows: Any, *given: Any, **words: Any) -> Any:
        return days.judge(rows.at(("x",)), *given, **words)

    return patch.object(notify, "judge", judge)


def lines_day_is_its_first_text() -> AbstractContextManager[Any]:
    """The one message of a day says nothing of the sleep."""
    import format_posts

    def with_one_for_the_day(made: Any) -> Any:
        return [*made, replace(made[0], kind="day")] if len(made) > 1 else posts.with_one_for_the_day(made)

    return patch.object(format_posts, "with_one_for_the_day", with_one_for_the_day)


OF_THE_NIGHTS: tuple[Callable[[], AbstractContextManager[Any]], ...] = (
    executions_name_without_the_night,
    catch_up_that_catches_up,
    failed_force_that_reopens_a_day,
    under_way_never_lapses,
    way_back_renews_the_deadline,
    duplicate_believed,
    day_before_due_since_posted,
    incomplete_day_without_numbers_called_settled,
    two_notifies_at_once,
    daily_look_left_out,
    notify_looks_at_x_alone,
    lines_day_is_its_first_text,
)
