"""One way to speak HTTP: always with a time-out, never following a redirect, never retrying by itself.

An answer in pages ends, by its last page or with an error.
"""

from __future__ import annotations

import os
from typing import Any

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from fitbit_daily.adapters import certificates
from fitbit_daily.errors import StepError

# Seconds to connect, and between two pieces of an answer.
TIMEOUT = (3.05, 15)


class HttpSession(requests.Session):
    """A requests session for one remote API.

    variable, public   the environment variable that holds another base address, for the local stack; and the real one
    written_for        the base address that a library writes into its requests, if not `public`

    The address is rewritten before the request is signed, so that a signature is for the real target.
    """

    def __init__(self, variable: str, public: str, *, written_for: str | None = None) -> None:
        super().__init__()
        self._written_for = written_for or public
        self._base = os.environ.get(variable, public)
        # Never: a netrc would take the place of the tokens.
        self.trust_env = False

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", TIMEOUT)
        # tweepy would follow a redirect of a POST as a GET, and take its answer for success.
        options["allow_redirects"] = False
        url = str(url).replace(self._written_for, self._base, 1)
        if certificates.trusted is not None:
            options.setdefault("proxies", get_environ_proxies(url))
            options.setdefault("verify", certificates.trusted)
        return super().request(method, url, *args, **options)


def never_connected(error: requests.RequestException) -> bool:
    """True only where no connection was made, so that nothing can have been read."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = error.args[0] if error.args else None
    reason = reason.reason if isinstance(reason, MaxRetryError) else reason
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


class PageTokens:
    """The tokens of one answer's pages, at most `most`: each page is a call, and some cost money.

    Raises `endless` where the pages go on and on.
    """

    def __init__(self, most: int, endless: StepError) -> None:
        self._most = most
        self._endless = endless
        self._followed: list[str] = []

    def follow(self, token: str) -> str:
        """The token of the next page, unless it leads back, or beyond the last page that there can be."""
        if token in self._followed or len(self._followed) + 1 >= self._most:
            raise self._endless
        self._followed.append(token)
        return token


def is_web_page(answer: requests.Response) -> bool:
    """An answer for browsers, from a gateway or firewall in between: not the API's."""
    return answer.text.lstrip()[:1] == "<"


def quoted(words: Any) -> str:
    """A server's own words as one sentence of limited length."""
    if not isinstance(words, str) or not words.strip():
        return "no reason given."
    words = words.strip() if len(words) <= 300 else f"{words[:299].rstrip()}…"
    return words if words.endswith((".", "…")) else f"{words}."
