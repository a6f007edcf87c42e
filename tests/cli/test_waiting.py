"""While an execution waits: which look comes next, of how many, when, and until when; and how to look again."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from cli.moments import Reader
from cli.progress import show_progress
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import STEPS, ExecutionHistory, output

__all__ = ["stack"]

DAY = "2026-11-20"
STARTED = datetime.fromisoformat("2026-11-20T15:10:00Z")
GIVES_UP = "2026-11-21T12:00:00+09:00"


def waiting_twice() -> ExecutionHistory:
    history = ExecutionHistory(STARTED).do(*STEPS[:4])
    for _ in range(2):
        state = {"deadline": "2026-11-21T03:00:00+00:00", "gives_up_at": GIVES_UP, "look_every_seconds": 1800}
        history.enter("Wait", "Wait", wait_seconds=1800, **state)
        history.at += timedelta(seconds=1800)
        history.leave("Wait", kind="Wait").do(*STEPS[1:4])
    return history.do(*STEPS[4:]).succeed(output(DAY))


def shown(history: ExecutionHistory, *, terminal: bool) -> str:
    text = io.StringIO()
    console = Console(file=text, force_terminal=terminal, width=120, color_system=None)
    show_progress(console, Reader().read(history.events))
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text.getvalue())


def test_piped_it_is_a_line_for_each_wait_by_the_clock_of_the_configured_zone() -> None:
    waits = [line.strip() for line in shown(waiting_twice(), terminal=False).splitlines() if "…" in line]
    assert len(waits) == 2
    assert re.fullmatch(r"… Wait +not synced yet; look 2 of \d+ at 00:4\d, until 12:00", waits[0])
    assert re.fullmatch(r"… Wait +not synced yet; look 3 of \d+ at 01:\d\d, until 12:00", waits[1])
    assert waits[0].split(" of ")[1].split()[0] == waits[1].split(" of ")[1].split()[0] == "25"


def test_in_a_terminal_their_sum_is_one_line_that_stays() -> None:
    told = shown(waiting_twice(), terminal=True)
    assert len(re.findall(r"… Wait", told)) == 1 and "not synced yet; looked 3 times" in told


@pytest.mark.parametrize(("words", "day"), [((), "yesterday"), (("--date", DAY), DAY)])
def test_ctrl_c_says_how_to_look_again(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], day: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.commands.run.run_to_its_end", interrupted)
    done = stack.type("run", *words, "--yes")
    assert done.exit_code == 130
    assert f"\nTo see how it goes, type: ./daily status {day}\n" in done.stderr
