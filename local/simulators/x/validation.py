"""What X accepts in a body and in a query string; everything else is refused with 400.

https://github.com/xdevplatform/docs/blob/main/openapi.json (CreatePostsRequest: `additionalProperties: false`)
https://docs.x.com/x-api/users/get-posts
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request, abort
from werkzeug.datastructures import MultiDict

from local.simulators.x.account import Post
from local.simulators.x.answers import invalid, not_in_schema
from local.simulators.x.media import media_ids

_FLAGS = ("share_with_followers", "made_with_ai", "paid_partnership", "nullcast", "for_super_followers_only")
_TYPES: dict[str, type] = {"text": str, "reply": dict, "media": dict, "reply_settings": str} | dict.fromkeys(
    _FLAGS, bool
)
_REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
_NOT_SIMULATED = ("poll", "geo", "quote_tweet_id", "community_id", "edit_options", "card_uri",
                  "direct_message_deep_link")  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TWEET_FIELDS = _words(
    "article attachments author_id card_uri community_id context_annotations conversation_id created_at "
    "display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang media_metadata "
    "non_public_metrics note_tweet organic_metrics paid_partnership possibly_sensitive promoted_metrics "
    "public_metrics referenced_tweets reply_settings scopes source text username withheld"
)
USER_FIELDS = _words(
    "affiliation connection_status created_at description entities id is_identity_verified location "
    "most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics "
    "receives_your_dm subscription subscription_type url username verified verified_followers_count verified_type "
    "withheld"
)
_TIMELINE = ("max_results", "start_time", "end_time", "since_id", "until_id", "pagination_token", "tweet.fields")
_TOKEN = "7140"  # every pagination token of X begins like this


@dataclass(frozen=True)
class Wanted:
    """A post that is asked for: replied_to is the id of the one that it answers."""

    text: str
    replied_to: str | None
    media_ids: list[str]


def body_of(request: Request) -> Wanted:
    """Or 400."""
    # abraham/twitteroauth#1082
    if request.mimetype != "application/json":
        abort(invalid("Requests with bodies must have content-type of application/json."))
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(invalid("The request body is not a JSON object."))
    for name, value in body.items():
        _check_field(name, value)
    pictures = media_ids(body["media"]) if "media" in body else []
    # A post of a picture alone has no text: X knows that, this simulator does not.
    if not body.get("text", "").strip():
        abort(invalid("One of the fields `text` or `media` is required."))
    if not _is_unicode(body["text"]):
        abort(invalid("$.text: is not valid Unicode"))
    return Wanted(body["text"], _replied_to(body.get("reply")), pictures)


def _check_field(name: str, value: Any) -> None:
    if name in _NOT_SIMULATED:
        abort(invalid(f"$.{name}: X knows this field, this simulator does not."))
    if name not in _TYPES:
        abort(not_in_schema(name))
    if not isinstance(value, _TYPES[name]):
        abort(invalid(f"$.{name}: {type(value).__name__} found, {_TYPES[name].__name__} expected"))
    if name == "reply_settings" and value not in _REPLY_SETTINGS:
        abort(invalid(f"$.{name}: does not have a value in the enumeration {list(_REPLY_SETTINGS)}"))


def _is_unicode(text: str) -> bool:
    r"""JSON can carry half a surrogate pair, "\ud83d", which is no character."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _replied_to(reply: dict[str, Any] | None) -> str | None:
    if reply is None:
        return None
    if set(reply) != {"in_reply_to_tweet_id"} or not isinstance(reply["in_reply_to_tweet_id"], str):
        abort(invalid("$.reply.in_reply_to_tweet_id: is missing, is no string, or is not alone"))
    return reply["in_reply_to_tweet_id"]


def query_of(request: Request, known: Collection[str]) -> MultiDict[str, str]:
    """The query parameters: each known, each at most once; or 400."""
    for name, values in request.args.lists():
        if name not in known:
            abort(invalid(f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]"))
        if len(values) > 1:
            abort(invalid(f"The query parameter [{name}] was given more than once"))
    return request.args


def fields_of(query: MultiDict[str, str], name: str, known: Collection[str]) -> list[str]:
    fields = [field for field in query.get(name, "").split(",") if name in query]
    for field in fields:
        if field not in known:
            message = f"The `{name}` query parameter value [{field}] is not one of [{','.join(sorted(known))}]"
            abort(invalid(message, **{name: [query[name]]}))
    return fields


@dataclass(frozen=True)
class Page:
    """One page of a timeline, as it was asked for."""

    size: int
    after_id: int | None
    before_id: int | None
    start: datetime | None
    end: datetime | None
    fields: list[str]

    def of(self, posts: list[Post]) -> tuple[list[Post], str | None]:
        """The posts of this page, newest first, and the token of the next one."""
        found = [post for post in posts if self._has(post)]
        page = found[: self.size]
        more = len(found) > len(page)
        return page, f"{_TOKEN}{int(page[-1].id):x}" if more else None

    def _has(self, post: Post) -> bool:
        # An id takes precedence over a time. Times count in whole seconds and include the second that they name.
        if self.after_id is not None and int(post.id) <= self.after_id:
            return False
        if self.before_id is not None and int(post.id) >= self.before_id:
            return False
        if self.after_id is None and self.start and post.made_at < self.start:
            return False
        return not (self.before_id is None and self.end and post.made_at >= self.end + timedelta(seconds=1))


def page_of(request: Request) -> Page:
    query = query_of(request, _TIMELINE)
    start, end = _time(query, "start_time"), _time(query, "end_time")
    if start and end and start >= end:
        abort(invalid(f"Invalid 'start_time':'{query['start_time']}'. 'start_time' must be before 'end_time'"))
    until_id, token = _id(query, "until_id"), _after(query)
    before = [value for value in (until_id, token) if value is not None]
    return Page(
        size=_size(query),
        after_id=_id(query, "since_id"),
        before_id=min(before, default=None),
        start=start,
        end=end,
        fields=fields_of(query, "tweet.fields", TWEET_FIELDS),
    )


def _refuse(query: MultiDict[str, str], name: str, why: str) -> None:
    abort(invalid(f"The `{name}` query parameter value [{query[name]}] {why}", **{name: [query[name]]}))


def _size(query: MultiDict[str, str]) -> int:
    value = query.get("max_results", "10")
    if not re.fullmatch("[0-9]{1,9}", value) or not 5 <= int(value) <= 100:
        _refuse(query, "max_results", "is not between 5 and 100")
    return int(value)


def _id(query: MultiDict[str, str], name: str) -> int | None:
    if name in query and not re.fullmatch("[0-9]{1,19}", query[name]):
        _refuse(query, name, "is not a valid id")
    return int(query[name]) if name in query else None


def _after(query: MultiDict[str, str]) -> int | None:
    token = query.get("pagination_token")
    if token is None:
        return None
    if not re.fullmatch(f"{_TOKEN}[0-9a-f]{{1,16}}", token):
        _refuse(query, "pagination_token", "is not valid")
    return int(token.removeprefix(_TOKEN), 16)


def _time(query: MultiDict[str, str], name: str) -> datetime | None:
    if name not in query:
        return None
    try:
        return datetime.strptime(query[name], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        _refuse(query, name, "is not of the form YYYY-MM-DDTHH:mm:ssZ")
        raise
