"""The keys by which a destination knows the same post again: made of the ledger's row alone, so a repeat has the same.

Bluesky   the record's address, a TID: https://atproto.com/specs/tid
LINE      X-Line-Retry-Key, a UUID: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, uuid5

from fitbit_daily.domain.ledger import Entry

# Part of every address at Bluesky: a number that is changed or used again makes posts twice, or none.
_NUMBERS = {"activity": 0, "sleep": 1, "day": 2, "week": 3}

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def record_key(entry: Entry) -> str:
    """A TID of the day's midnight in UTC, with the generation as its microseconds and the kind as its clock.

    An attempt has no part in it: whatever the day's text, a generation has one address.
    """
    midnight = datetime.combine(date.fromisoformat(entry.date), datetime.min.time(), UTC)
    number = (int(midnight.timestamp()) * 1_000_000 + entry.generation) << 10 | _NUMBERS[entry.kind]
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def retry_key(entry: Entry, recipient: str) -> str:
    """One for each text: LINE takes what comes under the same key for the same message."""
    parts = (recipient, entry.date, entry.kind, str(entry.generation), str(entry.attempt))
    return str(uuid5(NAMESPACE_URL, ":".join(("fitbit-daily:line", *parts))))
