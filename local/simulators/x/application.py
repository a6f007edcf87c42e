"""The simulator of X: three endpoints of its API, and a page to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Any

from flask import Response, abort, g, request

from local.simulators.base import Faults, json_answer
from local.simulators.page import AccountSimulator, Shown, ShownPicture
from local.simulators.x import answers
from local.simulators.x.account import Account, Duplicate, NoCredits, Post, Window
from local.simulators.x.faults import endpoints
from local.simulators.x.media import EXPIRES, metadata, not_there, uploaded
from local.simulators.x.signature import Credentials, SignatureCheck
from local.simulators.x.validation import USER_FIELDS, body_of, fields_of, page_of, query_of
from local.simulators.x.weight import LIMIT, weighted_length, wrapped

QUARTER = timedelta(minutes=15)


class XSimulator(AccountSimulator):
    """One account of X. `credits` counts posts that are still paid for; None is without limit."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        credentials: Credentials | None = None,
        username: str = "fitbit_daily",
        duplicate_window: timedelta = timedelta(hours=24),
        read_back_lag: timedelta = timedelta(0),
        credits: int | None = None,
    ) -> None:
        super().__init__("X")
        self.faults = Faults(endpoints(now))
        self.credentials = credentials or Credentials()
        self.username = username
        self.account = Account(now=now, duplicate_window=duplicate_window, read_back_lag=read_back_lag, credits=credits)
        self._now = now
        self._signatures = SignatureCheck(self.credentials, now)
        # https://docs.x.com/x-api/fundamentals/rate-limits
        self._windows = {
            "create_post": Window(100, QUARTER),
            "user_posts": Window(900, QUARTER),
            "me": Window(75, QUARTER),
            "upload": Window(500, QUARTER),
            "describe": Window(500, QUARTER),
        }
        self._day = Window(10_000, timedelta(hours=24))
        self._add_routes()

    @property
    def posts(self) -> list[Post]:
        """Newest first."""
        return self.account.posts()

    @property
    def cost(self) -> Decimal:
        """US dollars for the posts that are there."""
        return sum((post.price for post in self.posts), Decimal(0))

    def _add_routes(self) -> None:
        self.add_url_rule("/2/tweets", "create_post", self._create_post, methods=["POST"])
        self.add_url_rule("/2/media/upload", "upload", self._upload, methods=["POST"])
        self.add_url_rule("/2/media/metadata", "describe", self._describe, methods=["POST"])
        self.add_url_rule("/2/users/me", "me", self._me)
        self.add_url_rule("/2/users/<user_id>/tweets", "user_posts", self._user_posts)
        self.add_url_rule("/2/moved", "moved", self._moved)
        self.add_url_rule("/simulator/timeline", "timeline", self._timeline)
        self.after_request(self._with_limits)
        self.register_error_handler(404, lambda _: answers.problem(404, "Not Found", "Not Found"))
        self.register_error_handler(405, lambda _: answers.problem(405, "Method Not Allowed", "Method Not Allowed"))

    # What stands before every endpoint

    def _with_limits(self, response: Response) -> Response:
        response.headers.update(g.get("limits", {}))
        return response

    def _admit(self) -> None:
        """Who asks, then how often, then whether it is paid for: X does not document the order."""
        self._authenticate()
        endpoint = request.endpoint or ""
        allowed, g.limits = self._windows[endpoint].take(self._now(), "x-rate-limit")
        if allowed and endpoint == "create_post":
            allowed, day = self._day.take(self._now(), "x-app-limit-24hour")
            g.limits |= day
        if not allowed:
            abort(answers.too_many_requests())
        # Without credits every request is blocked, reads too: https://docs.x.com/x-api/getting-started/pricing
        if self.account.credits is not None and self.account.credits <= 0:
            abort(answers.no_credits(self.credentials.user_id))

    def _authenticate(self) -> None:
        header = request.headers.get("Authorization", "")
        scheme = header.partition(" ")[0].lower()
        if scheme == "bearer":
            abort(answers.unsupported_authentication())
        # The address as it came, not as Flask decoded it: the signature is over the former.
        url = f"{request.scheme}://{request.host}{request.environ['REQUEST_URI']}"
        body = request.get_data(as_text=True)
        try:
            if header and scheme != "oauth":
                raise ValueError(scheme)
            accepted = self._signatures.accepts(request.method, url, body, dict(request.headers))
        except ValueError:
            abort(answers.unsupported_authentication("Unknown"))
        if not header or not accepted:
            abort(answers.unauthorized())

    # The API

    def _create_post(self) -> Response:
        self._admit()
        query_of(request, ())
        wanted = body_of(request)
        if weighted_length(wanted.text) > LIMIT:
            abort(answers.too_long())
        if wanted.replied_to is not None and wanted.replied_to not in {post.id for post in self.posts}:
            abort(answers.reply_not_allowed())
        pictures = self.account.media.take(wanted.media_ids)
        if pictures is None:
            abort(not_there())
        try:
            post = self.account.publish(wanted.text, pictures)
        except Duplicate:
            abort(answers.duplicate())
        except NoCredits:
            abort(answers.no_credits(self.credentials.user_id))
        return answers.answer(201, {"data": _shown(post)})

    def _upload(self) -> Response:
        self._admit()
        query_of(request, ())
        content = uploaded(request)
        picture = self.account.media.upload(content)
        told = {
            "id": picture.id,
            "media_key": f"3_{picture.id}",
            "size": len(content),
            "expires_after_secs": int(EXPIRES.total_seconds()),
        }
        return answers.answer(200, {"data": told})

    def _describe(self) -> Response:
        self._admit()
        query_of(request, ())
        media_id, alt = metadata(request)
        if self.account.media.describe(media_id, alt) is None:
            abort(not_there())
        told = {"id": media_id, "associated_metadata": {"alt_text": {"text": alt}}}
        return answers.answer(200, {"data": told})

    def _me(self) -> Response:
        self._admit()
        fields_of(query_of(request, ("user.fields",)), "user.fields", USER_FIELDS)
        user = {"id": self.credentials.user_id, "name": self.username, "username": self.username}
        return answers.answer(200, {"data": user})

    def _user_posts(self, user_id: str) -> Response:
        self._admit()
        asked = page_of(request)
        if not user_id.isascii() or not user_id.isdecimal():
            abort(answers.invalid(f"The `id` query parameter value [{user_id}] is not valid", id=[user_id]))
        if user_id != self.credentials.user_id:
            return answers.answer(200, {"errors": [answers.not_found("user", "id", user_id)]})
        page, next_token = asked.of(self.account.visible())
        if not page:
            return answers.answer(200, {"meta": {"result_count": 0}})
        meta: dict[str, Any] = {"result_count": len(page), "newest_id": page[0].id, "oldest_id": page[-1].id}
        if next_token:
            meta["next_token"] = next_token
        data = [_shown(post) | self._more(post, asked.fields) for post in page]
        return answers.answer(200, {"data": data, "meta": meta})

    def _more(self, post: Post, fields: list[str]) -> dict[str, str]:
        made = post.made_at
        have = {
            "created_at": f"{made:%Y-%m-%dT%H:%M:%S}.{made.microsecond // 1000:03}Z",
            "author_id": self.credentials.user_id,
            "conversation_id": post.id,
        }
        return {name: have[name] for name in fields if name in have}

    def _moved(self) -> Response:
        """Where the 301 faults lead."""
        return answers.answer(200, {"data": {"id": "301", "text": "Nothing was posted: a redirect was followed."}})

    # For people and tests

    def shown(self) -> list[Shown]:
        return [
            Shown(
                post.id,
                post.text,
                post.made_at,
                [f"{post.weight}/{LIMIT}", f"${post.price}"],
                [ShownPicture(each.content, each.alt) for each in post.pictures],
            )
            for post in self.posts
        ]

    def _timeline(self) -> Response:
        posts = [
            {
                "id": post.id,
                "text": post.text,
                "created_at": post.made_at.isoformat(),
                "weighted_length": post.weight,
                "price_usd": str(post.price),
                "pictures": [{"id": each.id, "alt": each.alt} for each in post.pictures],
            }
            for post in self.posts
        ]
        return json_answer(200, {"username": self.username, "posts": posts, "cost_usd": str(self.cost)})


def _shown(post: Post) -> dict[str, Any]:
    """As X gives a text back: every URL wrapped by t.co, and &, < and > escaped, but not quotes.

    https://docs.x.com/fundamentals/counting-characters; the link to a post's pictures: lockdown-systems/cyd#393
    """
    text = wrapped(post.text, f"https://t.co/{int(post.id) % 10**8:08}{{:02}}")
    if post.pictures:
        text += f" https://t.co/{int(post.pictures[0].id) % 10**10:010}"
    return {"id": post.id, "text": escape(text, quote=False), "edit_history_tweet_ids": [post.id]}
