"""Tweet: each text is posted at most once to each destination, by the ledger. The execution's output is made here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from fitbit_daily.adapters.bluesky import Bluesky
from fitbit_daily.adapters.destination_keys import read_keys
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.line import Line
from fitbit_daily.adapters.secrets import X_KEYS, read_secret
from fitbit_daily.adapters.x import X
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.cures import WEEK_WAITS
from fitbit_daily.domain.ledger import Due
from fitbit_daily.domain.posting import Account, NoAccount, ReadBack, Sender, Sent, leave_out, send_all
from fitbit_daily.domain.posts import WEEK, Post
from fitbit_daily.domain.sync import is_too_old
from fitbit_daily.environment import TweetEnvironment
from fitbit_daily.errors import StepError, UnexpectedError
from fitbit_daily.metrics import count_day_settled
from fitbit_daily.step import State, step


@step
def handler(state: State) -> State:
    texts = {post["kind"]: Post.from_state(post) for post in state["posts"]}
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
    # An execution that is redriven may have begun with other settings.
    plan = {each: kinds for each, kinds in state["kinds"].items() if each in environment.destinations}
    posts: dict[str, list[Post]] = {}
    for destination, kinds in plan.items():
        made = [_made(state, table, destination, kind, texts.get(kind)) for kind in kinds]
        posts[destination] = [post for post in made if post]
    senders = [_sender(state, destination, table, environment) for destination in posts if posts[destination]]
    try:
        sent = send_all(senders, state["date"], posts)
    finally:
        settled = [each for each, kinds in plan.items() if _is_settled(state, table, each, kinds)]
        if settled:
            _begin_to_be_due(state, table)
    for destination in plan:
        table.done(destination, date.fromisoformat(state["date"]), state["execution"], utc_now())
    if len(settled) == len(plan):
        count_day_settled()
    return sent


def _made(state: State, table: LedgerTable, destination: str, kind: str, post: Post | None) -> Post | None:
    """The post to send: the day's own; or what may be there already, whatever the numbers say by now; or none."""
    if post is not None:
        return post
    entry = table.read(destination, state["date"], kind)
    if entry is not None and entry.may_be_there:
        return Post(kind, entry.text, entry.picture)
    left_out = leave_out(
        entry,
        destination=destination,
        date=state["date"],
        kind=kind,
        # Whether the week has nothing to say does not depend on its last day alone.
        complete=state["complete"] or kind == WEEK,
        waits_for=state.get("week_failure", "") if kind == WEEK else "",
        too_old=is_too_old(day_ends_at=datetime.fromisoformat(state["day_ends_at"]), now=utc_now()),
        execution=state["execution"],
    )
    if left_out is not None:
        table.write(left_out)
    return None


def _is_settled(state: State, table: LedgerTable, destination: str, kinds: Sequence[str]) -> bool:
    """The day itself is, though its week may wait for other days."""
    rows = [table.read(destination, state["date"], kind) for kind in kinds]
    return all(row is not None and (row.is_settled or row.failure == WEEK_WAITS) for row in rows)


def _begin_to_be_due(state: State, table: LedgerTable) -> None:
    """Once one destination has worked, what fails at the others is owed, and told."""
    for due in state["begins_to_be_due"]:
        table.begin_due(Due(due["destination"], due["kind"], date.fromisoformat(due["since"])))


def _sender(state: State, destination: str, table: LedgerTable, environment: TweetEnvironment) -> Sender:
    return Sender(
        destination=destination,
        account=_account(destination, environment),
        ledger=table,
        now=utc_now,
        language=environment.language,
        execution=state["execution"],
        force=state["force"],
        incomplete=not state["complete"],
    )


def _account(destination: str, environment: TweetEnvironment) -> Account:
    """Whatever is wrong with it stops the posts of this destination alone."""
    try:
        match destination:
            case "bluesky":
                return Bluesky(read_keys(environment.bluesky_parameter, destination), environment.language)
            case "line":
                return Line(read_keys(environment.line_parameter, destination))
            case _:
                keys, _ = read_secret(environment.x_secret_arn, X_KEYS, "x")
                return ReadBack(X(keys))
    except StepError as error:
        return NoAccount(error)
    except Exception as error:
        return NoAccount(UnexpectedError.of(error))
