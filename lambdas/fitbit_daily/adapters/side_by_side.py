"""Requests that only wait for the network wait together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# Requests at the same time: as many as a single day needs.
AT_ONCE = 6


def side_by_side(*asks: Callable[[], Any]) -> list[Any]:
    """The answers, in the order of the questions. Raises the first error in that order; what has not begun is left."""
    with ThreadPoolExecutor(min(AT_ONCE, len(asks))) as pool:
        return list(pool.map(lambda ask: ask(), asks))
