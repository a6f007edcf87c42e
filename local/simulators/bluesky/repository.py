"""The account's repository: records at their addresses, and blobs that are dropped unless a record names them.

github.com/bluesky-social/atproto, packages/pds/src/api/com/atproto/repo/putRecord.ts
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.simulators.bluesky.cid import cid_of_blob, cid_of_record

# How long an uploaded blob waits for its record: "minutes to hours".
BLOB_WAITS = timedelta(hours=1)


class AnyRecord:
    """No condition: whatever is at the address is overwritten."""


class InvalidSwap(Exception):
    """Another record is at the address, or none."""

    def __init__(self, cid: str | None) -> None:
        super().__init__(cid)
        self.cid = cid


@dataclass(frozen=True)
class Record:
    uri: str
    cid: str
    value: dict[str, Any]
    made_at: datetime

    @property
    def rkey(self) -> str:
        return self.uri.rpartition("/")[2]


@dataclass(frozen=True)
class Blob:
    cid: str
    content: bytes
    mime_type: str
    uploaded_at: datetime


class Repository:
    """Everything under one lock, because the server answers each request in a thread of its own."""

    def __init__(self, did: str, now: Callable[[], datetime]) -> None:
        self._did = did
        self._now = now
        self._records: dict[str, Record] = {}
        self._blobs: dict[str, Blob] = {}
        self._lock = threading.Lock()

    def address(self, collection: str, rkey: str) -> str:
        return f"at://{self._did}/{collection}/{rkey}"

    def put(
        self, collection: str, rkey: str, value: dict[str, Any], swap: str | AnyRecord | None
    ) -> tuple[Record, bool]:
        """The record, and whether anything was written. The same record is no change, whatever `swap` says."""
        with self._lock:
            uri, cid = self.address(collection, rkey), cid_of_record(value)
            there = self._records.get(uri)
            if there and there.cid == cid:
                return there, False
            if not isinstance(swap, AnyRecord) and swap != (there.cid if there else None):
                raise InvalidSwap(there.cid if there else None)
            self._records[uri] = Record(uri, cid, value, self._now())
            return self._records[uri], True

    def get(self, uri: str) -> Record | None:
        with self._lock:
            return self._records.get(uri)

    def delete(self, uri: str) -> bool:
        with self._lock:
            return self._records.pop(uri, None) is not None

    def records(self) -> list[Record]:
        """Newest first, in the order of writing."""
        with self._lock:
            return list(self._records.values())[::-1]

    def upload(self, content: bytes, mime_type: str) -> Blob:
        with self._lock:
            blob = Blob(cid_of_blob(content), content, mime_type, self._now())
            self._blobs[blob.cid] = blob
            return blob

    def blob(self, cid: str) -> Blob | None:
        """None as well where it has waited for its record for too long."""
        with self._lock:
            blob = self._blobs.get(cid)
            if blob is None or self._now() < blob.uploaded_at + BLOB_WAITS:
                return blob
            return blob if cid in _named(record.value for record in self._records.values()) else None


def _named(values: Iterable[Any]) -> set[str]:
    """The links in these values."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, dict):
            if isinstance(value.get("$link"), str):
                found.add(value["$link"])
            found |= _named(value.values())
        elif isinstance(value, list):
            found |= _named(value)
    return found
