"""What a push may hold; everything else is refused with 400, each mistake with its place.

https://github.com/line/line-openapi/blob/main/messaging-api.yml
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Request, abort

from local.simulators.line import answers

RECIPIENT = re.compile(r"[UCR][0-9a-f]{32}")
MOST_MESSAGES, MOST_UNITS, MOST_BYTES = 5, 5000, 2 * 1024 * 1024
_KNOWN = ("to", "messages", "notificationDisabled", "customAggregationUnits")


def push_of(request: Request) -> tuple[str, list[str]]:
    """The recipient and the texts; or 400, 413."""
    if len(request.get_data()) > MOST_BYTES:
        abort(answers.too_large())
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        abort(answers.error(400, "The request body could not be parsed as JSON"))
    wrong = [*_wrong_names(body, _KNOWN, ""), *_wrong_recipient(body.get("to")), *_wrong_messages(body.get("messages"))]
    if type(body.get("notificationDisabled", False)) is not bool:
        wrong.append(_wrong("Must be a boolean", "notificationDisabled"))
    if wrong:
        abort(answers.invalid(wrong))
    return body["to"], [message["text"] for message in body["messages"]]


def retry_key_of(request: Request) -> str | None:
    """A hexadecimal UUID, or 400."""
    key = request.headers.get("X-Line-Retry-Key")
    if key is None:
        return None
    try:
        well_formed = str(UUID(key)) == key.lower()
    except ValueError:
        well_formed = False
    if not well_formed:
        abort(answers.error(400, "The X-Line-Retry-Key header is invalid"))
    return key


def units(text: str) -> int:
    """Of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _wrong(message: str, where: str) -> dict[str, str]:
    return {"message": message, "property": where}


def _wrong_names(body: dict[str, Any], known: tuple[str, ...], where: str) -> list[dict[str, str]]:
    # LINE may let it pass, but whoever sends it is mistaken, or needs more than this simulator knows.
    return [
        _wrong("Is not a property that this simulator knows", f"{where}{name}") for name in body if name not in known
    ]


def _wrong_recipient(to: Any) -> list[dict[str, str]]:
    if not to:
        return [_wrong("May not be empty", "to")]
    return [] if isinstance(to, str) and RECIPIENT.fullmatch(to) else [_wrong("The property, 'to', is invalid", "to")]


def _wrong_messages(messages: Any) -> list[dict[str, str]]:
    if not messages or not isinstance(messages, list):
        return [_wrong("May not be empty", "messages")]
    if len(messages) > MOST_MESSAGES:
        return [_wrong(f"Size must be between 1 and {MOST_MESSAGES}", "messages")]
    return [
        wrong for number, message in enumerate(messages) for wrong in _wrong_message(message, f"messages[{number}]")
    ]


def _wrong_message(message: Any, where: str) -> list[dict[str, str]]:
    if not isinstance(message, dict) or message.get("type") != "text":
        return [_wrong("LINE knows more than text, this simulator does not", f"{where}.type")]
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        return [_wrong("May not be empty", f"{where}.text")]
    if units(text) > MOST_UNITS:
        return [_wrong(f"Length must be between 0 and {MOST_UNITS}", f"{where}.text")]
    return _wrong_names(message, ("type", "text"), f"{where}.")
