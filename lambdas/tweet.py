"""Tweet: each text is posted at most once, by the ledger. The execution's output is made here."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.secrets import X_KEYS, read_secret
from fitbit_daily.adapters.x import X
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.ledger import Due
from fitbit_daily.domain.posting import Sender, Sent, leave_out, send_all
from fitbit_daily.domain.posts import Post
from fitbit_daily.domain.sync import is_too_old
from fitbit_daily.environment import TweetEnvironment
from fitbit_daily.metrics import count_day_settled
from fitbit_daily.step import State, step


@step
def handler(state: State) -> State:
    texts = {post["kind"]: Post(post["kind"], post["text"]) for post in state["posts"]}
    if state["dry_run"]:
        sent = [
            Sent(kind, destination, texts[kind].text, "dry_run", None)
            for destination, kinds in state["kinds"].items()
            for kind in kinds
            if kind in texts
        ]
    else:
        sent = _post(state, texts)
    return {
        "date": state["date"],
        "complete": state["complete"],
        "posts": [asdict(each) for each in sent],
        "skipped": state["skipped"],
    }


def _post(state: State, texts: Mapping[str, Post]) -> list[Sent]:
    environment = TweetEnvironment.read()
    table = LedgerTable(environment.ledger_table)
    posts: dict[str, list[Post]] = {}
    for destination, kinds in state["kinds"].items():
        made = [_made(state, table, destination, kind, texts.get(kind)) for kind in kinds]
        posts[destination] = [post for post in made if post]
    senders = [_sender(state, destination, table, environment) for destination in posts if posts[destination]]
    sent = send_all(senders, state["date"], posts)
    _close(state, table)
    return sent


def _made(state: State, table: LedgerTable, destination: str, kind: str, post: Post | None) -> Post | None:
    """The post to send: the day's own; or what may be there already, whatever the numbers say by now; or none."""
    if post is not None:
        return post
    entry = table.read(destination, state["date"], kind)
    if entry is not None and entry.may_be_there:
        return Post(kind, entry.text)
    left_out = leave_out(
        entry,
        destination=destination,
        date=state["date"],
        kind=kind,
        complete=state["complete"],
        too_old=is_too_old(day_ends_at=datetime.fromisoformat(state["day_ends_at"]), now=utc_now()),
        execution=state["execution"],
    )
    if left_out is not None:
        table.write(left_out)
    return None


def _close(state: State, table: LedgerTable) -> None:
    """The day is settled, unless something is given up unsynced; in any case this execution is done with it."""
    settled = True
    for destination, kinds in state["kinds"].items():
        for kind in kinds:
            entry = table.read(destination, state["date"], kind)
            settled = settled and entry is not None and entry.is_settled
        table.done(destination, date.fromisoformat(state["date"]), state["execution"], utc_now())
    if settled:
        for due in state["begins_to_be_due"]:
            table.begin_due(Due(due["destination"], due["kind"], date.fromisoformat(due["since"])))
        count_day_settled()


def _sender(state: State, destination: str, table: LedgerTable, environment: TweetEnvironment) -> Sender:
    keys, _ = read_secret(environment.x_secret_arn, X_KEYS, "x")
    return Sender(
        destination=destination,
        timeline=X(keys),
        ledger=table,
        now=utc_now,
        language=environment.language,
        execution=state["execution"],
        force=state["force"],
        incomplete=not state["complete"],
    )
