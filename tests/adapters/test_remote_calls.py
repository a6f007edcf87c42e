"""Every request to a remote API is counted: once, whatever becomes of it, and from threads side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from fitbit_daily.adapters import remote_calls
from fitbit_daily.adapters.http import HttpSession
from fitbit_daily.adapters.remote_calls import RemoteCalls
from tests.adapters.fixtures import canned
from tests.wsgi import connected

PUBLIC = "https://api.example.com"


def test_what_was_taken_is_not_counted_again() -> None:
    calls = RemoteCalls()
    for _ in range(3):
        calls.add()
    assert (calls.take(), calls.take()) == (3, 0)


def test_calls_side_by_side_are_all_counted() -> None:
    calls = RemoteCalls()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(2000):
            pool.submit(calls.add)
    assert calls.take() == 2000


def test_a_request_counts_whether_it_is_answered_or_never_connects() -> None:
    remote_calls.made.take()
    with connected({PUBLIC: canned({})}) as wire:
        session = HttpSession("NO_SUCH_VARIABLE", PUBLIC)
        session.get(PUBLIC)
        session.post(PUBLIC)
        wire.unplugged.add(PUBLIC)
        with pytest.raises(requests.ConnectionError):
            session.get(PUBLIC)
        assert remote_calls.made.take() == len(wire.exchanges) == 3
