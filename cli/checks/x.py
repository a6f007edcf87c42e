"""X's keys: that they are there; and, only if asked, that X accepts them, which costs money."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping

import requests
import tweepy

from cli.aws import Deployed
from cli.checks.finding import Finding, bad, bad_step, good, note
from fitbit_daily.adapters.http import HttpSession
from fitbit_daily.adapters.secrets import X_KEYS, read_secret
from fitbit_daily.adapters.x import API, is_refusal, refusal_of
from fitbit_daily.errors import PostRejected, XKeysRefused, XRateLimited, XSecretNotFilledIn

NAMES = ("X secret", "X keys")

# Reading a user: https://docs.x.com/x-api/getting-started/pricing
PRICE = "$0.010"

_AUTHORIZE = "./daily authorize x"
_LATER = "Try again later: ./daily doctor --x"


def x(deployed: Deployed) -> Iterator[Finding]:
    """Without a call."""
    if "x" not in deployed.destinations:
        return
    keys = yield from _secret(deployed)
    if keys is not None:
        yield note("X keys", f"not tried, because X takes {PRICE} for it; to try them: ./daily doctor --x")


def x_with_a_call(deployed: Deployed) -> Iterator[Finding]:
    if "x" not in deployed.destinations:
        yield note("X keys", "not tried: nothing is posted to X")
        return
    keys = yield from _secret(deployed)
    if keys is not None:
        yield _try(keys, deployed.target.is_local)


def _secret(deployed: Deployed) -> Generator[Finding, None, Mapping[str, str] | None]:
    try:
        keys, _ = read_secret(deployed.target.named("XSecretArn"), X_KEYS, "x")
    except XSecretNotFilledIn as error:
        yield bad("X secret", error.what, _AUTHORIZE)
        return None
    yield good("X secret", "filled in")
    return keys


def _try(keys: Mapping[str, str], is_local: bool) -> Finding:
    client = tweepy.Client(**{name: keys[name] for name in X_KEYS}, return_type=requests.Response)
    # Where tweepy writes to, before the session leads it to X's present address.
    client.session = HttpSession("X_API_URL", API, written_for="https://api.twitter.com")
    try:
        answer = client.get_me(user_auth=True)
    except tweepy.HTTPException as error:
        return _refused(error, is_local)
    except requests.RequestException as error:
        return bad("X keys", f"X could not be reached ({type(error).__name__})", _LATER)
    if answer.headers.get("x-access-level", "read-write").startswith("read-write"):
        return good("X keys", "X accepts them, and they may write")
    return bad("X keys", "they may only read: give the app 'Read and write', then make a new token", _AUTHORIZE)


def _refused(error: tweepy.HTTPException, is_local: bool) -> Finding:
    status = error.response.status_code
    refusal = refusal_of(error) if is_refusal(error) else None
    if refusal is None or isinstance(refusal, XRateLimited):
        return bad("X keys", f"X answered {status}", _LATER)
    if not isinstance(refusal, XKeysRefused | PostRejected):
        return bad_step("X keys", refusal)
    # X looks at the time of a request; the local stack's clock is ahead of ours once it has skipped a wait.
    or_else = "; or start the local stack anew, if it has skipped waits" if is_local else ""
    return bad("X keys", f"X does not accept them ({status})", _AUTHORIZE + or_else)
