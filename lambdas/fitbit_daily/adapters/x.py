"""X, through tweepy: one post, and reading the account's own posts back.

tweepy 4.17 writes to api.twitter.com, sets no time-out and follows redirects: its session is replaced. Its
exceptions do not say whether a post may exist: everything that is not certain counts as unknown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import requests
import tweepy

from fitbit_daily.adapters.http import HttpSession, PageTokens, never_connected, quoted
from fitbit_daily.domain.posting import DuplicateText, NotPosted, OwnPost
from fitbit_daily.domain.posts import Picture
from fitbit_daily.domain.quoting import repeats
from fitbit_daily.errors import (
    X_WANTS_MONEY,
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

API = "https://api.x.com"
_TWEEPYS_OWN = "https://api.twitter.com"

# A page has up to 100 posts, at $0.001 each. Nobody writes more than a thousand before they are read back.
_MOST_PAGES = 10

_OF_ANY_REQUEST = (*X_WANTS_MONEY, XKeysRefused, XKeysReadOnly)


class X:
    """The account whose keys these are (consumer_key, consumer_secret, access_token, access_token_secret)."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._client = tweepy.Client(
            consumer_key=keys["consumer_key"],
            consumer_secret=keys["consumer_secret"],
            access_token=keys["access_token"],
            access_token_secret=keys["access_token_secret"],
        )
        self._client.session = HttpSession("X_API_URL", API, written_for=_TWEEPYS_OWN)
        self._signature = tweepy.OAuth1UserHandler(
            keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_token_secret"]
        ).apply_auth()
        self._user_id = keys["access_token"].partition("-")[0]

    def post(self, text: str, picture: Picture | None = None) -> str:
        """Posts the text once, with its picture; the new post's id.

        Raises NotPosted where X certainly has not taken it, DuplicateText, and PostOutcomeUnknown for all the rest.
        """
        media = [self._upload(picture)] if picture else None
        try:
            post_id = self._client.create_tweet(text=text, media_ids=media).data["id"]
            if not isinstance(post_id, str) or not post_id:
                raise ValueError("no id")
            return post_id
        except tweepy.HTTPException as error:
            if _is_duplicate(error):
                raise DuplicateText from None
            if is_refusal(error):
                raise NotPosted(refusal_of(error, text)) from None
            raise PostOutcomeUnknown(f"X answered {_status(error)}: the post may exist.") from None
        except requests.RequestException as error:
            if never_connected(error):
                raise NotPosted(XUnavailable("X could not be reached: nothing was posted.")) from None
            raise PostOutcomeUnknown(
                f"The connection to X failed ({type(error).__name__}): the post may exist."
            ) from None
        except (AttributeError, KeyError, TypeError, ValueError):
            # tweepy cannot handle answers of another form, such as a list, or a 200 without data.
            raise PostOutcomeUnknown("X's answer was unreadable: the post may exist.") from None

    def _upload(self, picture: Picture) -> str:
        """The picture's id at X, where it has its words, too. What X keeps of it without a post is gone in a day.

        Raises NotPosted, whatever goes wrong: no post is made by it.
        """
        try:
            # tweepy 4.17 has no call for it: https://docs.x.com/x-api/media/upload-media
            answer = self._client.session.post(
                f"{_TWEEPYS_OWN}/2/media/upload",
                data={"media_category": "tweet_image"},
                files={"media": ("week.png", picture.png, "image/png")},
                auth=self._signature,
            )
            if answer.status_code != 200:
                raise tweepy.HTTPException(answer)
            media_id = answer.json()["data"]["id"]
            if not re.fullmatch(r"[0-9]{1,19}", media_id, re.ASCII):
                raise ValueError("no id")
            words = {"id": media_id, "metadata": {"alt_text": {"text": picture.alt}}}
            described = self._client.request("POST", "/2/media/metadata", json=words, user_auth=True).json()
            if described["data"]["id"] != media_id:
                raise ValueError("another picture")
        except tweepy.HTTPException as error:
            raise NotPosted(_refusal_of_picture(error, picture)) from None
        except (requests.RequestException, AttributeError, KeyError, TypeError, ValueError) as error:
            raise NotPosted(
                XUnavailable(f"X did not take the picture ({type(error).__name__}): nothing was posted.")
            ) from None
        return str(media_id)

    def own_posts_since(self, moment: datetime) -> Sequence[OwnPost]:
        """All of the account's own posts since then. Raises PostOutcomeUnknown where X may have left one out."""
        found: list[OwnPost] = []
        page: str | None = None
        tokens = PageTokens(_MOST_PAGES, PostOutcomeUnknown("X's answer about its posts has no last page."))
        try:
            while True:
                answer = self._client.get_users_tweets(
                    self._user_id,
                    start_time=moment,
                    max_results=100,
                    pagination_token=page,
                    user_auth=True,
                )
                # A count that does not match its posts: something is missing.
                if answer.meta["result_count"] != len(answer.data or ()):
                    raise ValueError("result_count")
                found += [_own_post(str(tweet.id), html.unescape(tweet.text)) for tweet in answer.data or ()]
                page = answer.meta.get("next_token")
                if page is None:
                    return found
                tokens.follow(page)
        except tweepy.HTTPException as error:
            # A refusal that would also stop a post ends the reading back; any other says nothing about the post.
            if is_refusal(error) and isinstance(refusal := refusal_of(error), _OF_ANY_REQUEST):
                raise refusal from None
            raise PostOutcomeUnknown(f"X answered {_status(error)} when asked for its posts.") from None
        except (requests.RequestException, AttributeError, KeyError, TypeError, ValueError) as error:
            raise PostOutcomeUnknown(f"X could not be asked for its posts ({type(error).__name__}).") from None


