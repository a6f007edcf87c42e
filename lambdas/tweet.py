"""Tweet: each text is posted at most once, by its ledger. The execution's output is made here."""

import os
from collections.abc import Sequence
from dataclasses import asdict

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.secrets import X_KEYS, read_secret
from fitbit_daily.adapters.x import X
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.posting import IN_ANOTHER_STYLE, Sender, Sent, send_all
from fitbit_daily.domain.posts import Post
from fitbit_daily.metric_names import DAYS_SETTLED
from fitbit_daily.metrics import count
from fitbit_daily.state import State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    posts = [Post(post["kind"], post["text"]) for post in state["posts"]]
    if state["dry_run"] or not posts:
        sent = [Sent(post.kind, post.text, "dry_run", None) for post in posts]
    else:
        sent = send_all(_sender(state), state["date"], posts)
    if not state["dry_run"]:
        # Also where a person has posted the day before: what the schedule started is well, and no silence.
        count(DAYS_SETTLED)
    return {
        "date": state["date"],
        "complete": state["complete"],
        "posts": [asdict(each) for each in sent],
        "skipped": state["skipped"] + _left_out(posts, sent),
    }


def _left_out(posts: Sequence[Post], sent: Sequence[Sent]) -> list[dict[str, str]]:
    """The posts in whose place there are others, of another style."""
    kinds = {each.kind for each in sent}
    return [{"kind": post.kind, "reason": IN_ANOTHER_STYLE} for post in posts if post.kind not in kinds]


def _sender(state: State) -> Sender:
    keys, _ = read_secret(os.environ["X_SECRET_ARN"], X_KEYS, "x")
    return Sender(
        timeline=X(keys),
        ledger=LedgerTable(os.environ["LEDGER_TABLE"]),
        now=utc_now,
        language=os.environ["LANGUAGE"],
        execution=state["execution"],
        force=state["force"],
    )
