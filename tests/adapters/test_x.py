"""X: what each of its answers says about a post, and nothing more than that."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from fitbit_daily.adapters.http import TIMEOUT
from fitbit_daily.adapters.x import X, _own_post
from fitbit_daily.domain.posting import DuplicateText, NotPosted, OwnPost
from fitbit_daily.domain.posts import Picture
from fitbit_daily.errors import (
    PostOutcomeUnknown,
    PostRejected,
    StepError,
    XKeysReadOnly,
    XKeysRefused,
    XOutOfCredits,
    XRateLimited,
    XSpendCapReached,
    XUnavailable,
    XUsageCapped,
)
from local.simulators.x import Credentials, XSimulator
from tests.adapters.fixtures import X_API, Clock, canned
from tests.wsgi import Wire, connected

TEXT = "本日(2026-11-21)の睡眠時間 from Fitbit\n\n睡眠時間: 7.5時間"

# Of each answer to a post: what it says (an error: certainly not posted, for this reason), and words for the person.
UNKNOWN = PostOutcomeUnknown
IN_15_MINUTES, IN_5_HOURS = "until 2026-11-21 15:25 UTC", "until 2026-11-21 20:10 UTC"
Answers = dict[str, tuple[type[Exception], str]]
POST: Answers = {
    "400": (PostRejected, "One or more parameters to your request was invalid."),
    "401": (XKeysRefused, "X refuses the keys (401)"),
    "402": (XOutOfCredits, "Buy credits"),
    "402-new-type": (XOutOfCredits, "Buy credits"),
    "403-forbidden": (PostRejected, "Forbidden"),
    "403-oauth1-permissions": (XKeysReadOnly, "Read and write"),
    "403-unsupported-authentication": (XKeysRefused, "./daily authorize x"),
    "403-client-forbidden": (XKeysReadOnly, "add it to a project"),
    "403-credits": (XOutOfCredits, "Buy credits"),
    "403-spend-cap": (XSpendCapReached, "until 2026-12-14"),
    "403-usage-capped": (XUsageCapped, "https://console.x.com"),
    "403-not-permitted": (PostRejected, "You are not permitted to perform this action."),
    "403-duplicate": (DuplicateText, ""),
    "404": (PostRejected, "404"),
    "408": (UNKNOWN, "408"),
    "429": (XRateLimited, IN_15_MINUTES),
    "429-code-88": (XRateLimited, IN_15_MINUTES),
    "429-without-reset": (XRateLimited, "fewer calls: nothing was posted"),
    "429-user-24h": (XRateLimited, IN_5_HOURS),
    "429-app-24h": (XRateLimited, IN_5_HOURS),
    "500": (UNKNOWN, "500"),
    "500-list": (UNKNOWN, "the post may exist"),
    "503": (UNKNOWN, "503"),
    "520": (UNKNOWN, "520"),
    "301": (UNKNOWN, "301"),
    "hang": (UNKNOWN, "ReadTimeout"),
    "drop": (UNKNOWN, "ConnectionError"),
    "html": (UNKNOWN, "the post may exist"),
    "truncated": (UNKNOWN, "the post may exist"),
    **{f"{status}-html": (UNKNOWN, str(status)) for status in (403, 500, 502, 503, 504)},
    "200-not-json": (UNKNOWN, "the post may exist"),
    "200-only-errors": (UNKNOWN, "the post may exist"),
    "201-not-json": (UNKNOWN, "the post may exist"),
    "201-without-id": (UNKNOWN, "the post may exist"),
    "accepted-then-dropped": (UNKNOWN, "ConnectionError"),
    "accepted-then-hang": (UNKNOWN, "ReadTimeout"),
    "accepted-then-500": (UNKNOWN, "500"),
    "accepted-then-503": (UNKNOWN, "503"),
    "accepted-then-520": (UNKNOWN, "520"),
    "accepted-then-garbage": (UNKNOWN, "the post may exist"),
}
# Of each answer to reading back. What no person can cure says nothing about the post: it stays unknown.
READ: dict[str, type[StepError] | None] = dict.fromkeys(POST, UNKNOWN)
READ = {name: error for name, error in READ.items() if not name.startswith(("accepted", "201", "403-duplicate"))}
AT_ONCE = (XKeysRefused, XKeysReadOnly, XOutOfCredits, XSpendCapReached, XUsageCapped)
READ |= {name: POST[name][0] for name in READ if POST[name][0] in AT_ONCE}  # type: ignore[misc]
READ |= {"empty": None}


@pytest.fixture
def account(x: XSimulator, wire: Wire) -> X:
    return X(asdict(x.credentials))


def texts(x: XSimulator) -> list[str]:
    return [post.text for post in x.posts]


@pytest.mark.parametrize(
    ("body", "says", "fields"),
    [
        ({"title": "SpendCapReached", "reset_date": "2026-12-14"}, XSpendCapReached, {"reset_date": "2026-12-14"}),
        ({"title": "SpendCapReached"}, XSpendCapReached, {}),
        ({"title": "SpendCapReached", "reset_date": "soon, after 8123 steps"}, XSpendCapReached, {}),
        ({"reset_date": "2026-12-14"}, XSpendCapReached, {"reset_date": "2026-12-14"}),
        ({"title": "CreditsDepleted"}, XOutOfCredits, {}),
        ({"title": "Whatever", "reset_date": None}, XOutOfCredits, {}),
    ],
)
@pytest.mark.parametrize("host", ["https://api.twitter.com", "https://api.x.com"])
def test_what_x_wants_money_for_is_told_by_the_problem_and_its_date(
    body: dict[str, Any], says: type[StepError], fields: dict[str, str], host: str
) -> None:
    with (
        connected({X_API: canned(body | {"type": f"{host}/2/problems/credits"}, status=403)}),
        pytest.raises(NotPosted) as raised,
    ):
        X(asdict(Credentials())).post(TEXT)
    assert type(raised.value.error) is says and raised.value.error.fields == fields
    assert "8123" not in str(raised.value.error)


def test_every_request_goes_to_api_x_com_signed_and_with_a_time_out(account: X, wire: Wire, clock: Clock) -> None:
    account.post(TEXT)
    account.own_posts_since(clock())
    assert [(e.method, e.origin, e.timeout) for e in wire.exchanges] == [
        ("POST", X_API, TIMEOUT),
        ("GET", X_API, TIMEOUT),
    ]
    assert all(e.headers["Authorization"].startswith("OAuth ") for e in wire.exchanges)


# Reading back

ONE = {"id": "1", "text": "a", "edit_history_tweet_ids": ["1"]}


@pytest.mark.parametrize("name", READ)
def test_each_answer_to_reading_back_leaves_the_outcome_unknown_or_says_what_a_person_must_do(
    name: str, account: X, x: XSimulator, clock: Clock
) -> None:
    account.post(TEXT)
    x.faults.switch_on(f"read-{name}")
    error = READ[name]
    if error is None:
        assert account.own_posts_since(clock()) == []
        return
    with pytest.raises(StepError) as raised:
        account.own_posts_since(clock())
    assert type(raised.value) is error
    if error is PostOutcomeUnknown:
        assert "./daily settle" in str(raised.value)
    assert "canary" not in str(raised.value).lower()
    assert len(x.calls) == 2, "one request: no retry, no redirect followed"


def test_the_timeline_is_read_by_the_id_in_the_access_token_and_nobody_is_asked_who_that_is(
    x: XSimulator, clock: Clock, wire: Wire
) -> None:
    for name in x.faults.known:
        if name.startswith("me-"):
            x.faults.switch_on(name)
    account = X(asdict(x.credentials))
    account.post(TEXT)
    assert [tweet.text for tweet in account.own_posts_since(clock())] == [TEXT]
    assert x.calls == ["POST /2/tweets", "GET /2/users/1396280318500671488/tweets"]


def test_all_pages_are_read(account: X, x: XSimulator, clock: Clock) -> None:
    begin = clock()
    for number in range(201):
        clock.turn(seconds=1)
        x.account.publish(f"post {number}")
    found = account.own_posts_since(begin)
    assert [tweet.text for tweet in found] == [f"post {number}" for number in reversed(range(201))]
    assert [tweet.id for tweet in found] == [post.id for post in x.posts]
    assert len(x.calls) == 3


@pytest.mark.parametrize(
    ("token", "calls"), [(lambda page: "the same", 2), (lambda page: f"{page % 3}", 4), (lambda page: f"{page}", 10)]
)
def test_a_timeline_without_a_last_page_is_given_up_after_a_handful_of_pages_that_may_cost_money(
    token: Any, calls: int, clock: Clock
) -> None:
    pages = [{"data": [ONE], "meta": {"result_count": 1, "next_token": token(page)}} for page in range(100)]
    with connected({X_API: canned(*pages)}) as wire, pytest.raises(PostOutcomeUnknown, match="no last page"):
        X(asdict(Credentials())).own_posts_since(clock())
    assert len(wire.exchanges) == calls


@pytest.mark.parametrize(
    "page",
    [
        {"meta": {}},
        {"meta": {"result_count": 1}},
        {"meta": {"result_count": 0}, "data": [ONE]},
        {"meta": {"result_count": 2, "next_token": "7140"}, "data": [ONE]},
        {"data": [ONE]},
        {"data": [{"id": "1", "edit_history_tweet_ids": ["1"]}], "meta": {"result_count": 1}},
        [],
    ],
)
def test_an_answer_that_does_not_tell_all_of_its_posts_is_not_clean(page: Any, clock: Clock) -> None:
    nothing_more = {"meta": {"result_count": 0}}
    with connected({X_API: canned(page, nothing_more)}), pytest.raises(PostOutcomeUnknown):
        X(asdict(Credentials())).own_posts_since(clock())


def test_a_post_is_found_from_the_second_of_the_moment_on_and_none_before(
    account: X, x: XSimulator, clock: Clock
) -> None:
    x.account.publish("before")
    clock.turn(seconds=60.75)
    moment = clock()
    x.account.publish("at it")
    clock.turn(minutes=1)
    x.account.publish("after")
    assert [tweet.text for tweet in account.own_posts_since(moment)] == ["after", "at it"]
    assert account.own_posts_since(clock() + (clock() - moment)) == []


@pytest.mark.parametrize(
    "text", ["a < b > c & d", "already &amp; escaped", "quotes \" and ' stay", "1.213km （再投稿）"]
)
def test_a_text_is_read_back_as_it_was_sent(text: str, account: X, clock: Clock) -> None:
    post_id = account.post(text)
    assert account.own_posts_since(clock()) == [OwnPost(post_id, text)]


def test_another_account_is_told_by_its_own_id(x: XSimulator, wire: Wire, clock: Clock) -> None:
    """A secret with the keys of one account and the token of another is refused, never read as an empty timeline."""
    other = replace(x.credentials, access_token="999-" + x.credentials.access_token.partition("-")[2])
    with pytest.raises(XKeysRefused):
        X(asdict(other)).own_posts_since(clock())


# A post with its picture. An upload may be repeated, and makes no post; so whatever it answers is certain

WEEK = "1週間(2026-11-16〜2026-11-22)の記録 from Fitbit\n\n合計歩数: 70,123歩"
PICTURE = Picture((Path(__file__).parent / "golden/week.ja.png").read_bytes(), "歩数は1日平均10,017歩")
STEPS = ["POST /2/media/upload", "POST /2/media/metadata", "POST /2/tweets"]


def test_a_post_has_its_picture_and_its_words(account: X, x: XSimulator) -> None:
    post_id = account.post(WEEK, PICTURE)
    (post,) = x.posts
    assert (post.id, post.text) == (post_id, WEEK)
    assert [(each.content, each.alt) for each in post.pictures] == [(PICTURE.png, PICTURE.alt)]
    assert x.calls == STEPS


def test_it_is_read_back_with_the_text_that_was_sent_whatever_x_appends(account: X, clock: Clock) -> None:
    post_id = account.post(WEEK, PICTURE)
    (found,) = account.own_posts_since(clock())
    assert found.text.startswith(f"{WEEK} https://t.co/")
    assert found == OwnPost(post_id, found.text, WEEK)


def test_exactly_one_link_is_taken_off() -> None:
    twice = "see https://t.co/abc https://t.co/def"
    assert _own_post("1", twice).without_link == "see https://t.co/abc"
    assert _own_post("1", "https://t.co/abc\nsee").without_link is None
    assert _own_post("1", "see https://t.co/a-b").without_link is None


@pytest.mark.parametrize("endpoint", ["upload", "describe"])
def test_each_failure_before_the_post_is_certainly_no_post(endpoint: str, account: X, x: XSimulator) -> None:
    faults = [name for name in x.faults.known if name.startswith(f"{endpoint}-") and not name.endswith("-slow")]
    assert len(faults) > 25
    for fault in faults:
        x.calls.clear()
        x.faults.switch_on(fault, times=1)
        with pytest.raises(NotPosted) as raised:
            account.post(WEEK, PICTURE)
        expected, _ = POST.get(fault.removeprefix(f"{endpoint}-"), (None, ""))
        says = type(raised.value.error)
        if fault == "upload-413":
            assert says is PostRejected and "refuses the picture (413)" in str(raised.value)
        elif expected and expected.__name__ != "PostOutcomeUnknown":
            assert says is expected, fault
        else:
            assert says is XUnavailable, fault
        assert "nothing was posted" in str(raised.value) or says is not XUnavailable
        assert x.calls == STEPS[: 1 + (endpoint == "describe")], fault
        assert "10,017" not in str(raised.value) and "canary" not in str(raised.value).lower()
    assert x.posts == []


def test_after_a_failed_upload_the_next_attempt_uploads_again(account: X, x: XSimulator) -> None:
    x.faults.switch_on("describe-503", times=1)
    with pytest.raises(NotPosted):
        account.post(WEEK, PICTURE)
    account.post(WEEK, PICTURE)
    assert len(x.posts) == 1 and x.calls == STEPS[:2] + STEPS
