"""Every way in which a step can fail: a closed set, one class each.

    StepError
    ├── AccessTokenExpired        the access token expired; the workflow goes back to Refresh token
    ├── LookAgain                 before the deadline, whatever stops a look leaves the fetching steps as this
    ├── Retryable                 passes by itself, and is tried again
    │   ├── SourceUnavailable     the source gives no usable answer
    │   ├── SourceRateLimited     the source wants fewer calls
    │   ├── CredentialsReplaced   the stored authorisation was renewed meanwhile
    │   ├── XUnavailable          X could not be reached: certainly not posted
    │   ├── XRateLimited          X wants fewer calls: certainly not posted
    │   ├── XKeysRefused          X does not accept the keys; X refuses good keys now and then
    │   ├── DestinationUnavailable  Bluesky or LINE could not be reached: certainly not posted
    │   ├── DestinationRateLimited  it wants fewer calls: certainly not posted
    │   ├── PostOutcomeUnknown    a destination may or may not have the post; settling it finds out
    │   ├── PostInProgress        another execution is sending this very post
    │   └── AwsUnavailable        an AWS service that the step needs fails or throttles
    ├── NeedsPerson               only a human can help
    │   ├── InvalidInput          the execution's input is invalid
    │   ├── StateFromAnotherVersion  the execution began with an older or newer version of the program
    │   ├── AuthorizationLost     the source no longer accepts the stored authorisation
    │   ├── AccessRefused         the source refuses everything, though the authorisation is not dead
    │   ├── ScopeNotGranted       a box was not ticked when the program was authorised
    │   ├── ApiNotEnabled         the Google Health API is not enabled in the Cloud project
    │   ├── AccountNotLinked      the Google account has no Fitbit data
    │   ├── CloudProjectSuspended the Google Cloud project is suspended or gone
    │   ├── CloudProjectBilling   the Google Cloud project has no billing
    │   ├── SourceSwitchedOff     the source has been shut down; there is another one
    │   ├── SourceSecretNotFilledIn  the source's secret was never filled in, or lacks a key
    │   ├── CredentialsOfAnotherSource  the stored credentials belong to another source than the configured one
    │   ├── XSecretNotFilledIn    X's secret was never filled in, or lacks a key
    │   ├── XKeysReadOnly         X's app may not write
    │   ├── XOutOfCredits         the credits at X are used up
    │   ├── XSpendCapReached      the spend cap that the owner has set at X is reached
    │   ├── XUsageCapped          X's monthly limit of posts is reached
    │   ├── DestinationSecretNotFilledIn  the keys of Bluesky or LINE were never stored, or one is missing
    │   ├── DestinationKeysRefused  it does not accept them
    │   ├── DestinationAccountClosed  the account there is closed, or may not post
    │   ├── LineRecipientUnknown  LINE cannot send to the stored user ID
    │   ├── LineQuotaUsedUp       LINE's messages of the month are used up
    │   ├── PostRejected          a destination rejects this post
    │   ├── DuplicateOnTimeline   X says that it has the text already, but does not show it
    │   └── RetryKeyExpired       LINE was not asked in time whether it has the post, and can no longer tell
    └── Bug                       the program is wrong
        ├── SourceRefusedRequest  the source finds the request itself faulty
        └── UnexpectedError       anything else

Step Functions knows an error by its class's name. The stack imports these classes to build each step's Retry, so
that the definition and the code cannot drift apart. What to type for each is in domain/cures.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from traceback import extract_tb
from typing import ClassVar

from fitbit_daily.domain.cures import INTERRUPTIONS as INTERRUPTIONS
from fitbit_daily.domain.cures import Cure, cure


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


AFTER_INTERRUPTION = Retry(first_wait=4, times=12, backoff=2.0, longest_wait=600, jitter=True)


class StepError(Exception):
    """`what` happened, in one sentence; `fields` are facts about it that a cure may show, such as reset_date.

    passes   by itself, as a rule; may_pass: this very one
    """

    passes: ClassVar[bool]

    def __init__(self, what: str, *, may_pass: bool | None = None, **fields: str) -> None:
        super().__init__(what)
        self.what = " ".join(what.split())
        self.fields = fields
        self.may_pass = self.passes if may_pass is None else may_pass
        self.date: str | None = None
        self.kind: str | None = None
        self.destination: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """The fields, and which post it is about where that is known."""
        known = {"kind": self.kind, "destination": self.destination}
        return self.fields | {name: value for name, value in known.items() if value}

    @property
    def cure(self) -> Cure:
        return cure(type(self).__name__, language="en", date=self.date, facts=self.facts)

    @property
    def remedy(self) -> str:
        """What to type, in English, with the command that posts the day at its end."""
        return self.cure.in_one_line(f"./daily run --date {self.date or 'YYYY-MM-DD'}")

    @property
    def sentence(self) -> str:
        """What happened, then what to type."""
        return f"{self.what} {self.remedy}"

    def __str__(self) -> str:
        """What happened, what to type, and the facts: all that Lambda hands on of an error. Message.parse reads it."""
        facts = [json.dumps(self.facts, ensure_ascii=False)] if self.facts else []
        return "\n".join([self.what, self.remedy, *facts])


@dataclass(frozen=True)
class Message:
    """An error's text in its parts: `what` happened, what to type, and the facts about it."""

    what: str
    remedy: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Message:
        """Reads back what str() of a StepError made. A text that is not ours stays as it is."""
        what, *more = text.strip().splitlines() or [""]
        try:
            facts = json.loads(more[-1]) if len(more) > 1 else None
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            return cls(what, " ".join(more))
        return cls(what, " ".join(more[:-1]), {name: str(value) for name, value in facts.items()})

    @property
    def sentence(self) -> str:
        return f"{self.what} {self.remedy}".strip()