def _own_post(post_id: str, text: str) -> OwnPost:
    """A post with a picture has a link to it at its end."""
    without, link = re.subn(r" https://t\.co/\w+\Z", "", text, flags=re.ASCII)
    return OwnPost(post_id, text, without if link else None)


def _refusal_of_picture(error: tweepy.HTTPException, picture: Picture) -> StepError:
    if is_refusal(error):
        return refusal_of(error, picture.alt, what="picture")
    return XUnavailable(f"X answered {_status(error)} to the picture: nothing was posted.")


def _status(error: tweepy.HTTPException) -> int:
    return int(error.response.status_code)


def is_refusal(error: tweepy.HTTPException) -> bool:
    """A 4xx is a refusal, except 408: the request came late, not necessarily never.

    It must be X's own answer: a gateway on the way answers with a web page, and does not know what X has done.
    """
    return 400 <= _status(error) < 500 and _status(error) != 408 and bool(_body(error))


def _is_duplicate(error: tweepy.HTTPException) -> bool:
    return _status(error) == 403 and "duplicate content" in _detail(error)


def refusal_of(error: tweepy.HTTPException, text: str = "", *, what: str = "post") -> StepError:
    """By the problem's type where X names one, then by the status; else with X's own words.

    https://docs.x.com/x-api/fundamentals/response-codes-and-errors
    """
    status, problem = _status(error), _problem(error)
    if problem == "usage-capped":
        return XUsageCapped("The number of posts that X allows in a month is used up: nothing was posted.")
    if problem == "credits" or status == 402:
        return _out_of_money(_body(error))
    if problem in ("oauth1-permissions", "client-forbidden"):
        return XKeysReadOnly(f"X does not let the app post ({problem}).")
    if status == 401 or problem == "unsupported-authentication":
        return XKeysRefused(f"X refuses the keys ({status}).")
    if status == 429:
        return XRateLimited(f"X wants fewer calls{_resets(error)}: nothing was posted.")
    words = _detail(error)
    if repeats(words, text):
        words = "its answer repeats the text, so it is not quoted here."
    return PostRejected(f"X refuses the {what} ({status}): {words}")


def _out_of_money(body: Mapping[str, Any]) -> StepError:
    """No credits, or the spend cap, which X lifts by itself on `reset_date`."""
    reset = str(body.get("reset_date") or "")
    if body.get("title") != "SpendCapReached" and not reset:
        return XOutOfCredits("The credits at X are used up: nothing was posted.")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", reset, re.ASCII):
        return XSpendCapReached(f"The spend cap at X is reached, until {reset}: nothing was posted.", reset_date=reset)
    return XSpendCapReached("The spend cap at X is reached: nothing was posted.")


def _body(error: tweepy.HTTPException) -> dict[str, Any]:
    try:
        body = error.response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _detail(error: tweepy.HTTPException) -> str:
    return quoted(_body(error).get("detail"))


def _problem(error: tweepy.HTTPException) -> str:
    """The last part of a problem's type; its host has changed before."""
    return str(_body(error).get("type", "")).rpartition("/problems/")[2]


def _resets(error: tweepy.HTTPException) -> str:
    """When X says it will answer again. An exhausted day counts before the window of 15 minutes."""
    headers = error.response.headers
    for scope in ("x-user-limit-24hour", "x-app-limit-24hour", "x-rate-limit"):
        reset = headers.get(f"{scope}-reset", "")
        if headers.get(f"{scope}-remaining", "0") == "0" and reset.isdigit():
            return f" until {datetime.fromtimestamp(int(reset), UTC):%Y-%m-%d %H:%M} UTC"
    return ""
