"""./daily backfill: what it waits for, where it can be seen, and what ends it."""

from __future__ import annotations

import io
from unittest.mock import patch

import pytest
from rich.console import Console
from rich.progress import Progress

import cli.commands.backfill
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.errors import AccessTokenExpired, SourceRateLimited
from tests.adapters.fixtures import refusing
from tests.cli.a_year import WEEK_OFF
from tests.cli.filling_in import FEBRUARY, Filled, failing, filled, stack

__all__ = ["filled", "stack"]


def test_a_rate_limit_is_waited_out_in_sight(filled: Filled) -> None:
    filled.before = failing(3, SourceRateLimited("Google wants fewer calls."))
    done = filled.stack.type("backfill", *FEBRUARY)
    assert done.exit_code == 0 and "4 days" in done.stdout
    assert filled.waits == [60, 120, 240]
    assert done.stderr.count("The source wants fewer calls: going on in ") == 3
    assert "The source wants fewer calls: going on in 4 min." in done.stderr


def test_fitbits_rate_limit_is_waited_out_until_the_top_of_the_hour(filled: Filled) -> None:
    filled.stack.environment["SOURCE"] = "fitbit"
    filled.stack.clock.turn(minutes=20)
    filled.before = failing(99, SourceRateLimited("Fitbit wants fewer calls."))

    def until_it_is_enough(seconds: float) -> None:
        filled.waits.append(seconds)
        raise KeyboardInterrupt

    with patch.object(cli.commands.backfill, "sleep", until_it_is_enough):
        assert filled.stack.type("backfill", *FEBRUARY).exit_code == 130
    assert filled.waits == [40 * 60 + 60]


def test_a_source_that_is_down_is_tried_a_few_times(filled: Filled) -> None:
    filled.stack.google.faults.switch_on("health-503")
    done = filled.stack.type("backfill", *FEBRUARY)
    assert done.exit_code == 1 and filled.waits == [5, 20, 60, 180]
    assert "Google Health answered 503." in done.stderr and "Nothing was read." in done.stderr
    assert "./daily backfill --from 2026-02-01 --to 2026-02-04" in done.stderr and "./daily run" not in done.stderr
    filled.stack.google.faults.clear()
    filled.stack.google.faults.switch_on("health-503", times=1)
    filled.stack.daily("backfill", *FEBRUARY)
    assert len(filled.history()) == 4


def test_an_access_token_that_ran_out_is_renewed_without_a_wait(filled: Filled) -> None:
    filled.stack.daily("backfill", *FEBRUARY)
    filled.stack.clock.turn(minutes=30)
    filled.stack.google.tokens.expire_all()
    filled.readings.clear()
    filled.stack.daily("backfill", *FEBRUARY, "--again")
    assert [refused for *_, refused in filled.readings] == [False, True]
    assert filled.waits == []


def test_an_access_token_that_runs_out_again_and_again_ends_it(filled: Filled) -> None:
    filled.before = failing(99, AccessTokenExpired("The access token is no longer accepted."))
    assert "is no longer accepted" in filled.stack.refused("backfill", *FEBRUARY)
    assert len(filled.readings) == 5


def test_what_only_a_person_can_mend_ends_it_with_its_sentence_and_what_was_done(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GoogleHealth, "days_at_once", 2)
    filled.after = lambda number: filled.stack.google.faults.switch_on("health-403-scope")
    said = filled.stack.refused("backfill", *FEBRUARY, "--again")
    assert said.startswith("Google was not allowed to give everything that is needed. ")
    assert said.endswith(
        "every box: ./daily authorize google_health; then: ./daily backfill --from 2026-02-01 --to 2026-02-02 --again\n"
        "In the history now: 2026-02-03, 2026-02-04."
    )
    assert filled.waits == []


def test_a_failure_of_aws_is_waited_for_and_a_login_that_has_expired_is_not(filled: Filled) -> None:
    with refusing("dynamodb.PutItem", "InternalServerError", 500):
        said = filled.stack.refused("backfill", *FEBRUARY)
    assert filled.waits == [5, 20, 60, 180]
    assert "InternalServerError" in said and "To go on, type: ./daily backfill --from 2026-02-01 --to" in said
    filled.waits.clear()
    with refusing("dynamodb.PutItem", "ExpiredTokenException"):
        said = filled.stack.refused("backfill", *FEBRUARY)
    assert filled.waits == [] and "Your AWS session has expired. Log in first." in said
    with refusing("dynamodb.PutItem", "AccessDeniedException"):
        assert "Your AWS login may not do this" in filled.stack.refused("backfill", *FEBRUARY)


def test_in_a_terminal_there_is_a_bar_and_a_wait_is_counted_down(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    terminal = Console(file=shown, force_terminal=True, width=120, color_system=None)
    monkeypatch.setattr(cli.commands.backfill, "Console", lambda **_: terminal)
    # Whatever is set is drawn.
    update = Progress.update
    monkeypatch.setattr(Progress, "update", lambda bar, task, **given: update(bar, task, **given, refresh=True))
    filled.before = failing(1, SourceRateLimited("Google wants fewer calls."))
    done = filled.stack.type("backfill", *FEBRUARY)
    assert done.exit_code == 0 and filled.waits == [1] * 60 and "going on" not in done.stderr
    drawn = shown.getvalue()
    for left in ("1:00", "0:59", "0:01"):
        assert f"The source wants fewer calls: going on in {left} " in drawn
    assert "2026-02-01 to 2026-02-04 " in drawn and "0/4 days" in drawn and "4/4 days" in drawn


def test_piped_it_is_quiet_until_it_is_done(filled: Filled) -> None:
    done = filled.stack.type("backfill", *FEBRUARY)
    assert done.stderr == "Talking to AWS account 123456789012, region eu-central-1.\n"
    assert done.stdout.splitlines()[0] == "From 2026-02-01 to 2026-02-04: 4 days, 3 of them with numbers."
    assert WEEK_OFF[0].isoformat() not in done.stdout
