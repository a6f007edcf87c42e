"""X, Bluesky and LINE: what each of their answers says about a post, and nothing more than that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import pytest
import requests
from urllib3.exceptions import ProtocolError

from fitbit_daily.adapters import bluesky, line, x
from fitbit_daily.domain.ledger import KEY_LIVES, Entry, Status
from fitbit_daily.domain.posting import DuplicateText, NotPosted
from fitbit_daily.errors import (
    DestinationAccountClosed,
    DestinationKeysRefused,
    DestinationRateLimited,
    DestinationUnavailable,
    LineQuotaUsedUp,
    LineRecipientUnknown,
    PostOutcomeUnknown,
    PostRejected,
    StepError,
    XKeysRefused,
    XUnavailable,
)
from local.simulators.bluesky import BlueskySimulator
from local.simulators.line import LineSimulator
from local.simulators.x import XSimulator
from tests.adapters.fixtures import START, Clock, canned
from tests.adapters.test_x import POST, Answers
from tests.wsgi import connected, served

TEXT = "本日(2026-11-21) from Fitbit\n\n歩数: 8,123\n睡眠時間: 7.512時間"
LOGIN, PUT, GET = (f"/xrpc/com.atproto.{name}" for name in ("server.createSession", "repo.putRecord", "repo.getRecord"))
UNKNOWN, UNAVAILABLE, CLOSED = PostOutcomeUnknown, DestinationUnavailable, DestinationAccountClosed
KEYS, LIMITED = DestinationKeysRefused, DestinationRateLimited

PAGES = ("500-html", "502-html", "503-html", "504-html")
DOWN: Answers = {"hang": (UNKNOWN, "ReadTimeout"), "drop": (UNKNOWN, "ConnectionError")}
LOST = ("dropped", "hang", "500", "502-html", "503", "garbage")
# Of each answer to the record: UNKNOWN, or certainly not posted, for this reason.
PUTS: Answers = {
    "400": (PostRejected, "Input must be an object"),
    "400-invalid-record": (PostRejected, "Record/text must not be longer"),
    "400-blob-not-found": (PostRejected, "Could not find blob"),
    "400-invalid-swap": (UNKNOWN, "does not show it"),
    "400-expired-token": (UNAVAILABLE, "ExpiredToken"),
    "400-revoked-token": (UNAVAILABLE, "ExpiredToken"),
    "400-invalid-token": (UNAVAILABLE, "InvalidToken"),
    "400-token-scope": (UNAVAILABLE, "InvalidToken"),
    "400-malformed-token": (UNAVAILABLE, "InvalidToken"),
    "401-auth-missing": (UNAVAILABLE, "AuthMissing"),
    "401-not-this-repo": (UNAVAILABLE, "AuthenticationRequired"),
    "401-taken-down": (CLOSED, "AccountTakedown"),
    "401-deactivated": (CLOSED, "AccountDeactivated"),
    "403-html": (UNKNOWN, "403"),
    "403-no-account": (CLOSED, "AccountNotFound"),
    "403-forbidden": (PostRejected, "Forbidden"),
    "404": (PostRejected, "404"),
    "408": (UNKNOWN, "408"),
    "413": (PostRejected, "413"),
    "415": (PostRejected, "415"),
    **{f"accepted-then-{name}": (UNKNOWN, "") for name in (*LOST, "502", "504")},
    "truncated": (UNKNOWN, "the post may exist"),
    "429": (LIMITED, "until 2026-11-21 15:15 UTC"),
    "429-without-reset": (LIMITED, "fewer calls: nothing was posted"),
    **{name: (UNKNOWN, name[:3]) for name in ("500", "501", "502", "503", "504", "301", *PAGES)},
    **dict.fromkeys(("html", "200-not-json", "200-list", "200-empty"), (UNKNOWN, "the post may exist")),
    **DOWN,
}
# Of each answer: UNKNOWN, or certainly not sent, for this reason; and words for the person.
PUSHES: Answers = {
    "400": (PostRejected, "The request body has 1 error(s)"),
    "400-failed-to-send": (LineRecipientUnknown, "Add the bot as a friend"),
    "401": (KEYS, "./daily authorize line"),
    "403": (CLOSED, "https://developers.line.biz/console/"),
    "403-html": (UNKNOWN, "403"),
    "404": (PostRejected, "404"),
    "408": (UNKNOWN, "408"),
    "413": (PostRejected, "413"),
    **{f"accepted-then-{name}": (UNKNOWN, "") for name in LOST},
    "truncated": (UNKNOWN, "the post may exist"),
    "429-month": (LineQuotaUsedUp, "first of next month"),
    "429-rate": (LIMITED, "tried again by itself"),
    **{name: (UNKNOWN, name[:3]) for name in ("500", "503", "301", "500-html", "502-html", "503-html", "504-html")},
    **dict.fromkeys(("html", "200-not-json", "200-list", "200-empty"), (UNKNOWN, "the post may exist")),
    **DOWN,
}


@dataclass(frozen=True)
class At:
    """A destination: its simulator, what it answers to a post by the fault `endpoint`-NAME, and what that is."""

    name: str
    api: str
    override: str
    simulator: Callable[..., Any]
    account: Callable[[Any], Any]
    endpoint: str
    answers: Answers
    # How it says in words of its own that it refuses a post: the keys that the words are under.
    words: str

    @property
    def entry(self) -> Entry:
        return Entry(self.name, "2026-11-21", "sleep", 1, 1, Status.ATTEMPTING, TEXT, "E1", START, START)

    def post(self, account: Any, **changed: Any) -> Any:
        entry = replace(self.entry, **changed)
        return account.post(entry.text if self.name == "x" else entry)


def of_bluesky(keys: Any) -> bluesky.Bluesky:
    return bluesky.Bluesky({"handle": keys.handle, "app_password": keys.app_password}, "ja")


X = At("x", x.API, "X_API_URL", XSimulator, lambda keys: x.X(asdict(keys)), "post", POST, "detail")
BLUESKY = At("bluesky", bluesky.API, "BLUESKY_URL", BlueskySimulator, of_bluesky, "put", PUTS, "message")
LINE = At(
    "line", line.API, "LINE_API_URL", LineSimulator, lambda keys: line.Line(asdict(keys)), "push", PUSHES, "message"
)
ALL, KNOWN_AGAIN = (X, BLUESKY, LINE), (BLUESKY, LINE)
each = pytest.mark.parametrize("at", ALL, ids=lambda at: at.name)
each_that_knows_a_post_again = pytest.mark.parametrize("at", KNOWN_AGAIN, ids=lambda at: at.name)


def texts(simulator: Any) -> list[str]:
    return [post.value["text"] if isinstance(simulator, BlueskySimulator) else post.text for post in simulator.posts]


def assert_says_no_secret(error: BaseException, keys: Any) -> None:
    for secret in (*list(asdict(keys).values())[1:], "canary", "eyJ", "8,123", "8123", "7.512", "睡眠"):
        assert secret.lower() not in str(error).lower()


def refused(raised: pytest.ExceptionInfo[BaseException], at: At) -> StepError:
    """Why it is certainly not posted."""
    assert isinstance(raised.value, NotPosted)
    raised.value.error.destination = at.name
    return raised.value.error


@each
def test_the_table_has_every_fault_of_the_simulator_that_can_strike_a_post(at: At, clock: Clock) -> None:
    known = {
        name.removeprefix(f"{at.endpoint}-")
        for name in at.simulator(now=clock).faults.known
        if name.startswith(f"{at.endpoint}-")
    }
    assert {*at.answers} == known - {"slow", "409-without-ids"}


@pytest.mark.parametrize(
    ("at", "name"), [(at, name) for at in ALL for name in at.answers], ids=lambda each: getattr(each, "name", each)
)
def test_each_answer_says_of_a_post_what_is_certain_and_no_more(at: At, name: str, clock: Clock) -> None:
    says, words = at.answers[name]
    simulator = at.simulator(now=clock)
    with connected({at.api: simulator}):
        account = at.account(simulator.credentials)
        simulator.faults.switch_on(f"{at.endpoint}-{name}")
        with pytest.raises((NotPosted, DuplicateText, PostOutcomeUnknown)) as raised:
            at.post(account)
    assert texts(simulator) == ([TEXT] if "accepted" in name or name == "truncated" else [])
    assert isinstance(raised.value, NotPosted) is (says not in (UNKNOWN, DuplicateText))
    found = refused(raised, at) if isinstance(raised.value, NotPosted) else raised.value
    assert type(found) is says and words in str(found)
    assert_says_no_secret(found, simulator.credentials)
    assert raised.value.__cause__ is None, "a cause carries the request, and with it the keys"
    paths = [call.partition(" ")[2] for call in simulator.calls]
    around = {
        "x": ["/2/tweets"],
        "line": ["/v2/bot/message/push"],
        "bluesky": [LOGIN, PUT, *[GET] * (name == "400-invalid-swap")],
    }
    assert paths == around[at.name], "one request: no retry, no redirect followed"


def answered(at: At, clock: Clock, answer: Any) -> Any:
    """What comes of a post that this application answers."""
    simulator = at.simulator(now=clock)
    with connected({at.api: simulator}) as wire:
        account = at.account(simulator.credentials)
        if at is BLUESKY:
            account.login()
        wire.applications[at.api] = answer
        with pytest.raises((NotPosted, PostOutcomeUnknown)) as raised:
            at.post(account)
    return raised


@each
@pytest.mark.parametrize(
    ("error", "certain"),
    [
        (requests.ConnectTimeout(), True),
        (requests.ConnectionError(), False),
        (requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError())), False),
        (requests.exceptions.SSLError("certificate"), False),
        (requests.exceptions.ChunkedEncodingError(), False),
        (requests.Timeout(), False),
    ],
)
def test_only_a_connection_that_never_came_about_makes_it_certain(
    at: At, error: Exception, certain: bool, clock: Clock
) -> None:
    def breaks(*_: Any) -> Any:
        raise error

    raised = answered(at, clock, breaks)
    assert isinstance(raised.value, NotPosted if certain else PostOutcomeUnknown)
    assert not certain or type(refused(raised, at)) is (XUnavailable if at is X else UNAVAILABLE)


@pytest.mark.parametrize(
    ("at", "key", "says"),
    [
        *[(X, key, XKeysRefused) for key in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")],
        *[(BLUESKY, key, KEYS) for key in ("handle", "app_password")],
        *[(LINE, "channel_access_token", KEYS), (LINE, "user_id", LineRecipientUnknown)],
    ],
)
def test_each_key_is_needed(at: At, key: str, says: type[StepError], clock: Clock) -> None:
    simulator = at.simulator(now=clock)
    keys = simulator.credentials
    wrong = replace(keys, **{key: getattr(keys, key)[:-1] + "9"})
    with connected({at.api: simulator}), pytest.raises(NotPosted) as raised:
        at.post(at.account(wrong))
    assert type(refused(raised, at)) is says


@each
@pytest.mark.parametrize("says", ["'睡眠時間: 7.512時間' is not allowed.", "Is 8123 a number?"])
def test_words_that_repeat_the_text_are_not_told(at: At, says: str, clock: Clock) -> None:
    error = refused(answered(at, clock, canned({at.words: says}, status=422)), at)
    assert type(error) is PostRejected and "(422)" in str(error)
    assert_says_no_secret(error, at.simulator(now=clock).credentials)


@each
def test_a_request_that_came_too_late_may_have_been_taken(at: At, clock: Clock) -> None:
    assert isinstance(answered(at, clock, canned({at.words: "Too late."}, status=408)).value, PostOutcomeUnknown)


WITHOUT_AN_ID: list[tuple[At, Any]] = [
    *[(X, {}), (X, {"data": {"id": None}}), (X, {"data": {"id": ""}}), (X, {"data": {"id": 5}})],
    (BLUESKY, {"uri": None}),
    *[(LINE, {"sentMessages": []}), (LINE, {"sentMessages": [{}]}), (LINE, {"sentMessages": [{"id": 5}]})],
]


@pytest.mark.parametrize(("at", "answer"), WITHOUT_AN_ID)
def test_a_success_without_an_id_is_an_unknown_outcome(at: At, answer: Any, clock: Clock) -> None:
    assert isinstance(answered(at, clock, canned(answer)).value, PostOutcomeUnknown)


# Once more, where a post is known again


@each_that_knows_a_post_again
@pytest.mark.parametrize("name", ["dropped", "500", "garbage"])
def test_over_a_socket_a_lost_answer_ends_with_one_post(
    at: At, name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = at.simulator(now=clock)
    with served(simulator) as address:
        monkeypatch.setenv(at.override, address)
        account = at.account(simulator.credentials)
        simulator.faults.switch_on(f"{at.endpoint}-accepted-then-{name}", times=1)
        with pytest.raises(PostOutcomeUnknown):
            at.post(account)
        (there,) = simulator.posts
        assert at.post(account) == (there.uri if at is BLUESKY else there.id)
    assert texts(simulator) == [TEXT]


@each_that_knows_a_post_again
def test_the_same_once_more_changes_nothing_as_long_as_the_ledger_says(at: At, clock: Clock) -> None:
    simulator = at.simulator(now=clock)
    with connected({at.api: simulator}):
        first = at.post(at.account(simulator.credentials))
        clock.turn(**({"days": 400} if at is BLUESKY else {"seconds": KEY_LIVES["line"].total_seconds() - 1}))
        again = at.account(simulator.credentials)
        again.settle(at.entry)
        repeat = {"version": 7, "execution": "E2", "last_attempt_at": clock(), "text_sent_before": True}
        assert at.post(again, **repeat) == first and len(simulator.posts) == 1
