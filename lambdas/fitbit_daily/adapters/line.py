"""LINE: a text is pushed to one person by the Messaging API, under a retry key.

For 24 hours LINE answers the same key with 409 and the ids of the message that it took. So sending once more is how an
unknown outcome is settled. https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from fitbit_daily.adapters.destination_answers import body_of, is_refusal, posting_to, rejected, unknown
from fitbit_daily.adapters.http import HttpSession
from fitbit_daily.domain.idempotency_keys import retry_key
from fitbit_daily.domain.ledger import Entry
from fitbit_daily.domain.posting import NotPosted
from fitbit_daily.errors import (
    DestinationAccountClosed,
    DestinationKeysRefused,
    DestinationRateLimited,
    DestinationUnavailable,
    LineQuotaUsedUp,
    LineRecipientUnknown,
    StepError,
)

API = "https://api.line.me"


class Line:
    """The channel whose keys these are: channel_access_token; and user_id, of the person who gets the messages."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._to = keys["user_id"]
        self._http = HttpSession("LINE_API_URL", API)
        self._http.headers["Authorization"] = f"Bearer {keys['channel_access_token']}"

    def post(self, entry: Entry) -> str | None:
        """Pushes the text once; the message's id, None where LINE only says that it had taken it before."""
        with posting_to("LINE"):
            answer = self._http.post(
                f"{API}/v2/bot/message/push",
                json={"to": self._to, "messages": [{"type": "text", "text": entry.text}]},
                headers={"X-Line-Retry-Key": retry_key(entry, self._to)},
            )
        message_id = _message_id(answer)
        if answer.status_code == 200 and message_id:
            return message_id
        if answer.status_code == 409 and body_of(answer):
            return message_id
        if is_refusal(answer):
            raise NotPosted(_refusal(answer, entry.text))
        raise unknown("LINE", answer)

    def quota(self) -> tuple[int | None, int]:
        """The messages of a month, None without a limit; and how many of them are used. Raises a StepError."""
        limit, used = (self._told(f"quota{more}") for more in ("", "/consumption"))
        try:
            return (None if limit["type"] == "none" else int(limit["value"])), int(used["totalUsage"])
        except (KeyError, TypeError, ValueError):
            raise DestinationUnavailable("LINE tells its quota in a form that is not known.") from None

    def _told(self, address: str) -> dict[str, Any]:
        try:
            answer = self._http.get(f"{API}/v2/bot/message/{address}")
        except requests.RequestException as error:
            raise DestinationUnavailable(f"LINE could not be reached ({type(error).__name__}).") from None
        if is_refusal(answer):
            raise _refusal(answer, "")
        if answer.status_code != 200:
            raise DestinationUnavailable(f"LINE answered {answer.status_code}.")
        return body_of(answer)

    def settle(self, entry: Entry) -> None:
        """Posting once more settles it; the ledger knows for how long."""


def _message_id(answer: requests.Response) -> str | None:
    try:
        message_id = body_of(answer)["sentMessages"][0]["id"]
    except (KeyError, IndexError, TypeError):
        return None
    return message_id if isinstance(message_id, str) and message_id else None


def _refusal(answer: requests.Response, text: str) -> StepError:
    """https://developers.line.biz/en/reference/messaging-api/#error-responses: by the message where it tells more."""
    message = str(body_of(answer).get("message", ""))
    match answer.status_code:
        case 400 if message == "Failed to send messages":
            return LineRecipientUnknown("LINE cannot send to the user ID that is stored: nothing was sent.")
        case 401:
            return DestinationKeysRefused("LINE refuses the channel access token: nothing was sent.")
        case 403:
            return DestinationAccountClosed("LINE does not let this account send messages: nothing was sent.")
        case 429 if "monthly limit" in message:
            return LineQuotaUsedUp("The messages that LINE allows in a month are used up: nothing was sent.")
        case 429:
            return DestinationRateLimited("LINE wants fewer calls: nothing was sent.")
    return rejected("LINE", answer, text)
