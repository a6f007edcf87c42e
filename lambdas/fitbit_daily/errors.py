"""Every way in which a step can end badly: a closed set, one class each.

    StepError
    ├── AccessTokenExpired        the access token ran out on the way; the workflow goes back to Refresh token
    ├── Retryable                 the state machine waits and tries again, as `retry` says
    │   ├── SourceUnavailable     the source does not answer, or not with an answer
    │   ├── SourceRateLimited     the source wants fewer calls
    │   ├── XUnavailable          X could not be reached: certainly not posted
    │   ├── XRateLimited          X wants fewer calls: certainly not posted
    │   ├── PostOutcomeUnknown    X may or may not have the post; it is settled by reading the timeline back
    │   ├── PostInProgress        another execution is sending this very post
    │   ├── CredentialsReplaced   the stored authorisation was renewed meanwhile
    │   └── AwsUnavailable        an AWS service that the step needs fails or throttles
    ├── NeedsPerson               only a human can help; the sentence says how
    │   ├── InvalidInput          the execution's input makes no sense
    │   ├── StateFromAnotherVersion  the execution began with an older or newer version of the program
    │   ├── AuthorizationLost     the stored authorisation no longer works
    │   ├── AccessNotGranted      a scope was not granted, an API not enabled, an account not linked
    │   ├── SourceSwitchedOff     the source has been shut down for good; there is another one
    │   ├── SecretNotFilledIn     a secret was never filled in, or lacks a key
    │   ├── XOutOfCredits         X wants money
    │   └── PostRejected          X refuses this post
    └── Bug                       the program is wrong
        ├── SourceRefusedRequest  the source finds the request itself faulty
        └── UnexpectedError       anything else

Step Functions knows an error by its class's name. The stack imports these classes to build each step's Retry, so
that the definition and the code cannot drift apart. The text of an error is what its owner reads in the console:
what happened, then what to type.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from traceback import extract_tb
from typing import ClassVar


@dataclass(frozen=True)
class Retry:
    """How the state machine repeats a step. Waits are in seconds.

    With jitter, each wait is drawn evenly from zero to its nominal length, so the nominal lengths are twice what is
    wanted on average. Without, the wait is there to let a window pass and is kept to the second.
    """

    first_wait: int
    times: int
    backoff: float = 1.0
    longest_wait: int | None = None
    jitter: bool = False


class StepError(Exception):
    """`what` happened, in one sentence; `remedy` says what to type, where the class's own does not fit.

    "{date}" in a remedy becomes the execution's date, "{kind}" the post's kind.
    """

    remedy: str = "Type: ./daily run --date {date}"

    def __init__(self, what: str, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.date: str | None = None
        self.kind: str | None = None
        if remedy is not None:
            self.remedy = remedy

    def __str__(self) -> str:
        remedy = self.remedy.replace("{date}", self.date or "YYYY-MM-DD").replace("{kind}", self.kind or "KIND")
        return f"{self.what} {remedy}"


class AccessTokenExpired(StepError):
    remedy = "The workflow gets a new one by itself."


class Retryable(StepError):
    retry: ClassVar[Retry]
    remedy = "It was tried for long enough that it may need a look; to try again, type: ./daily run --date {date}"


# An hour of answers 5xx costs nothing but time: these waits add up to about two and a half hours on average.
_OUTAGE = Retry(first_wait=10, times=35, backoff=2.0, longest_wait=600, jitter=True)


class SourceUnavailable(Retryable):
    retry = _OUTAGE


class SourceRateLimited(Retryable):
    # Google counts by the minute, the Fitbit Web API until the top of the hour.
    retry = Retry(first_wait=900, times=5)


class XUnavailable(Retryable):
    retry = _OUTAGE


class XRateLimited(Retryable):
    # X counts by 15 minutes and by 24 hours: https://docs.x.com/x-api/fundamentals/rate-limits
    retry = Retry(first_wait=930, times=95)


class PostOutcomeUnknown(Retryable):
    # Longer than ledger.SETTLE_AFTER, so that every retry can settle; over five hours of X being down.
    retry = Retry(first_wait=660, times=30)
    remedy = (
        "Look at your timeline on X, then say what you saw: ./daily settle {date} {kind} --posted ID, "
        "or ./daily settle {date} {kind} --not-posted; then type: ./daily run --date {date}"
    )


class PostInProgress(Retryable):
    # ledger.LEASE, and a little.
    retry = Retry(first_wait=270, times=10)


class CredentialsReplaced(Retryable):
    retry = Retry(first_wait=4, times=10, backoff=2.0, longest_wait=60, jitter=True)


class AwsUnavailable(Retryable):
    retry = Retry(first_wait=4, times=30, backoff=2.0, longest_wait=600, jitter=True)


class NeedsPerson(StepError):
    pass


class InvalidInput(NeedsPerson):
    remedy = "To see what can be asked for, type: ./daily run --help"


class StateFromAnotherVersion(NeedsPerson):
    remedy = "A redrive cannot help; start a new execution: ./daily run --date {date}"


class AuthorizationLost(NeedsPerson):
    pass


class AccessNotGranted(NeedsPerson):
    pass


class SourceSwitchedOff(NeedsPerson):
    pass


class SecretNotFilledIn(NeedsPerson):
    pass


class XOutOfCredits(NeedsPerson):
    remedy = "Buy credits in X's developer console (https://console.x.com), then type: ./daily run --date {date}"


class PostRejected(NeedsPerson):
    pass


class Bug(StepError):
    remedy = (
        "This is a bug in fitbit-daily: please report it with this text. "
        "Once it is mended and deployed, type: ./daily run --date {date}"
    )


class SourceRefusedRequest(Bug):
    pass


class UnexpectedError(Bug):
    @classmethod
    def of(cls, error: Exception) -> UnexpectedError:
        """Tells where, and AWS's own code if there is one, but not the text: it may quote a health value or a token."""
        frames = [frame for frame in extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
        where = f" in {PurePath(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        return cls(f"Unexpected {type(error).__name__}{f' ({code})' if code else ''}{where}.")


def authorize(what: str) -> str:
    """The remedy for an authorisation that does not work; `what` is a source's name, or "x"."""
    return f"Type: ./daily authorize {what}, then: ./daily run --date {{date}}"


def all_errors() -> list[type[StepError]]:
    """The closed set: every class that can be raised, none that only groups others."""

    def leaves(of: type[StepError]) -> list[type[StepError]]:
        below = of.__subclasses__()
        return [leaf for each in below for leaf in leaves(each)] if below else [of]

    return leaves(StepError)
