"""The last days at a glance: what became of each, by the ledger; and what is open, with the command that posts it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.text import Text

from cli.aws import Deployed
from cli.days import Days, cure_of_missing, missing_alike, outlook, tried_again_until, why
from cli.show import say
from fitbit_daily.domain.cures import UNSYNCED, cure
from fitbit_daily.domain.days import Day, DayStatus
from fitbit_daily.domain.ranges import listed

# The sign of each, and its colour, which says nothing more.
_SIGNS: Mapping[str, tuple[str, str]] = {
    "posted": ("●", "green"),
    "incomplete": ("◐", "yellow"),
    "nothing to post": ("○", ""),
    "missing": ("✗", "red"),
    "waiting": ("…", "yellow"),
    "not due": ("·", "dim"),
}
_BY_STATUS = {
    DayStatus.OPEN: "missing",
    DayStatus.UNDER_WAY: "waiting",
    DayStatus.WAITING: "waiting",
    DayStatus.WEEK_WAITS: "waiting",
    DayStatus.NOT_DUE: "not due",
}


def standing(day: Day) -> str:
    """One of the words of the legend."""
    if day.status is not DayStatus.SETTLED:
        return _BY_STATUS[day.status]
    made = [entry for entry in day.entries if entry.post_id or entry.earlier_posts]
    if not made:
        # A person may have settled a post whose id nobody knows.
        return "posted" if any(entry.text for entry in day.entries) else "nothing to post"
    return "incomplete" if any(entry.incomplete for entry in made) else "posted"


def show_calendar(console: Console, days: Days) -> None:
    """Weeks with a legend in a terminal; piped, a line for each day."""
    if not console.is_terminal:
        for day in days.days:
            console.print(f"{day.date}  {day.date:%a}  {standing(day)}")
        return
    monday = days.days[0].date - timedelta(days=days.days[0].date.weekday())
    console.print(Text("            Mon Tue Wed Thu Fri Sat Sun", style="dim"))
    of = {day.date: day for day in days.days}
    while monday <= days.days[-1].date:
        line = Text(f"{monday}  ")
        for date in (monday + timedelta(days=each) for each in range(7)):
            sign, colour = _SIGNS[standing(of[date])] if date in of else (" ", "")
            line.append(f" {sign}  ", style=colour)
        console.print(line)
        monday += timedelta(days=7)
    seen = {standing(day) for day in days.days}
    console.print(Text("\n" + "   ".join(f"{sign} {word}" for word, (sign, _) in _SIGNS.items() if word in seen)))


def show_open(console: Console, deployed: Deployed, days: Days) -> None:
    """The open days: why, whether they are tried again by themselves, what cures them; days that are alike at once."""
    if not days.missing:
        return
    for alike in missing_alike(deployed, days):
        last = alike[-1]
        named = listed(day.date for day in alike) if len(alike) > 1 else f"{last.date:%a} {last.date}"
        console.print()
        say(console, Text("✗ ", style="red") + Text(f"{named}: {why(last)}", style="not red"))
        ahead = outlook(deployed, days, *alike)
        say(console, f"  {ahead[:1].upper()}{ahead[1:]}.")
        if last.failure and last.failure != UNSYNCED:
            said = cure(last.failure, language="en", source=deployed.settings["SOURCE"], date=str(last.date))
            say(console, f"  {said.what} {said.in_one_line()}".rstrip())
        say(console, f"  In full: ./daily status {last.date}")
    console.print()
    say(console, f"To post what is missing, type: {cure_of_missing(days)}")


def as_json(deployed: Deployed, days: Days, day: Day) -> dict[str, Any]:
    until = tried_again_until(deployed, days, day) if day.is_missing else None
    return {
        "date": day.date.isoformat(),
        "status": standing(day),
        "failure": day.failure if day.is_missing else None,
        "tried_again_until": until.isoformat() if until else None,
    }
