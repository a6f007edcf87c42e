"""For each way in which an execution can fail: what happened, and what to type.

Errors in the console, mails, ./daily status, doctor and run take both from here; a test compares the tables in
docs/operations.md. The words are in cure_words_ja.py and cure_words_en.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from fitbit_daily.domain import cure_words_en, cure_words_ja

SERVICES = {"google_health": "Google Health", "fitbit": "Fitbit", "x": "X", "bluesky": "Bluesky", "line": "LINE"}

# A day without a failed execution has a name here, too.
NOT_STARTED, UNSYNCED = "NotStarted", "Unsynced"
# Only the week's post is open: days of the week are not settled yet. Told by ./daily status, never mailed.
WEEK_WAITS = "WeekWaits"

# The names under which AWS, not our code, ends an invocation; the definition retries them, too. Some of these happen
# after the work was done: every step is safe to run again, Tweet by its ledger.
INTERRUPTIONS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Sandbox.Timedout",
    # The invocation was stuck on its way in or out: the function itself ends sooner.
    "States.Timeout",
)

# What a command shows for an unknown value.
_UNKNOWN = {"date": "YYYY-MM-DD", "kind": "KIND", "destination": "DESTINATION", "source": "SOURCE"}

_WORDS = {"ja": cure_words_ja, "en": cure_words_en}


@dataclass(frozen=True)
class Cure:
    """what: happened. advice: what to do; it leads to the commands, each to be typed as it is.

    needs_person   it does not pass by itself
    redrive        a redrive helps as well as a new execution
    own_words      the error's message adds something; it is English in every language
    either         type one of the commands, not all of them
    runs           the person then has to post the day
    """

    what: str
    advice: str
    commands: tuple[str, ...]
    needs_person: bool
    redrive: bool
    own_words: bool
    either: bool
    runs: bool

    def in_one_line(self, then: str = "") -> str:
        """What to do, in English, ending with the command `then`, which repeats what failed."""
        first = f"{self.advice} {('; or: ' if self.either else '; then: ').join(self.commands)}".strip()
        if not (then and self.runs):
            return first
        if not self.needs_person:
            again = f"recent day is tried again by itself; sooner, type: {then}"
            return f"{first}. A {again}" if self.commands else f"{first} A {again}".strip()
        if self.commands:
            return f"{first}; then: {then}"
        return f"{first} {then}" if first.endswith(":") else f"{first} Then type: {then}" if first else f"Type: {then}"


@dataclass(frozen=True)
class _Entry:
    needs_person: bool
    commands: tuple[str, ...] = ()
    either: bool = False
    redrive: bool = True
    own_words: bool = False
    runs: bool = True


def cure(
    error: str,
    *,
    language: str,
    source: str | None = None,
    date: str | None = None,
    facts: Mapping[str, str] | None = None,
) -> Cure:
    """For an error's name, or a status where there is none. Any name has a cure, AWS's own ones, too.

    source   the configured one; facts: those of the error, which count more
    """
    name = known_as(error)
    entry = _ENTRIES[name]
    known = _UNKNOWN | {key: value for key, value in (("source", source), ("date", date)) if value} | dict(facts or {})
    commands = tuple(_at(known["destination"], command.format_map(known)) for command in entry.commands)
    what, advice = _said(name, language, known)
    return Cure(
        what=what,
        advice=advice,
        commands=commands,
        needs_person=entry.needs_person,
        redrive=entry.redrive,
        own_words=entry.own_words,
        either=entry.either,
        runs=entry.runs,
    )


def known_as(error: str) -> str:
    """The entry for an error's name."""
    if error in _ENTRIES:
        return error
    return _DEFINITION if error.startswith("States.") else _ANY_OTHER


def _said(name: str, language: str, known: Mapping[str, str]) -> tuple[str, str]:
    """What happened, with the known facts; and what to do, with the hint for this source or destination."""
    words = _WORDS[language]
    what, advice = words.WORDS[_INTERRUPTED if name in INTERRUPTIONS else name]
    happened = [what, *(sentence for fact, sentence in words.FACTS.items() if fact in known)]
    facts = {
        **known,
        "service": _named(known["source"], words.THE_SOURCE, words),
        "at": _named(known["destination"], words.THE_DESTINATION, words),
    }
    what, advice = (text.format_map(facts) for text in (words.SPACE.join(happened), advice))
    hints = [words.HINTS.get((name, known[where]), "") for where in ("source", "destination")]
    return what[:1].upper() + what[1:], words.SPACE.join(filter(None, (*hints, advice)))


