"""One way to speak HTTP: always with a time-out, never following a redirect, never retrying by itself."""

from __future__ import annotations

import os
from typing import Any

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from fitbit_daily.adapters import remote_calls

# The certificates that a person's machine trusts; None in the functions, where nothing of the environment may lead a
# token astray.
_trusted: str | bool | None = None

# Seconds to connect, and between two pieces of an answer.
TIMEOUT = (3.05, 15)


def heed_the_environment(ca_bundle: str | None) -> None:
    """From now on requests go through the machine's HTTPS_PROXY, and trust this file's certificates if there is one."""
    global _trusted
    _trusted = ca_bundle or True


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
        if _trusted is not None:
            options.setdefault("proxies", get_environ_proxies(url))
            options.setdefault("verify", _trusted)
        remote_calls.made.add()
        return super().request(method, url, *args, **options)


def never_connected(error: requests.RequestException) -> bool:
    """True only where no connection came about, so that nothing can have been read."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = error.args[0] if error.args else None
    reason = reason.reason if isinstance(reason, MaxRetryError) else reason
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def is_web_page(answer: requests.Response) -> bool:
    """No API's answer: what a gateway or a firewall on the way to it shows to browsers."""
    return answer.text.lstrip()[:1] == "<"


def quoted(words: Any) -> str:
    """A server's own words as a sentence that others can follow, and not without end."""
    if not isinstance(words, str) or not words.strip():
        return "no reason given."
    words = words.strip() if len(words) <= 300 else f"{words[:299].rstrip()}…"
    return words if words.endswith((".", "…")) else f"{words}."
