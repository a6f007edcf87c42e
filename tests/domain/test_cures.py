"""Every way in which an execution can end badly has a cure, in both languages, made of commands that exist."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from fitbit_daily.adapters.sources import SOURCES
from fitbit_daily.domain import cure_words_en, cure_words_ja
from fitbit_daily.domain.cures import NOT_STARTED, SERVICES, UNSYNCED, WEEK_WAITS, Cure, cure, known_as
from fitbit_daily.domain.posts import LANGUAGES
from fitbit_daily.errors import (
    INTERRUPTIONS,
    Bug,
    Message,
    NeedsPerson,
    StepError,
    XKeysRefused,
    XSpendCapReached,
    all_errors,
)
from tests.docs.test_commands import commands_in, what_is_wrong

ROOT = Path(__file__).parent.parent.parent
NAMES = [error.__name__ for error in all_errors()]
# The statuses of executions that failed without an error; and days without a failed execution.
WITHOUT_EXCEPTION = ["TIMED_OUT", "ABORTED", NOT_STARTED, UNSYNCED, WEEK_WAITS]
OTHERS = ["States.Runtime", "States.DataLimitExceeded", "Runtime.ImportModuleError", "KeyError", ""]
DESTINATIONS = ("x", "bluesky", "line")
EVERY = [*NAMES, *INTERRUPTIONS, *WITHOUT_EXCEPTION, *OTHERS]
DAY = "2026-02-01"


def found(error: str, language: str = "en", source: str | None = "google_health", **facts: str) -> Cure:
    return cure(error, language=language, source=source, date=DAY, facts={"kind": "sleep"} | facts)


def test_the_catalogue_has_every_error_every_interruption_and_nothing_that_there_is_not() -> None:
    assert [name for name in [*NAMES, *INTERRUPTIONS, *WITHOUT_EXCEPTION] if known_as(name) != name] == []
    assert {known_as(name) for name in OTHERS} == {"(definition)", "(any other)"}
    assert set(cure_words_en.WORDS) == set(cure_words_ja.WORDS)
    unsaid = {"(interrupted)", "(definition)", "(any other)"}
    assert set(cure_words_en.WORDS) - unsaid == {*NAMES, *WITHOUT_EXCEPTION}
    assert set(cure_words_en.FACTS) == set(cure_words_ja.FACTS)
    assert set(cure_words_en.HINTS) == set(cure_words_ja.HINTS) <= {(n, s) for n in NAMES for s in SERVICES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", EVERY)
def test_every_name_has_a_cure_of_one_sentence_and_commands_that_can_be_typed(error: str, language: str) -> None:
    for source in (*SOURCES, None):
        known = found(error, language, source)
        assert_said_in(language, known.what)
        assert known.what.endswith("。" if language == "ja" else ".") and "{" not in known.what + known.advice
        assert (known.advice.endswith(":") or ": http" in known.advice) or not known.commands
        assert not known.advice.endswith(":") or known.commands
        if source:
            assert [typed for typed in known.commands if not can_be_typed(typed)] == []


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_told_in_words_of_its_own(language: str) -> None:
    names = (*NAMES, *WITHOUT_EXCEPTION, "Lambda.Unknown", "States.Runtime", "KeyError")
    said = [found(error, language).what for error in names]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_lead_to_the_same_pages(language: str) -> None:
    pages = re.compile(r"https?://[\w./-]+\w")
    for error in EVERY:
        for source, destination in product(SOURCES, DESTINATIONS):
            in_english = pages.findall(found(error, "en", source, destination=destination).advice)
            assert pages.findall(found(error, language, source, destination=destination).advice) == in_english


def test_every_source_and_destination_has_a_name() -> None:
    assert set(SERVICES) == {*SOURCES, *DESTINATIONS}


def test_the_source_that_the_error_names_counts_more_than_the_configured_one() -> None:
    assert found("AuthorizationLost", source="google_health").commands == ("./daily authorize google_health",)
    fitbit = found("AuthorizationLost", source="fitbit")
    assert fitbit.commands == ("./daily authorize fitbit",) and "Fitbit no longer accepts" in fitbit.what
    assert "works only once" in fitbit.advice and "Testing" not in fitbit.advice
    assert "Testing" in found("AuthorizationLost").advice


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("destination", DESTINATIONS)
def test_what_a_destination_did_is_told_with_its_name_and_cured_there(destination: str, language: str) -> None:
    told = [found(error, language, destination=destination) for error in NAMES]
    assert not [each.what for each in told if "destination" in each.what.lower() or "投稿先" in each.what]
    refused = found("DestinationKeysRefused", language, destination=destination)
    assert SERVICES[destination] in refused.what and refused.commands == (f"./daily authorize {destination}",)


def test_where_keys_of_a_destination_are_made_is_told_for_that_destination_only() -> None:
    pages = {"bluesky": "https://bsky.app/settings/app-passwords", "line": "https://developers.line.biz/console/"}
    for destination in pages:
        advice = found("DestinationKeysRefused", destination=destination).advice
        assert [of for of, page in pages.items() if page in advice] == [destination]


# Who cures it


def test_who_must_cure_an_error_follows_from_its_sort() -> None:
    """But where X refused the keys again and again, and where a later night begins anew."""
    for error in all_errors():
        needed = issubclass(error, NeedsPerson | XKeysRefused) and error.__name__ != "StateFromAnotherVersion"
        assert found(error.__name__).needs_person is needed, error
        assert not issubclass(error, Bug) or "report it" in found(error.__name__).advice
    assert not any(found(error).needs_person for error in (*INTERRUPTIONS, *WITHOUT_EXCEPTION))
    assert all(found(error).needs_person for error in OTHERS), "what nobody knows"


def test_a_redrive_is_not_offered_where_it_cannot_help() -> None:
    assert {error for error in EVERY if not found(error).redrive} == {
        "InvalidInput",
        "StateFromAnotherVersion",
        # The execution keeps its old definition and its old text.
        "SourceSwitchedOff",
        "PostRejected",
        "DuplicateOnTimeline",
        "RetryKeyExpired",
        "SourceRefusedRequest",
        "UnexpectedError",
        # There is no execution that failed.
        NOT_STARTED,
        UNSYNCED,
        WEEK_WAITS,
        "States.Runtime",
        "States.DataLimitExceeded",
    }


# What an error tells


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fact_that_the_error_tells_is_shown(language: str) -> None:
    error = XSpendCapReached("The cap is reached.", reset_date="2026-12-14")
    known = cure("XSpendCapReached", language=language, facts=Message.parse(str(error)).facts)
    assert "2026-12-14" in known.what and "{" not in known.what
    assert "2026" not in cure("XSpendCapReached", language=language).what


def test_words_of_what_is_no_error_of_ours_are_not_told_they_may_quote_anything() -> None:
    assert not any(found(error).own_words for error in (*INTERRUPTIONS, *WITHOUT_EXCEPTION, *OTHERS))


def test_an_error_with_a_cure_of_its_own_is_not_told_in_words_that_quote_a_server() -> None:
    telling = {name for name in NAMES if found(name).own_words}
    assert {"AuthorizationLost", "PostRejected", "UnexpectedError", "SourceUnavailable"} <= telling
    own = {"XOutOfCredits", "XSpendCapReached", "XUsageCapped", "XKeysReadOnly", "XKeysRefused", "ApiNotEnabled"}
    own |= {"ScopeNotGranted", "AccountNotLinked", "CloudProjectSuspended", "CloudProjectBilling"}
    assert not telling & (own | {"StateFromAnotherVersion", "DuplicateOnTimeline", "CredentialsOfAnotherSource"})


# In one line


def test_in_one_line_the_command_that_posts_the_day_comes_last() -> None:
    then = "./daily run --date 2026-02-01"
    assert found("AccountNotLinked").in_one_line(then).endswith(": ./daily authorize google_health; then: " + then)
    assert found("XOutOfCredits").in_one_line(then).endswith("X's developer console. Then type: " + then)
    assert (
        found("DuplicateOnTimeline")
        .in_one_line(then)
        .endswith("--posted ID; or: ./daily settle 2026-02-01 sleep --not-posted; then: " + then)
    )


@pytest.mark.parametrize("error", ["SourceUnavailable", "PostOutcomeUnknown", "UnexpectedError", "Lambda.Unknown"])
def test_what_passes_is_said_to_be_tried_again_by_itself(error: str) -> None:
    line = found(error).in_one_line("./daily run --date 2026-02-01")
    assert "A recent day is tried again by itself; sooner, type: ./daily run --date 2026-02-01" in line


@pytest.mark.parametrize("error", ["AccessTokenExpired", "LookAgain", "InvalidInput"])
def test_where_there_is_no_day_to_post_no_command_says_so(error: str) -> None:
    assert "--date" not in found(error).in_one_line("./daily run --date 2026-02-01")


def test_without_a_command_at_its_end_only_the_cure_is_left() -> None:
    assert found("ScopeNotGranted").in_one_line().endswith("every box: ./daily authorize google_health")
    assert found("SourceUnavailable").in_one_line() == ""


# The documents

TABLES = {"en": "docs/operations.md", "ja": "docs/operations.ja.md"}


def rows(language: str) -> list[str]:
    """What the table in the operations guide has: by name, what happened, and whether it passes."""
    passes = {"en": "tried again by itself", "ja": "自動的に再試行"}[language]
    needs = {"en": "needs you", "ja": "対応が必要"}[language]
    return [
        f"| `{name}` | {known.what} | {needs if known.needs_person else passes} |"
        for name in NAMES
        for known in [cure(name, language=language)]
        # The workflow itself goes on after these.
        if name not in ("AccessTokenExpired", "LookAgain")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_operations_guide_has_the_table_that_the_catalogue_makes(language: str) -> None:
    lines = (ROOT / TABLES[language]).read_text(encoding="utf-8").splitlines()
    names = {error.__name__ for error in StepError.__subclasses__()} | set(NAMES)
    there = [line for line in lines if (match := re.match(r"\| `(\w+)`", line)) and match[1] in names]
    assert there == rows(language)
