"""Time zones by their rules: some have several names, and many have the same clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console

from cli.show import say
from fitbit_daily.clock import utc_now

# One round of the clocks' changes, and the rules that are known of those to come.
_BEFORE, _AFTER = timedelta(days=366), timedelta(days=5 * 366)


def same_rules(one: str, other: str, *, now: datetime) -> bool:
    """Do the clocks of both zones show the same, at every hour of these years? No, if one of them is unknown here."""
    if one == other:
        return True
    try:
        first, second = ZoneInfo(one), ZoneInfo(other)
    except (OSError, ValueError, KeyError):
        return False
    hours = range(int((_BEFORE + _AFTER) / timedelta(hours=1)))
    moments = (now - _BEFORE + timedelta(hours=hour) for hour in hours)
    return all(moment.astimezone(first).utcoffset() == moment.astimezone(second).utcoffset() for moment in moments)


def warn_of_zone(console: Console, account: str, configured: str) -> None:
    """Google's civil days are those of the account's zone; which of them is yesterday is told by the setting."""
    if account and not same_rules(account, configured, now=utc_now()):
        say(
            console,
            f"\nYour Google account's time zone is {account}, but the setting is {configured}: they may differ about "
            "which day is yesterday. To change the setting: ./daily settings time_zone=ZONE; make deploy",
        )
