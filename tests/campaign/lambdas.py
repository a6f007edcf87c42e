"""The handlers in this process: where they are, what context they get, and their threads in turn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import catch_up
import choose_date
import fetch_activity
import fetch_sleep
import format_posts
import keep_history
import notify
import refresh_token
import tweet

HANDLERS = {
    "catch_up": catch_up,
    "choose_date": choose_date,
    "refresh_token": refresh_token,
    "fetch_activity": fetch_activity,
    "fetch_sleep": fetch_sleep,
    "notify": notify,
    "keep_history": keep_history,
    "format_posts": format_posts,
    "tweet": tweet,
}


class InTurn:
    """Instead of threads that the scheduler would not know: one after the other."""

    def __init__(self, workers: int) -> None:
        pass

    def __enter__(self) -> InTurn:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, work: Any, items: Any) -> list[Any]:
        return [work(item) for item in items]


def context_of(name: str) -> Any:
    return SimpleNamespace(
        function_name=name,
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:ap-northeast-1:123456789012:function:{name}",
        aws_request_id="request",
        get_remaining_time_in_millis=lambda: 1000,
    )
