"""Limits that AWS names and no judge checks: here, and at the ends of what can be configured."""

from __future__ import annotations

import pytest

from tests.stacks import limits
from tests.stacks.conftest import OWNER, synthesise
from tests.stacks.reading import Template


def beyond(template: Template) -> list[str]:
    return [
        *limits.of_alarms(template),
        *limits.of_schedules(template),
        *limits.of_subscriptions(template),
        *limits.of_dashboards(template),
        *limits.of_states(template.definition()),
    ]


def test_what_is_deployed_lies_beyond_no_limit(template: Template, with_email: Template) -> None:
    assert beyond(template) == []
    assert beyond(with_email) == []


@pytest.mark.parametrize(("time_of_day", "give_up_at"), [("00:00", "23:59"), ("12:00", "11:59"), ("11:59", "12:00")])
def test_at_the_ends_of_what_can_be_configured_neither(time_of_day: str, give_up_at: str) -> None:
    configured = {"time_of_day": time_of_day, "give_up_at": give_up_at, "time_zone": "Pacific/Kiritimati"}
    assert beyond(synthesise({}, email=OWNER, language="en", **configured)) == []
