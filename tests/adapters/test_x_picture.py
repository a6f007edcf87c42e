"""X: a post with its picture. An upload may be repeated, and makes no post; so whatever it answers is certain."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from fitbit_daily.adapters.x import X
from fitbit_daily.domain.posting import NotPosted, OwnPost
from fitbit_daily.domain.posts import Picture
from fitbit_daily.errors import PostRejected, XUnavailable
from local.simulators.x import XSimulator
from tests.adapters.fixtures import Clock
from tests.adapters.test_x import POST
from tests.wsgi import Wire

TEXT = "1週間(2026-11-16〜2026-11-22)の記録 from Fitbit\n\n合計歩数: 70,123歩"
PICTURE = Picture((Path(__file__).parent / "golden/week.ja.png").read_bytes(), "歩数は1日平均10,017歩")
STEPS = ["POST /2/media/upload", "POST /2/media/metadata", "POST /2/tweets"]


@pytest.fixture
def account(x: XSimulator, wire: Wire) -> X:
    return X(asdict(x.credentials))


def test_a_post_has_its_picture_and_its_words(account: X, x: XSimulator) -> None:
    post_id = account.post(TEXT, PICTURE)
    (post,) = x.posts
    assert (post.id, post.text) == (post_id, TEXT)
    assert [(each.content, each.alt) for each in post.pictures] == [(PICTURE.png, PICTURE.alt)]
    assert x.calls == STEPS


def test_it_is_read_back_with_the_text_that_was_sent_whatever_x_appends(account: X, clock: Clock) -> None:
    post_id = account.post(TEXT, PICTURE)
    (found,) = account.own_posts_since(clock())
    assert found.text.startswith(f"{TEXT} https://t.co/")
    assert found == OwnPost(post_id, found.text, TEXT)


def test_exactly_one_link_is_taken_off() -> None:
    from fitbit_daily.adapters.x import _own_post

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
            account.post(TEXT, PICTURE)
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
        account.post(TEXT, PICTURE)
    account.post(TEXT, PICTURE)
    assert len(x.posts) == 1 and x.calls == STEPS[:2] + STEPS