class AccessTokenExpired(StepError):
    passes = True


class LookAgain(StepError):
    passes = True
    # At most five minutes in all: a longer outage is waited out by the workflow's own way back.
    retry: ClassVar[Retry] = Retry(first_wait=10, times=4, backoff=2.0, longest_wait=80, jitter=True)


class Retryable(StepError):
    """`retry` is Tweet's patience. The steps that fetch leave as LookAgain, whatever stops them."""

    passes = True
    retry: ClassVar[Retry]


class SourceUnavailable(Retryable):
    pass


class SourceRateLimited(Retryable):
    pass


class CredentialsReplaced(Retryable):
    pass


class XUnavailable(Retryable):
    retry = Retry(first_wait=10, times=19, backoff=2.0, longest_wait=600, jitter=True)


class XRateLimited(Retryable):
    # X counts by 15 minutes: https://docs.x.com/x-api/fundamentals/rate-limits. A day's limit is the nights' affair.
    retry = Retry(first_wait=930, times=10)


class XKeysRefused(Retryable):
    # X refuses good keys now and then: https://github.com/10up/autoshare-for-twitter/issues/387
    retry = Retry(first_wait=600, times=3)


class DestinationUnavailable(Retryable):
    # The same as XUnavailable's: the state machine counts both together.
    retry = XUnavailable.retry


class DestinationRateLimited(Retryable):
    # Bluesky counts by 5 minutes: https://docs.bsky.app/docs/advanced-guides/rate-limits. LINE counts by the second.
    retry = XRateLimited.retry


class PostOutcomeUnknown(Retryable):
    # Longer than ledger.SETTLE_AFTER, so that every retry can settle.
    retry = Retry(first_wait=660, times=12)


class PostInProgress(Retryable):
    # ledger.LEASE, and a little.
    retry = Retry(first_wait=270, times=6)


class AwsUnavailable(Retryable):
    retry = Retry(first_wait=4, times=14, backoff=2.0, longest_wait=600, jitter=True)


class NeedsPerson(StepError):
    passes = False


class InvalidInput(NeedsPerson):
    pass


class StateFromAnotherVersion(NeedsPerson):
    pass


class AuthorizationLost(NeedsPerson):
    pass


class AccessRefused(NeedsPerson):
    pass


class ScopeNotGranted(NeedsPerson):
    pass


class ApiNotEnabled(NeedsPerson):
    pass


class AccountNotLinked(NeedsPerson):
    pass


class CloudProjectSuspended(NeedsPerson):
    pass


class CloudProjectBilling(NeedsPerson):
    pass


class SourceSwitchedOff(NeedsPerson):
    pass


class SourceSecretNotFilledIn(NeedsPerson):
    pass


class CredentialsOfAnotherSource(NeedsPerson):
    pass


class XSecretNotFilledIn(NeedsPerson):
    pass


class XKeysReadOnly(NeedsPerson):
    pass


class XOutOfCredits(NeedsPerson):
    pass


class XSpendCapReached(NeedsPerson):
    pass


class XUsageCapped(NeedsPerson):
    pass


class DestinationSecretNotFilledIn(NeedsPerson):
    pass


class DestinationKeysRefused(NeedsPerson):
    pass


class DestinationAccountClosed(NeedsPerson):
    pass


class LineRecipientUnknown(NeedsPerson):
    pass


class LineQuotaUsedUp(NeedsPerson):
    pass


class PostRejected(NeedsPerson):
    pass


class DuplicateOnTimeline(NeedsPerson):
    pass


class RetryKeyExpired(NeedsPerson):
    pass


class Bug(StepError):
    # Something unexpected may happen only once.
    passes = True


class SourceRefusedRequest(Bug):
    pass


class UnexpectedError(Bug):
    @classmethod
    def of(cls, error: Exception) -> UnexpectedError:
        """Names the place, and AWS's code if there is one, but not the text: it may quote a health value or a token."""
        frames = [frame for frame in extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
        where = f" in {PurePath(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        return cls(f"Unexpected {type(error).__name__}{f' ({code})' if code else ''}{where}.")


# X refuses every request until the owner pays or waits.
X_WANTS_MONEY = (XOutOfCredits, XSpendCapReached, XUsageCapped)


def all_errors() -> list[type[StepError]]:
    """Every class that can be raised; not those that only group others."""

    def leaves(of: type[StepError]) -> list[type[StepError]]:
        below = of.__subclasses__()
        return [leaf for each in below for leaf in leaves(each)] if below else [of]

    return leaves(StepError)
