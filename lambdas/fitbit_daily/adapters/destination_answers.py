"""What the answer of a destination without a library of ours says about a post: everything uncertain is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from fitbit_daily.adapters.http import never_connected, quoted
from fitbit_daily.domain.posting import NotPosted
from fitbit_daily.domain.quoting import repeats
from fitbit_daily.errors import DestinationUnavailable, PostOutcomeUnknown, PostRejected


@contextmanager
def posting_to(at: str) -> Iterator[None]:
    """A connection that fails leaves the outcome of a post unknown, unless it never came about."""
    try:
        yield
    except requests.RequestException as error:
        if never_connected(error):
            raise NotPosted(DestinationUnavailable(f"{at} could not be reached: nothing was posted.")) from None
        raise PostOutcomeUnknown(
            f"The connection to {at} failed ({type(error).__name__}): the post may exist."
        ) from None


def body_of(answer: requests.Response) -> dict[str, Any]:
    """Empty where it is no JSON object."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def is_refusal(answer: requests.Response) -> bool:
    """A 4xx is a refusal, but for 408: the request came late, not necessarily never.

    And if it is the destination's own: a gateway on the way, which answers with a web page, knows nothing of the post.
    """
    return 400 <= answer.status_code < 500 and answer.status_code != 408 and bool(body_of(answer))


def unknown(at: str, answer: requests.Response) -> PostOutcomeUnknown:
    return PostOutcomeUnknown(f"{at} answered {answer.status_code}: the post may exist.")


def rejected(at: str, answer: requests.Response, text: str) -> PostRejected:
    """In the destination's own words, where they do not repeat the text."""
    words = quoted(body_of(answer).get("message"))
    if repeats(words, text):
        words = "its words repeat the text, and are not told here."
    return PostRejected(f"{at} refuses the post ({answer.status_code}): {words}")
