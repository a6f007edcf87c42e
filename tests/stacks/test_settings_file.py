"""Where a setting's value comes from: the command, else the person's file, else cdk.json."""

from __future__ import annotations

import json
import os
from pathlib import Path

import aws_cdk as cdk
import pytest

from stacks.settings_file import (
    FILE,
    SettingsFileError,
    in_force,
    read_context,
    read_own,
    settings_of_the_clone,
    write_own,
)
from tests.stacks.conftest import NO_BUNDLING, ROOT, TODAY, run_app, synthesise


def through_cdk(**of_this_command: str) -> dict[str, object]:
    """The context as the app gets it from CDK's command line."""
    return dict(cdk.App(context=read_context() | of_this_command).node.get_all_context())


def test_the_command_counts_before_the_person_and_the_person_before_the_default() -> None:
    own = {"language": "en", "style": "compact"}
    assert in_force(through_cdk(), own)["language"] == "en"
    # Even where it says what the default says.
    assert in_force(through_cdk(language="ja"), own)["language"] == "ja"
    assert in_force(through_cdk(), own)["style"] == "compact"
    assert in_force(through_cdk(), {})["style"] == "classic"


def test_a_cdk_json_that_was_edited_before_there_was_a_file_still_counts() -> None:
    assert in_force(through_cdk() | {"email": "me@example.org"}, {})["email"] == "me@example.org"


def test_what_is_written_is_read_again(own_settings: Path) -> None:
    assert read_own() == {}
    write_own({"time_zone": "Europe/Berlin", "email": "me@example.org"})
    settings = settings_of_the_clone(TODAY)
    assert (settings.time_zone.key, settings.email, settings.language) == ("Europe/Berlin", "me@example.org", "ja")


@pytest.mark.parametrize(("text", "says"), [("{", "cannot be read"), ("[1]", "not a JSON object"), ("", "cannot be")])
def test_a_file_that_is_none_is_one_sentence(own_settings: Path, text: str, says: str) -> None:
    own_settings.write_text(text)
    with pytest.raises(SettingsFileError) as refused:
        read_own()
    assert str(refused.value).startswith("settings.json ") and says in str(refused.value)


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"time_zone": "Mars/Base"}, "fitbit-daily: setting 'time_zone' is 'Mars/Base'; allowed is an IANA name"),
        ([], "fitbit-daily: settings.json"),
    ],
)
def test_synth_takes_the_file_and_ends_with_its_fault(
    own_settings: Path, tmp_path: Path, own: object, says: str
) -> None:
    own_settings.write_text(json.dumps(own))
    ended = run_app(read_context() | NO_BUNDLING, tmp_path, environ=dict(os.environ))
    assert ended.returncode == 1 and ended.stderr.startswith(says) and len(ended.stderr.splitlines()) == 1


def test_git_leaves_the_file_alone() -> None:
    assert "/settings.json" in (ROOT / ".gitignore").read_text().splitlines()
    assert FILE in os.environ


def test_the_stack_says_its_version_and_its_settings() -> None:
    noted = synthesise({}, email="me@example.org", alerts="steps below 6000;  hours asleep below 6").plain["Metadata"][
        "fitbit-daily"
    ]
    assert noted["version"].count(".") == 2
    assert noted["settings"]["email"] == "me@example.org"
    # Handed back as they are typed, they are the same settings.
    assert noted["settings"] == settings_of_the_clone(TODAY, **noted["settings"]).as_words()
