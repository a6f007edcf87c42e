"""What faults of several simulators are made of: how they strike, and answers that are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from flask import Response

from local.simulators.base import Dropped, Hanging

Truth = Callable[[], Response]
Strike = Callable[[Truth], Response]


def instead(make: Truth) -> Strike:
    return lambda truth: make()


def after_the_truth(make: Truth) -> Strike:
    """Only what the truth accepts loses its answer; a refusal stays one."""

    def strike(truth: Truth) -> Response:
        answer = truth()
        return make() if answer.status_code < 400 else answer

    return strike


def truncated(truth: Truth) -> Response:
    whole = truth()
    return Response(whole.get_data()[:-9], whole.status_code, content_type=whole.content_type)


def drop() -> NoReturn:
    raise Dropped


def hang() -> NoReturn:
    raise Hanging


def not_json(status: int = 200) -> Response:
    return Response("OK, but this is not JSON", status, content_type="application/json; charset=utf-8")


def web_page(status: int) -> Response:
    """What a gateway or a firewall on the way says."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
    return Response(page, status, content_type="text/html; charset=UTF-8")


def redirect(to: str) -> Response:
    return Response(status=301, headers={"Location": to})
