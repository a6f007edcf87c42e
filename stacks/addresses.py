"""Other addresses for the remote APIs: for the local stack only, and only on this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping

OF_THE_SOURCE = ("GOOGLE_HEALTH_URL", "GOOGLE_OAUTH_URL", "FITBIT_API_URL")
OF_DESTINATIONS = ("X_API_URL", "BLUESKY_URL", "LINE_API_URL")
VARIABLES = (*OF_THE_SOURCE, *OF_DESTINATIONS)

# Spelled out, because parsers disagree about what is odd: http://evil.com\@127.0.0.1 is one host to urllib, and another
# to the library that sends the request.
_LOOPBACK = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?(/[\w./-]*)?", re.ASCII | re.IGNORECASE)


class AddressError(Exception):
    """An address that tokens must not be sent to."""


def remote_addresses(environ: Mapping[str, str]) -> dict[str, str]:
    """The addresses that the functions are given, by environment variable; raises AddressError."""
    given = {name: environ[name] for name in VARIABLES if environ.get(name)}
    if given and not is_loopback(environ.get("AWS_ENDPOINT_URL", "")):
        raise AddressError(
            f"{', '.join(sorted(given))} is set, but AWS_ENDPOINT_URL is not an address on this machine: "
            "the remote APIs can only be replaced on the local stack."
        )
    for name, address in given.items():
        if not is_loopback(address):
            raise AddressError(f"{name} is {address!r}; allowed is an http address on this machine (127.0.0.1).")
    return {name: address.rstrip("/") for name, address in given.items()}


def is_loopback(address: str) -> bool:
    return _LOOPBACK.fullmatch(address) is not None
