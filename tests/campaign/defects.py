"""Deliberate defects, each of which the campaign must find: it must be able to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from fitbit_daily.adapters import aws, history_table, ledger_table, x
from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.domain import authorization, ledger, numbers
from fitbit_daily.domain.ledger import Entry, Move
from fitbit_daily.domain.posting import NotPosted, ReadBack, Sender
from fitbit_daily.errors import PostOutcomeUnknown, StepError, XUnavailable
from tests.campaign.defects_of_nights import OF_THE_NIGHTS


def conditional_write_removed() -> AbstractContextManager[Any]:
    """The ledger writes whatever is there already."""

    def write(self: Any, entry: Entry) -> None:
        with aws.failures("writing the ledger"):
            aws.client("dynamodb").put_item(TableName=self._table, Item=ledger_table._item(entry))

    return patch.object(ledger_table.LedgerTable, "write", write)


def sent_again_without_reading_back() -> AbstractContextManager[Any]:
    """An unknown outcome is simply tried again."""
    return patch.object(ReadBack, "settle", lambda self, entry: None)


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
        *OF_THE_NIGHTS,
    )
}
