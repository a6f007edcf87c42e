"""Whole nights, one after the other: what fails in one is mended by another, and nobody has typed a command."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from tests.campaign.__main__ import run_plan
from tests.campaign.faults import known_faults
from tests.campaign.plan import DAY, HOUR, Outage, Plan, draw
from tests.campaign.run import Machine, Outcome

pytestmark = pytest.mark.xdist_group("campaign")

# What is away for everybody, in all its length; where, and how.
AWAY = (
    ("activity", "unplugged"),
    ("sleep", "sleep-503"),
    ("devices", "devices-429"),
    ("token", "token-500"),
    ("post", "unplugged"),
    ("post", "post-503"),
    ("dynamodb.query", "throttled"),
    ("dynamodb.put_item", "failing"),
    ("ssm.get_parameter", "slow"),
    ("secretsmanager.get_secret_value", "throttled"),
    ("lambda.invoke", "Lambda.TooManyRequestsException"),
)


def nights(number: int, *outages: Outage) -> Plan:
    """Nights in Berlin, around the change of its clocks, in which nothing is away but this."""
    return replace(
        draw(1, known_faults("google_health")),
        source="google_health",
        style="classic",
        zone="Europe/Berlin",
        time_of_day="00:10",
        give_up_at="12:00",
        catch_up_days=3,
        look_every_minutes=240,
        first_day=date(2026, 3, 24),
        nights=number,
        tells_last_sync=True,
        looks_unsynced=0,
        in_step=False,
        schedule=outages,
    )


def errors(outcome: Outcome) -> list[str]:
    return [ran.error for ran in outcome.executions if ran.status != "SUCCEEDED"]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [0, 1])
def test_ten_nights_of_outages_of_any_length_end_with_every_day_posted_once(machine: Machine, seed: int) -> None:
    rng = random.Random(f"ten nights {seed}")
    outages, night = [], 1
    while night < 10:
        # At most three nights in a row, from a little before the first to some time after the last one's deadline.
        bad = min(rng.randint(1, 3), 10 - night)
        lasts = (bad - 1) * DAY + rng.randrange(2 * HOUR, 23 * HOUR)
        where, fault = rng.choice(AWAY)
        outages.append(Outage(where, night * DAY - HOUR, lasts, fault))
        night += bad + 1
    outcome = run_plan(machine, "", nights(10, *outages))
    assert outcome.violations == []
    assert outcome.left_to_the_owner == []
    assert outcome.nights["catch-ups that ended well"] > 0


def test_an_outage_and_a_refusal_of_one_night_are_mended_by_the_next_good_one(machine: Machine) -> None:
    outage = Outage("activity", DAY - HOUR, 14 * HOUR, "unplugged")
    refusal = Outage("activity", 2 * DAY - HOUR, 2 * HOUR, "rollup-403-permission")
    outcome = run_plan(machine, "", nights(3, outage, refusal))
    assert outcome.violations == []
    assert outcome.left_to_the_owner == []
    assert len(errors(outcome)) >= 2 and "SourceUnavailable" in errors(outcome)


@pytest.mark.parametrize(("fault", "error"), [("rollup-503", "SourceUnavailable"), ("rollup-429", "SourceRateLimited")])
def test_a_source_that_stays_away_ends_the_execution_under_its_own_name_within_a_day(
    machine: Machine, fault: str, error: str
) -> None:
    outcome = run_plan(machine, "", nights(1, Outage("activity", 0, DAY - 2 * HOUR, fault)))
    first = outcome.executions[0]
    assert (first.status, first.error) == ("FAILED", error)
    assert (first.ended - first.began).total_seconds() < DAY
    assert outcome.violations == []
