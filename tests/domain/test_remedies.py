"""Every way in which an execution can end badly has a remedy, in both languages, made of commands that exist."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fitbit_daily.domain.remedies import BROKEN_OFF, SERVICES, Remedy, remedy_for

from fitbit_daily.adapters.sources import SOURCES
from fitbit_daily.domain import remedies
from fitbit_daily.domain.posts import KINDS, LANGUAGES
from fitbit_daily.errors import PostOutcomeUnknown, all_errors
from stacks.step import INTERRUPTIONS
from tests.cli.test_commands_exist import commands_in, what_is_wrong

ROOT = Path(__file__).parent.parent.parent
NAMES = [error.__name__ for error in all_errors()]
STATUSES = ["TIMED_OUT", "ABORTED"]
OTHERS = ["States.Runtime", "States.DataLimitExceeded", "Runtime.ImportModuleError", "KeyError", ""]
DAY = date(2026, 2, 1)


def remedy(error: str, language: str = "en", **more: Any) -> Remedy:
    given: dict[str, Any] = {"step": "Refresh token", "source": "google_health", "day": DAY, "sentence": ""}
    return remedy_for(error, language=language, **(given | more))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", [*NAMES, *INTERRUPTIONS, *STATUSES, *OTHERS])
def test_every_name_has_a_remedy_of_one_sentence_and_commands_that_can_be_typed(error: str, language: str) -> None:
    for step in ("Choose date", "Fetch sleep", "Tweet"):
        for source in SOURCES:
            found = remedy(error, language, step=step, source=source)
            assert_said_in(language, found.what)
            assert found.what.endswith("。" if language == "ja" else ".") and "{" not in found.what + found.advice
            assert bool(found.commands) <= bool(found.advice)
            assert [typed for typed in found.commands if not can_be_typed(typed)] == []


def assert_said_in(language: str, sentence: str) -> None:
    assert bool(re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", sentence)) is (language == "ja")


def can_be_typed(command: str) -> bool:
    program, *words = command.split()
    if program == "make":
        return re.search(rf"^{words[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE) is not None
    if program == "./daily":
        (named,) = commands_in(command, "here")
        return what_is_wrong(named) is None
    return command == "git pull"


def test_that_a_command_cannot_be_typed_is_seen() -> None:
    assert can_be_typed("make deploy") and can_be_typed("./daily run --date 2026-02-01")
    for wrong in ("make nothing", "./daily runs", "./daily settle --posted", "rm -r ."):
        assert not can_be_typed(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_and_every_status_is_told_in_words_of_its_own(language: str) -> None:
    said = [
        remedy(error, language).what for error in (*NAMES, *STATUSES, "Lambda.Unknown", "States.Runtime", "KeyError")
    ]
    assert len(set(said)) == len(said)


def test_what_ends_an_invocation_without_our_code_is_what_the_stack_has_tried_again() -> None:
    assert set(BROKEN_OFF) == set(INTERRUPTIONS)


def test_every_source_has_a_name() -> None:
    assert set(SERVICES) == {*SOURCES, "x"}


# By step and source


@pytest.mark.parametrize("error", ["AuthorizationLost", "AccessNotGranted", "SecretNotFilledIn"])
@pytest.mark.parametrize(
    ("step", "source", "what", "name"),
    [
        ("Refresh token", "google_health", "google_health", "Google Health"),
        ("Fetch sleep", "fitbit", "fitbit", "Fitbit"),
        ("Tweet", "google_health", "x", "X"),
    ],
)
def test_what_is_to_be_authorised_depends_on_the_step(error: str, step: str, source: str, what: str, name: str) -> None:
    for language in LANGUAGES:
        found = remedy(error, language, step=step, source=source)
        assert found.commands == (f"./daily authorize {what}",)
        assert name in found.what


def test_an_unknown_outcome_is_settled_for_the_post_that_the_error_names() -> None:
    error = PostOutcomeUnknown("X answered 503: the post may exist.")
    error.date, error.kind = "2026-02-01", "sleep"
    found = remedy("PostOutcomeUnknown", step="Tweet", sentence=str(error))
    assert found.commands == (
        "./daily settle 2026-02-01 sleep --posted ID",
        "./daily settle 2026-02-01 sleep --not-posted",
    )


@pytest.mark.parametrize("sentence", ["", "X answered.", "./daily settle 2026-02-01 rm --posted", "./daily settle"])
def test_where_the_error_names_no_post_that_there_is_each_can_be_settled(sentence: str) -> None:
    found = remedy("PostOutcomeUnknown", step="Tweet", sentence=sentence)
    assert len(found.commands) == 2 * len(KINDS)
    assert {command.split()[3] for command in found.commands} == set(KINDS)


def test_a_redrive_is_not_offered_where_it_cannot_help() -> None:
    without = {error for error in (*NAMES, *INTERRUPTIONS, *STATUSES, *OTHERS) if not remedy(error).redrive}
    assert without == {
        "InvalidInput",
        "StateFromAnotherVersion",
        # The execution keeps its old definition and its old text.
        "SourceSwitchedOff",
        "PostRejected",
        "SourceRefusedRequest",
        "UnexpectedError",
        "States.Runtime",
        "States.DataLimitExceeded",
    }


# The error's own words


@pytest.mark.parametrize("error", all_errors())
def test_of_an_errors_own_words_what_to_type_is_left_out(error: type) -> None:
    raised = error("It happened so.")
    raised.date, raised.kind = "2026-02-01", "sleep"
    said = remedy(error.__name__, sentence=str(raised)).detail
    assert said in ("", "It happened so.")
    asked = remedy(
        error.__name__, sentence="It happened so. Link it. Type: ./daily authorize x, then: ./daily run"
    ).detail
    assert asked in ("", "It happened so. Link it.")


@pytest.mark.parametrize("error", [*INTERRUPTIONS, *STATUSES, *OTHERS])
def test_words_of_what_is_no_error_of_ours_are_not_told_they_may_quote_anything(error: str) -> None:
    assert remedy(error, sentence="CANARY").detail == ""


def test_the_words_of_most_errors_add_something_and_are_cut_where_they_have_no_end() -> None:
    telling = {name for name in NAMES if remedy(name, sentence="It happened.").detail}
    assert {"AuthorizationLost", "PostRejected", "UnexpectedError", "SourceUnavailable"} <= telling
    assert "StateFromAnotherVersion" not in telling and telling <= set(NAMES)
    long = remedy("PostRejected", sentence="X refuses\nthe post: " + "very " * 1000).detail
    assert long.startswith("X refuses the post: very") and long.endswith(" …") and len(long) <= remedies.MOST_WORDS
