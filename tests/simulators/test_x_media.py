"""The X simulator: pictures, from their upload to the page."""

from __future__ import annotations

import io
from base64 import b64encode
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from tests.simulators.x_client import Account, account

PNG = (Path(__file__).parent.parent / "adapters/golden/week.ja.png").read_bytes()


def upload(me: Account, content: bytes = PNG, category: str | None = "tweet_image", **more: Any) -> TestResponse:
    form: dict[str, Any] = {"media": (io.BytesIO(content), "week.png")} | more
    if category:
        form["media_category"] = category
    return me.send("POST", "/2/media/upload", data=form, content_type="multipart/form-data")


def describe(me: Account, media_id: str, alt: str = "7日間", **more: Any) -> TestResponse:
    body = {"id": media_id, "metadata": {"alt_text": {"text": alt}}} | more
    return me.send("POST", "/2/media/metadata", json=body)


def uploaded(me: Account) -> str:
    return str(upload(me).get_json()["data"]["id"])


def test_a_picture_is_uploaded_described_and_posted_and_read_back_as_a_link_at_the_end_and_shown() -> None:
    me = account()
    answer = upload(me).get_json()["data"]
    rest = {"media_key": f"3_{answer['id']}", "size": len(PNG), "expires_after_secs": 86400}
    assert answer == {"id": answer["id"]} | rest
    alt = '"<7>"'
    told = describe(me, answer["id"], alt).get_json()["data"]
    assert told == {"id": answer["id"], "associated_metadata": {"alt_text": {"text": alt}}}
    assert me.post("a week", media={"media_ids": [answer["id"]]}).status_code == 201
    (post,) = me.simulator.posts
    assert [(each.content, each.alt) for each in post.pictures] == [(PNG, alt)]
    (text,) = me.texts()
    assert text.startswith("a week https://t.co/") and text.count("https://") == 1
    assert str(post.price) == "0.015"
    page = me.simulator.test_client().get("/").get_data(as_text=True)
    assert f'<img src="data:image/png;base64,{b64encode(PNG).decode()}" alt="&quot;&lt;7&gt;&quot;">' in page


def test_what_x_does_not_specify_is_refused() -> None:
    me = account()
    for content, category, more, status in (
        (b"GIF89a", "tweet_image", {}, 400),
        (PNG[:-1], "tweet_image", {}, 400),
        (PNG.replace(b"IDAT", b"IDAX"), "tweet_image", {}, 400),
        (PNG, "tweet_pictures", {}, 400),
        (PNG, None, {}, 400),
        (PNG, "tweet_image", {"media_type": "image/png"}, 400),
        (PNG + b"\0" * (5 * 1024 * 1024), "tweet_image", {}, 413),
    ):
        assert upload(me, content, category, **more).status_code == status, (content[:9], category, more)
    media_id = uploaded(me)
    wrong: list[dict[str, Any]] = [{"alt": ""}, {"alt": "7" * 1001}, {"title": "a week"}]
    wrong += [{"metadata": {"alt_text": "7日間"}}, {"metadata": {"alt_text": {"text": "7日間"}, "sensitive": True}}]
    for more in wrong:
        assert describe(me, media_id, **more).status_code == 400, more


def test_an_upload_must_be_signed_and_its_body_is_no_part_of_it() -> None:
    me = account()
    stale = me.sign("POST", "/2/media/upload", timestamp="1318622958")
    answer = me.send("POST", "/2/media/upload", authorization=stale, data={"media": (io.BytesIO(PNG), "a.png")})
    assert answer.status_code == 401


def test_a_text_with_a_picture_is_a_duplicate_like_any_other_and_one_that_nobody_posts_is_gone_after_a_day() -> None:
    me = account()
    assert me.post("a week", media={"media_ids": [uploaded(me)]}).status_code == 201
    media_id = uploaded(me)
    assert me.post("a week", media={"media_ids": [media_id]}).status_code == 403
    me.clock.turn(hours=24)
    assert describe(me, media_id).status_code == 400
    assert me.post("another", media={"media_ids": [media_id]}).status_code == 400
