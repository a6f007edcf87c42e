"""./daily settings."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from cli.__main__ import daily


def settings(*words: str, exit_code: int = 0) -> Result:
    done = CliRunner().invoke(daily, ["settings", *words], prog_name="./daily")
    assert done.exit_code == exit_code, done.output
    return done


def test_each_setting_is_shown_with_the_default_where_it_differs(own_settings: Path) -> None:
    own_settings.write_text('{"time_zone": "Europe/Berlin", "language": "ja"}')
    rows = {line.split()[0]: line.split()[1:] for line in settings().stdout.splitlines()}
    assert rows["time_zone"] == ["Europe/Berlin", "default:", "Asia/Tokyo"]
    assert rows["language"] == ["ja"] and rows["email"] == ["none"]


def test_a_change_is_written_and_leads_to_make_deploy(own_settings: Path) -> None:
    done = settings("time_zone=Europe/Berlin", "alerts=steps below 6000; hours asleep below 6", "email=me@example.org")
    assert done.stderr.endswith("type: make deploy\n")
    settings("language=en")
    assert json.loads(own_settings.read_text()) == {
        "time_zone": "Europe/Berlin",
        "alerts": "steps below 6000; hours asleep below 6",
        "email": "me@example.org",
        "language": "en",
    }
    settings("--default", "alerts", "--default", "email")
    assert set(json.loads(own_settings.read_text())) == {"time_zone", "language"}


def test_what_cannot_be_is_refused_at_once_and_changes_nothing(own_settings: Path) -> None:
    for word, exit_code, says in [
        ("time_zone=Mars/Base", 1, "Setting 'time_zone' is 'Mars/Base'; allowed is an IANA name"),
        ("timezone=Asia/Tokyo", 1, "no setting of that name"),
        ("alerts=steps below 6000", 1, "none without 'email'"),
        ("time_zone", 2, "is not written as KEY=VALUE"),
        ("=x", 2, "is not written as KEY=VALUE"),
    ]:
        own_settings.write_text('{"language": "en"}')
        assert says in settings("style=compact", word, exit_code=exit_code).stderr
        assert json.loads(own_settings.read_text()) == {"language": "en"}


def test_a_wrong_value_in_the_file_is_mended_by_the_command_that_is_named(own_settings: Path) -> None:
    own_settings.write_text('{"time_zone": "Tokyo"}')
    assert "Type: ./daily settings time_zone=VALUE" in settings(exit_code=1).stderr
    settings("time_zone=Asia/Tokyo")
    settings()
