"""Tweet: each text is posted at most once, by its ledger. The execution's output is made here."""

import os
from dataclasses import asdict

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.secrets import X_KEYS, read_secret
from fitbit_daily.adapters.x import X
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.posting import Sender, Sent, send_all
from fitbit_daily.domain.posts import Post
from fitbit_daily.state import State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    posts = [Post(post["kind"], post["text"]) for post in state["posts"]]
    if state["dry_run"] or not posts:
        sent = [Sent(post.kind, post.text, "dry_run", None) for post in posts]
    else:
        sent = send_all(_sender(state), state["date"], posts)
    return {
        "date": state["date"],
        "complete": state["complete"],
        "posts": [asdict(each) for each in sent],
        "skipped": state["skipped"],
    }


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
