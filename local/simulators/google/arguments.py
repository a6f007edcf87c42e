"""What a request may contain, and Google's words when it contains something else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

from flask import Request

from .errors import GoogleError, bad_payload, invalid

HEALTH_USER_ID = "7000000000000000001"
FAMILIES = ("all-sources", "google-wearables", "google-sources", "self-sources")
# Of Google's standard parameters, those that neither put a token into an address nor change the answer.
_STANDARD_PARAMETERS = {"alt": ("json",), "prettyPrint": ("true", "false")}
_INT32_TYPE = "TYPE_INT32"


def query(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    """The query parameters of a request, each known and given once."""
    found = {}
    for name, values in request.args.lists():
        if name in _STANDARD_PARAMETERS:
            if values[0] not in _STANDARD_PARAMETERS[name]:
                raise invalid(f'Invalid value "{values[0]}" for query parameter "{name}".')
            continue
        if name not in allowed:
            raise bad_payload(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
                f" Field '{name}' could not be found in request message."
            )
        if len(values) > 1:
            raise invalid(f'Query parameter "{name}" was given more than once.')
        found[name] = values[0]
    return found


def whole_number(text: str | None, name: str) -> int:
    """0, like nothing, means the default."""
    if text is None:
        return 0
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise bad_payload(f"Invalid value at '{name}' ({_INT32_TYPE}), \"{text}\"", name)
    return int(text)


def body(request: Request, fields: dict[str, Any]) -> dict[str, Any]:
    """The JSON body: every member known, spelt in camelCase and of its type."""
    if request.mimetype != "application/json":
        raise invalid("The content type must be application/json.")
    try:
        sent = json.loads(request.get_data(), object_pairs_hook=_without_doubles)
    except GoogleError:
        raise
    except ValueError:
        # https://developers.google.com/health/troubleshooting: "month": 02 is the usual reason.
        octal = re.search(rb"[:\s]0\d", request.get_data())
        raise bad_payload(
            "Invalid JSON payload received. "
            + ("Octal/hex numbers are not valid JSON values." if octal else "Unexpected token.")
        ) from None
    _check(sent, fields, "")
    return sent


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise bad_payload("Invalid JSON payload received. A name occurs more than once.")
    return dict(pairs)


def _check(value: Any, expected: Any, path: str) -> None:
    if isinstance(expected, dict):
        if not isinstance(value, dict):
            raise bad_payload(f"Invalid value at '{path}' (type.googleapis.com/google.protobuf.Message)", path)
        for name, member in value.items():
            if name not in expected:
                at = f" at '{path}'" if path else ""
                raise bad_payload(f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.', path)
            _check(member, expected[name], f"{path}.{name}" if path else name)
    elif type(value) is not expected:  # a bool is no int here
        kind = _INT32_TYPE if expected is int else "TYPE_STRING"
        raise bad_payload(f"Invalid value at '{path}' ({kind}), {json.dumps(value)}", path)


def family(name: str | None) -> str:
    """The last part of users/{user}/dataSourceFamilies/{family}."""
    if not name:
        return "all-sources"
    match = re.fullmatch(rf"users/(?:me|{HEALTH_USER_ID})/dataSourceFamilies/([a-z-]+)", name)
    if not match or match[1] not in FAMILIES:
        raise invalid("Invalid data source family in filter.", "INVALID_DATA_POINT_DATA_SOURCE_FAMILY")
    return match[1]


def page(
    items: list[Any], *, size: int, token: str | None, of: tuple[Any, ...], empty_first: bool = False
) -> tuple[list[Any], str | None]:
    """The items of the page that the token asks for, and the next page's token.

    A token is good for the same request only: "all other parameters must match the call that provided it".
    """
    seal = hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:16]
    if token is None and empty_first:
        return [], _page_token(0, seal)
    begin = 0 if token is None else _page_begin(token, seal)
    end = begin + size
    return items[begin:end], _page_token(end, seal) if end < len(items) else None


def _page_token(begin: int, seal: str) -> str:
    return base64.urlsafe_b64encode(f"{begin}.{seal}".encode()).decode()


def _page_begin(token: str, seal: str) -> int:
    try:
        begin, _, sealed = base64.urlsafe_b64decode(token).decode().partition(".")
        if sealed == seal:
            return int(begin)
    except ValueError:
        pass
    raise invalid("The page token is not valid for this request.")
