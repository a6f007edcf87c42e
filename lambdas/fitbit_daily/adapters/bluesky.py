"""Bluesky: a login, then a record at an address that is this post's alone.

putRecord leaves the same record at the same address as it is and answers as if it had just been made; with a null
swapRecord it refuses any other one there. So sending once more is how an unknown outcome is settled.
https://docs.bsky.app/docs/api/com-atproto-repo-put-record
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

from fitbit_daily.adapters.destination_answers import body_of, is_refusal, posting_to, rejected, unknown
from fitbit_daily.adapters.http import HttpSession
from fitbit_daily.domain.idempotency_keys import record_key
from fitbit_daily.domain.ledger import Entry
from fitbit_daily.domain.posting import AnotherIsThere, NotPosted, OwnPost
from fitbit_daily.domain.posts import Picture
from fitbit_daily.errors import (
    DestinationAccountClosed,
    DestinationKeysRefused,
    DestinationRateLimited,
    DestinationUnavailable,
    PostOutcomeUnknown,
    StepError,
)

API = "https://bsky.social"
_POST = "app.bsky.feed.post"
_CLOSED = ("AccountTakedown", "AccountDeactivated", "AccountNotFound")
_SESSION_REFUSED = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")


@dataclass(frozen=True)
class Session:
    did: str
    token: str = field(repr=False)


class Bluesky:
    """The account whose keys these are: handle, app_password, and service where Bluesky does not host it.

    language   in which the posts are, as BCP 47 has it
    """

    def __init__(self, keys: Mapping[str, str], language: str) -> None:
        self._keys = keys
        self._language = language
        self._service = (keys.get("service") or API).rstrip("/")
        self._http = HttpSession("BLUESKY_URL", self._service)
        self._session: Session | None = None

    def login(self) -> Session:
        """One for all posts of a run; it lives for two hours. Raises a StepError."""
        try:
            answer = self._http.post(
                self._method("com.atproto.server.createSession"),
                json={"identifier": self._keys["handle"], "password": self._keys["app_password"]},
            )
        except requests.RequestException as error:
            raise DestinationUnavailable(
                f"Bluesky could not be reached ({type(error).__name__}): nothing was posted."
            ) from None
        body = body_of(answer)
        if is_refusal(answer):
            raise _refusal_of_any(answer) or DestinationKeysRefused(
                f"Bluesky refuses the login ({_named(answer)}): nothing was posted."
            )
        did, token = body.get("did"), body.get("accessJwt")
        if answer.status_code != 200 or not (isinstance(did, str) and isinstance(token, str)):
            raise DestinationUnavailable(f"Bluesky answered the login {answer.status_code}: nothing was posted.")
        self._session = Session(did, token)
        return self._session

    def post(self, entry: Entry) -> str:
        """Writes the record once; its at:// address. Whatever the row has frozen makes the very same record."""
        try:
            session = self._session or self.login()
        except StepError as error:
            raise NotPosted(error) from None
        try:
            record = self._record(entry, session)
        except StepError as error:
            raise NotPosted(error) from None
        wanted = {"repo": session.did, "collection": _POST, "rkey": record_key(entry)}
        with posting_to("Bluesky"):
            answer = self._http.post(
                self._method("com.atproto.repo.putRecord"),
                json={**wanted, "swapRecord": None, "record": record},
                headers={"Authorization": f"Bearer {session.token}"},
            )
        if is_refusal(answer):
            if _error(answer) == "InvalidSwap":
                return self._there(wanted, entry)
            raise NotPosted(self._refusal(answer, entry.text))
        address = body_of(answer).get("uri")
        if answer.status_code != 200 or not isinstance(address, str):
            raise unknown("Bluesky", answer)
        return address

    def settle(self, entry: Entry) -> None:
        """Posting once more settles it."""

    def _record(self, entry: Entry, session: Session) -> dict[str, Any]:
        """Raises a StepError where its picture cannot be uploaded."""
        if entry.first_attempt_at is None:
            raise ValueError("nothing was attempted")
        made_at = entry.first_attempt_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record: dict[str, Any] = {"$type": _POST, "text": entry.text, "createdAt": made_at, "langs": [self._language]}
        if entry.picture:
            image = {"alt": entry.picture.alt, "image": self._upload(entry.picture, session)}
            record["embed"] = {"$type": "app.bsky.embed.images", "images": [image]}
        return record

    def _upload(self, picture: Picture, session: Session) -> Any:
        """What a record calls the picture by: a hash of its bytes, so that a repeat makes the very same record.

        Bluesky drops in some hours what no record names: https://atproto.com/specs/blob
        """
        try:
            answer = self._http.post(
                self._method("com.atproto.repo.uploadBlob"),
                data=picture.png,
                headers={"Authorization": f"Bearer {session.token}", "Content-Type": "image/png"},
            )
        except requests.RequestException as error:
            raise DestinationUnavailable(
                f"Bluesky could not take the picture ({type(error).__name__}): nothing was posted."
            ) from None
        if is_refusal(answer):
            raise self._refusal(answer, "")
        blob = body_of(answer).get("blob")
        if answer.status_code != 200 or not isinstance(blob, dict):
            raise DestinationUnavailable(f"Bluesky answered the picture {answer.status_code}: nothing was posted.")
        return blob

    def _there(self, wanted: Mapping[str, str], entry: Entry) -> str:
        """The address, where the record there has the same text and only its frame differs; else AnotherIsThere."""
        try:
            answer = self._http.get(self._method("com.atproto.repo.getRecord"), params=wanted)
            body = body_of(answer)
            there = OwnPost(body["uri"], body["value"]["text"])
        except (requests.RequestException, KeyError, TypeError):
            raise PostOutcomeUnknown("Bluesky has another post in this one's place, and does not show it.") from None
        if there.text != entry.text:
            raise AnotherIsThere(there)
        return there.id

    def _refusal(self, answer: requests.Response, text: str) -> StepError:
        if refusal := _refusal_of_any(answer):
            return refusal
        if _error(answer) in _SESSION_REFUSED:
            self._session = None
            return DestinationUnavailable(
                f"Bluesky refuses the session that it has just given ({_named(answer)}): nothing was posted."
            )
        return rejected("Bluesky", answer, text)

    def _method(self, name: str) -> str:
        return f"{self._service}/xrpc/{name}"


def _refusal_of_any(answer: requests.Response) -> StepError | None:
    """What may stand in the way of every request."""
    if _error(answer) in _CLOSED:
        return DestinationAccountClosed(f"Bluesky refuses the account ({_named(answer)}): nothing was posted.")
    if answer.status_code == 429:
        return DestinationRateLimited(f"Bluesky wants fewer calls{_until(answer)}: nothing was posted.")
    return None


def _error(answer: requests.Response) -> str:
    """https://atproto.com/specs/xrpc#error-responses"""
    return str(body_of(answer).get("error", ""))


def _named(answer: requests.Response) -> str:
    name = _error(answer)
    return f"{answer.status_code} {name}" if re.fullmatch(r"[A-Za-z]{1,40}", name) else str(answer.status_code)


def _until(answer: requests.Response) -> str:
    reset = answer.headers.get("RateLimit-Reset", "")
    if not re.fullmatch(r"\d{1,11}", reset, re.ASCII):
        return ""
    return f" until {datetime.fromtimestamp(int(reset), UTC):%Y-%m-%d %H:%M} UTC"
