"""Choose date: the execution's input becomes one civil day, with its plan in the ledger and a deadline."""

from datetime import datetime, timedelta

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.day import read_request
from fitbit_daily.domain.due import Wanted, begins_to_be_due, due_since, first_due, plan_of, style_of
from fitbit_daily.domain.posts import WEEK
from fitbit_daily.domain.waiting import seconds_to_wait
from fitbit_daily.domain.week import first_of, waiting
from fitbit_daily.environment import ChooseDateEnvironment
from fitbit_daily.step import TWEET_MAY_TAKE, VERSION, State, step


@step
def handler(state: State) -> State:
    environment = ChooseDateEnvironment.read()
    calendar, ledger = environment.calendar, LedgerTable(environment.ledger_table)
    wanted = Wanted(environment.destinations, environment.style, environment.weekly)
    started_at = datetime.fromisoformat(state["started_at"])
    request = read_request(state["input"], started_at=started_at, calendar=calendar)
    rows = ledger.rows(first_of(request.day))
    deadline = calendar.deadline(request.day, started_at)
    look_every = timedelta(minutes=environment.look_every_minutes)
    since = due_since(request, rows, wanted, calendar=calendar, started_at=started_at)
    kinds = plan_of(rows, request.day, wanted, since=since, asked=not (request.scheduled or request.caught_up))
    execution, until = state["execution"], deadline + TWEET_MAY_TAKE
    state = {
        "version": VERSION,
        "state_machine": state["state_machine"],
        "execution": execution,
        "date": request.day.isoformat(),
        "day_ends_at": calendar.ends_at(request.day).isoformat(),
        "gives_up_at": calendar.gives_up_at(request.day).isoformat(),
        "deadline": deadline.isoformat(),
        "look_every_seconds": int(look_every.total_seconds()),
        "wait_seconds": seconds_to_wait(until=deadline, look_every=look_every, now=started_at),
        "dry_run": request.dry_run,
        "force": request.force,
        "scheduled": request.scheduled,
        "paused": request.scheduled and rows.paused,
    }
    begins: list[dict[str, str]] = []
    if not (request.dry_run or state["paused"]):
        for destination in kinds:
            plan = ledger.take_on(destination, request.day, kinds[destination], execution, until)
            kinds[destination] = plan.kinds
        if not request.caught_up:
            changed, at_first = begins_to_be_due(rows, wanted, since)
            for due in changed:
                ledger.write_due(due)
            begins = [
                {"destination": of, "kind": kind, "since": first_due(kind, since).isoformat()}
                for of, kind in at_first
                if of in kinds
            ]
    if any(WEEK in each for each in kinds.values()):
        nights = environment.catch_up_days
        waits = waiting(request, rows, calendar=calendar, catch_up_days=nights, started_at=started_at)
        state["week"] = waits.to_state()
    return state | {
        "style": style_of(kinds, otherwise=wanted.style),
        "kinds": {destination: list(each) for destination, each in kinds.items()},
        "begins_to_be_due": begins,
    }