def _at(destination: str, command: str) -> str:
    """A post is settled at X if no other destination is named; LINE tells nobody the id of a message."""
    if not command.startswith("./daily settle ") or destination not in ("bluesky", "line"):
        return command
    command = command.replace("--posted ID", "--posted unknown") if destination == "line" else command
    return f"{command} --destination {destination}"


def _named(service: str, otherwise: str, words: ModuleType) -> str:
    return f"{SERVICES[service]}{words.AFTER_NAME}" if service in SERVICES else otherwise


_DEFINITION, _ANY_OTHER, _INTERRUPTED = "(definition)", "(any other)", "(interrupted)"
_AUTHORIZE = ("./daily authorize {source}",)
_AUTHORIZE_X = ("./daily authorize x",)
_AUTHORIZE_DESTINATION = ("./daily authorize {destination}",)
_SETTLE = ("./daily settle {date} {kind} --posted ID", "./daily settle {date} {kind} --not-posted")
_UPGRADE = ("git pull", "make deploy")

_ENTRIES: Mapping[str, _Entry] = {
    "AccessTokenExpired": _Entry(False, runs=False),
    "LookAgain": _Entry(False, runs=False, own_words=True),
    "SourceUnavailable": _Entry(False, own_words=True),
    "SourceRateLimited": _Entry(False, own_words=True),
    "CredentialsReplaced": _Entry(False, ("./daily doctor",)),
    "XUnavailable": _Entry(False, own_words=True),
    "XRateLimited": _Entry(False, own_words=True),
    "XKeysRefused": _Entry(True, _AUTHORIZE_X),
    "DestinationUnavailable": _Entry(False, own_words=True),
    "DestinationRateLimited": _Entry(False, own_words=True),
    "PostOutcomeUnknown": _Entry(False, _SETTLE, either=True, own_words=True),
    "PostInProgress": _Entry(False, ("./daily status {date}",)),
    "AwsUnavailable": _Entry(False, own_words=True),
    "InvalidInput": _Entry(
        True, ("make deploy", "./daily run --help"), either=True, redrive=False, own_words=True, runs=False
    ),
    # A later night starts a new execution, with the version that is deployed then.
    "StateFromAnotherVersion": _Entry(False, redrive=False),
    "AuthorizationLost": _Entry(True, _AUTHORIZE, own_words=True),
    "AccessRefused": _Entry(True, _AUTHORIZE, own_words=True),
    "ScopeNotGranted": _Entry(True, _AUTHORIZE),
    "ApiNotEnabled": _Entry(True),
    "AccountNotLinked": _Entry(True, _AUTHORIZE),
    "CloudProjectSuspended": _Entry(True, _AUTHORIZE),
    "CloudProjectBilling": _Entry(True),
    "SourceSwitchedOff": _Entry(
        True, ("./daily settings source=google_health", "make deploy", "./daily authorize google_health"), redrive=False
    ),
    "SourceSecretNotFilledIn": _Entry(True, _AUTHORIZE, own_words=True),
    "CredentialsOfAnotherSource": _Entry(True, _AUTHORIZE),
    "XSecretNotFilledIn": _Entry(True, _AUTHORIZE_X, own_words=True),
    "XKeysReadOnly": _Entry(True, _AUTHORIZE_X),
    "XOutOfCredits": _Entry(True),
    "XSpendCapReached": _Entry(True),
    "XUsageCapped": _Entry(True),
    "DestinationSecretNotFilledIn": _Entry(True, _AUTHORIZE_DESTINATION, own_words=True),
    "DestinationKeysRefused": _Entry(True, _AUTHORIZE_DESTINATION),
    "DestinationAccountClosed": _Entry(True),
    "LineRecipientUnknown": _Entry(True, _AUTHORIZE_DESTINATION),
    "LineQuotaUsedUp": _Entry(True),
    "PostRejected": _Entry(True, ("./daily preview --date {date}",), redrive=False, own_words=True),
    "DuplicateOnTimeline": _Entry(True, _SETTLE, either=True, redrive=False),
    "RetryKeyExpired": _Entry(True, _SETTLE, either=True, redrive=False),
    "SourceRefusedRequest": _Entry(False, _UPGRADE, redrive=False, own_words=True),
    "UnexpectedError": _Entry(False, _UPGRADE, redrive=False, own_words=True),
    "TIMED_OUT": _Entry(False),
    "ABORTED": _Entry(False),
    NOT_STARTED: _Entry(False, redrive=False),
    UNSYNCED: _Entry(False, redrive=False, runs=False),
    WEEK_WAITS: _Entry(False, redrive=False),
    **dict.fromkeys(INTERRUPTIONS, _Entry(False)),
    _DEFINITION: _Entry(True, ("make deploy",), redrive=False),
    _ANY_OTHER: _Entry(True, ("./daily doctor",)),
}
