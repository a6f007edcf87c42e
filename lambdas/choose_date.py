"""Choose date: the execution's input becomes one civil day, with its plan in the ledger and a deadline."""

import os
from datetime import date, datetime, timedelta

from fitbit_daily import environment
from fitbit_daily.domain.day import Calendar, Request, read_request
from fitbit_daily.domain.days import Rows, begins_to_be_due, style_of
from fitbit_daily.domain.ledger import DESTINATIONS
from fitbit_daily.domain.posts import KINDS_OF
from fitbit_daily.domain.sync import seconds_to_wait
from fitbit_daily.state import TWEET_MAY_TAKE, VERSION, State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    calendar, ledger = environment.calendar(), environment.ledger()
    started_at = datetime.fromisoformat(state["started_at"])
    request = read_request(state["input"], started_at=started_at, calendar=calendar)
    rows = ledger.rows(request.day)
    deadline = calendar.deadline(request.day, started_at)
    look_every = timedelta(minutes=int(os.environ["LOOK_EVERY_MINUTES"]))
    since = _due_since(request, rows, started_at, calendar)
    kinds = {destination: _kinds(rows, destination, request.day, since) for destination in DESTINATIONS}
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
        for destination in DESTINATIONS:
            plan = ledger.take_on(destination, request.day, kinds[destination], execution, until)
            kinds[destination] = plan.kinds
        if not request.caught_up:
            changed, at_first = begins_to_be_due(rows, os.environ["STYLE"], DESTINATIONS, since)
            for due in changed:
                ledger.write_due(due)
            begins = [{"destination": of, "kind": kind, "since": since.isoformat()} for of, kind in at_first]
    return state | {
        "style": style_of({kind for each in kinds.values() for kind in each}, otherwise=os.environ["STYLE"]),
        "kinds": {destination: list(each) for destination, each in kinds.items()},
        "begins_to_be_due": begins,
    }


def _kinds(rows: Rows, destination: str, day: date, since: date) -> tuple[str, ...]:
    """Those that the first execution about the day wrote down; else those of its time, the settings' from `since`."""
    plan = rows.plans.get((destination, day))
    if plan:
        return plan.kinds
    in_force = rows.kinds_due(destination, day) if day < since else ()
    return KINDS_OF[style_of(in_force, otherwise=os.environ["STYLE"])]


def _due_since(request: Request, rows: Rows, started_at: datetime, calendar: Calendar) -> date:
    """From when on days are due that begin to be so now.

    A person may begin with any day of the past: those between it and the next scheduled one are nobody's missing days.
    A day that was taken on before, in another style, stays due in that one.
    """
    yesterday = calendar.yesterday(started_at)
    first = request.day if request.scheduled or request.day >= yesterday else yesterday + timedelta(days=1)
    plans = [rows.plans.get((destination, first)) for destination in DESTINATIONS]
    changed = any(plan and plan.kinds != KINDS_OF[os.environ["STYLE"]] for plan in plans)
    return first + timedelta(days=1) if changed else first
