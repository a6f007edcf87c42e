"""Every fault of the Bluesky simulator: its status, and that nothing was done, or everything."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.base import Dropped, Hanging
from tests.simulators.bluesky_client import Account, told

ANY: tuple[str, ...] = (
    "400",
    "401-taken-down",
    "403-html",
    "403-no-account",
    "403-forbidden",
    "404",
    "408",
    "413",
    "415",
)
ANY += ("429", "429-without-reset", "500", "501", "502", "502-html", "503", "504", "301", "hang", "drop")
ANY += ("200-not-json", "200-list", "200-empty")
TOKENS: tuple[str, ...] = (
    "400-expired-token",
    "400-revoked-token",
    "400-invalid-token",
    "400-token-scope",
    "400-malformed-token",
)
TOKENS += ("401-auth-missing", "401-deactivated", "401-not-this-repo")
OWN = {
    "login": ("401-wrong-password", "401-factor-required"),
    "put": (*TOKENS, "400-invalid-record", "400-invalid-swap", "400-blob-not-found"),
    "read": ("400-not-found",),
    "upload": TOKENS,
}
LOST = {"dropped": None, "hang": None, "500": 500, "502": 502, "502-html": 502, "503": 503, "504": 504, "garbage": 200}
STRUCK = [(prefix, name) for prefix, own in OWN.items() for name in (*ANY, *own)]


def ask(me: Account, prefix: str) -> Any:
    return {"login": me.login, "put": me.put, "read": me.get, "upload": lambda: me.upload(b"x")}[prefix]()


def test_these_are_all_the_faults_and_each_says_what_it_does_in_a_sentence() -> None:
    known = Account().simulator.faults.known
    others = {f"put-accepted-then-{name}" for name in LOST} | {"read-truncated-json"}
    others |= {"upload-accepted-then-dropped", "upload-accepted-then-500"}
    assert set(known) == {f"{prefix}-{name}" for prefix, name in STRUCK} | others
    assert all(fault.says.endswith(".") for fault in known.values())


@pytest.mark.parametrize(("prefix", "name"), STRUCK)
def test_a_fault_has_its_status_and_no_effect_and_strikes_as_often_as_it_is_told(prefix: str, name: str) -> None:
    me = Account()
    me.simulator.faults.switch_on(f"{prefix}-{name}", times=1)
    if name in ("hang", "drop"):
        with pytest.raises((Dropped, Hanging)):
            ask(me, prefix)
    else:
        assert ask(me, prefix).status_code == int(name[:3])
    assert me.texts() == []
    assert ask(me, prefix).status_code == (400 if prefix == "read" else 200)


@pytest.mark.parametrize(("name", "status"), LOST.items())
def test_an_accepted_record_is_there_although_its_answer_is_lost(name: str, status: int | None) -> None:
    me = Account()
    me.simulator.faults.switch_on(f"put-accepted-then-{name}")
    if status is None:
        with pytest.raises((Dropped, Hanging)):
            me.put()
    else:
        assert me.put().status_code == status
    assert me.texts() == ["one"]


@pytest.mark.parametrize("name", LOST)
def test_a_record_that_is_refused_is_refused_even_where_the_answer_would_be_lost(name: str) -> None:
    me = Account()
    me.simulator.faults.switch_on(f"put-accepted-then-{name}")
    assert told(me.put(rkey="no tid"))[1] == "InvalidRequest"
    assert told(me.put(swapRecord="bafyrei"))[1] == "InvalidSwap"
    assert me.texts() == []


def test_too_many_requests_say_until_when_or_do_not() -> None:
    me = Account()
    for name, said in {"429": True, "429-without-reset": False}.items():
        me.simulator.faults.switch_on(f"put-{name}", times=1)
        assert ("RateLimit-Reset" in me.put().headers) is said


def test_a_record_that_is_read_may_be_cut_off() -> None:
    me = Account()
    me.put()
    me.simulator.faults.switch_on("read-truncated-json")
    assert me.get().get_json(silent=True) is None
