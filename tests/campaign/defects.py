"""Deliberate defects, each of which the campaign must find: it must be able to fail."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from fitbit_daily.adapters import aws, executions, history_table, ledger_table, told_table, x
from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.clock import utc_now
from fitbit_daily.domain import authorization, day, ledger, numbers, posting
from fitbit_daily.domain.day import PATIENCE
from fitbit_daily.domain.ledger import Due, Entry, Move, Status
from fitbit_daily.domain.ledger import Plan as LedgerPlan
from fitbit_daily.domain.posting import DuplicateText, NotPosted, Sender
from fitbit_daily.domain.posts import KINDS_OF
from fitbit_daily.errors import PostOutcomeUnknown, StepError, XUnavailable
from tests.campaign.notices import Notices


def conditional_write_removed() -> AbstractContextManager[Any]:
    """The ledger writes whatever is there already."""

    def write(self: Any, entry: Entry) -> None:
        with aws.failures("writing the ledger"):
            aws.client("dynamodb").put_item(TableName=self._table, Item=ledger_table._item(entry))

    return patch.object(ledger_table.LedgerTable, "write", write)


def sent_again_without_reading_back() -> AbstractContextManager[Any]:
    """An unknown outcome is simply tried again."""
    return patch.object(Sender, "_find", lambda self, entry: None)


@contextmanager
def text_rendered_anew_while_unknown() -> Iterator[None]:
    """The frozen text is replaced by the present one."""
    send, begin_again = Sender.send, ledger.begin_again
    # Executions side by side are threads of their own.
    present = threading.local()

    def send_present(self: Sender, date: str, post: Any) -> Any:
        present.text = post.text
        return send(self, date, post)

    def begin_with_present(entry: Entry, **words: Any) -> Entry:
        return replace(begin_again(entry, **words), text=present.text)

    with patch.object(Sender, "send", send_present), patch.object(ledger, "begin_again", begin_with_present):
        yield


def server_errors_taken_for_not_posted() -> AbstractContextManager[Any]:
    """A 5xx of X counts as a refusal."""
    original = x.X.post

    def post(self: x.X, text: str) -> str:
        try:
            return original(self, text)
        except PostOutcomeUnknown as unknown:
            if "answered 5" in unknown.what:
                raise NotPosted(XUnavailable("X answered 5xx.")) from None
            raise

    return patch.object(x.X, "post", post)


def rotated_token_stored_after_its_first_use() -> AbstractContextManager[Any]:
    """The access token is handed on before the rotated refresh token is safe."""

    def ensure(*, source: Any, credentials_store: Any, token_store: Any, refused: bool, now: Any, **_: Any) -> Any:
        credentials = credentials_store.read()
        stored = token_store.read()
        if stored and stored.will_do(now, credentials) and (not refused or stored.is_fresh(now)):
            return credentials
        grant = source.refresh(credentials)
        token = authorization.AccessToken(grant.access_token, now, now + grant.lifetime, credentials.version)
        token_store.write(token)
        if grant.refresh_token not in (None, credentials.refresh_token):
            credentials_store.replace(credentials, grant.refresh_token)
        return credentials

    import refresh_token

    return patch.object(refresh_token, "ensure_access_token", ensure)


def credentials_overwritten_after_a_new_authorisation() -> AbstractContextManager[Any]:
    """The rotated refresh token is stored without looking at what is there."""

    def replace_blindly(self: SourceSecret, credentials: Any, refresh_token: str) -> Any:
        values = {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "refresh_token": refresh_token,
        }
        with aws.failures("storing"):
            answer = aws.client("secretsmanager").put_secret_value(SecretId=self._arn, SecretString=json.dumps(values))
        return replace(credentials, refresh_token=refresh_token, version=answer["VersionId"])

    return patch.object(SourceSecret, "replace", replace_blindly)


def history_written_over_a_later_reading() -> AbstractContextManager[Any]:
    """The history takes whatever comes last, however old it is."""

    def write(self: history_table.HistoryTable, record: Any) -> bool:
        with aws.failures("writing the history"):
            aws.client("dynamodb").put_item(TableName=self._table, Item=history_table._item(record))
        return True

    return patch.object(history_table.HistoryTable, "write", write)


def missing_printed_as_zero() -> AbstractContextManager[Any]:
    """Absent numbers become 0 on their way through the state."""

    def from_state(cls: type[numbers.Activity], state: Any) -> numbers.Activity:
        zeros: dict[str, Any] = {name: value or 0 for name, value in state.items()}
        return cls(**zeros)

    return patch.object(numbers.Activity, "from_state", classmethod(from_state))


def live_lease_ignored() -> AbstractContextManager[Any]:
    """An attempt under way is taken for a lapsed one."""
    original = ledger.next_move

    def next_move(entry: Any, **words: Any) -> Move:
        move = original(entry, **words)
        return Move.SETTLE if move in (Move.WAIT_FOR_LEASE, Move.WAIT_TO_SETTLE) else move

    return patch.object(ledger, "next_move", next_move)


def force_opens_a_generation_at_every_attempt() -> AbstractContextManager[Any]:
    """A forced execution that is retried posts once more."""
    original = ledger.next_move

    def next_move(entry: Any, *, force: bool, **words: Any) -> Move:
        move = original(entry, force=force, **words)
        return Move.SEND if force and move is Move.NOTHING else move

    return patch.object(ledger, "next_move", next_move)


def one_failing_post_keeps_the_other_back() -> AbstractContextManager[Any]:
    """The first post that fails ends the step for good: the sleep is never tried."""
    import tweet

    def send_all(senders: Any, date: str, posts: Any) -> Any:
        return [sender.send(date, post) for sender in senders for post in list(posts[sender.destination])[:1]]

    return patch.object(tweet, "send_all", send_all)


def tweet_fails_for_one_post_only() -> AbstractContextManager[Any]:
    """The step ends well as soon as one post is there, whatever became of the other."""
    import tweet

    def send_all(senders: Any, date: str, posts: Any) -> Any:
        sent, errors = [], []
        for sender in senders:
            for post in posts[sender.destination]:
                try:
                    sent.append(sender.send(date, post))
                except StepError as error:
                    errors.append(error)
        if errors and not sent:
            raise errors[0]
        return sent

    return patch.object(tweet, "send_all", send_all)


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


def style_changed_in_between() -> AbstractContextManager[Any]:
    """A day is posted in the style of the moment, not in that which it was begun in."""
    import choose_date

    return patch.object(choose_date, "_kinds", lambda rows, destination, day: KINDS_OF[os.environ["STYLE"]])


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
    return patch.object(LedgerPlan, "at_work", lambda self, now: list(self.under_way))


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
    """What was told is remembered whatever another look has remembered meanwhile."""

    def write(self: told_table.ToldTable, told: Any) -> None:
        item = {
            **told_table._KEY,
            "version": {"N": str(told.version + 1)},
            "told": {"S": json.dumps(told_table.to_json(replace(told, telling=None)))},
        }
        aws.client("dynamodb").put_item(TableName=self._table, Item=item)

    return patch.object(told_table.ToldTable, "write", write)


def daily_look_left_out() -> AbstractContextManager[Any]:
    """Notify hears of nothing but events."""
    return patch.object(Notices, "look_daily", lambda self, nights: None)


DEFECTS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    defect.__name__.replace("_", "-"): defect
    for defect in (
        conditional_write_removed,
        sent_again_without_reading_back,
        text_rendered_anew_while_unknown,
        server_errors_taken_for_not_posted,
        rotated_token_stored_after_its_first_use,
        credentials_overwritten_after_a_new_authorisation,
        history_written_over_a_later_reading,
        missing_printed_as_zero,
        live_lease_ignored,
        force_opens_a_generation_at_every_attempt,
        one_failing_post_keeps_the_other_back,
        tweet_fails_for_one_post_only,
        executions_name_without_the_night,
        catch_up_that_catches_up,
        style_changed_in_between,
        failed_force_that_reopens_a_day,
        under_way_never_lapses,
        way_back_renews_the_deadline,
        duplicate_believed,
        day_before_due_since_posted,
        incomplete_day_without_numbers_called_settled,
        two_notifies_at_once,
        daily_look_left_out,
    )
}
