"""The schedule: whether it is on, when it next starts the workflow, and the starts that did not arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from zoneinfo import ZoneInfo

from cli.aws import Deployed
from cli.checks.finding import Finding, bad, good, note
from cli.days import next_start
from fitbit_daily.clock import utc_now

NAMES = ("Schedule", "Undelivered starts")

_CRON = re.compile(r"cron\((\d{1,2}) (\d{1,2}) \* \* \? \*\)")


def schedule(deployed: Deployed) -> Iterator[Finding]:
    """Whether it is on, and when it next starts the workflow; then what it could not deliver."""
    yield note("Schedule", "there is none on the local stack") if deployed.target.is_local else _schedule(deployed)
    yield _undelivered(deployed)


def _schedule(deployed: Deployed) -> Finding:
    name = deployed.resource("AWS::Scheduler::Schedule", "Schedule/Daily")
    if name is None:
        return bad("Schedule", "the stack has none", "make deploy")
    told = deployed.target.client("scheduler").get_schedule(Name=name)
    if told.get("State") == "DISABLED":
        region = deployed.target.region
        page = f"https://{region}.console.aws.amazon.com/scheduler/home?region={region}#schedules/default/{name}"
        return bad("Schedule", "is switched off: nothing is posted by itself", f"Switch it on at {page}")
    found = _CRON.fullmatch(told["ScheduleExpression"])
    zone = ZoneInfo(told.get("ScheduleExpressionTimezone", "UTC"))
    if found is None:
        return note("Schedule", f"on: {told['ScheduleExpression']} in {zone.key}")
    at = next_start(time(int(found[2]), int(found[1])), zone, utc_now())
    return good("Schedule", f"on; next {at:%a %Y-%m-%d %H:%M} in {zone.key}")


def _undelivered(deployed: Deployed) -> Finding:
    name, queue = "Undelivered starts", deployed.resource("AWS::SQS::Queue", "Schedule/Undelivered")
    if queue is None:
        return bad(name, "the stack has no queue for them", "make deploy")
    count = deployed.messages_in(queue)
    if not count:
        return good(name, "none in the last 14 days")
    starts = "1 start was" if count == 1 else f"{count} starts were"
    return bad(
        name,
        f"{starts} not delivered in the last 14 days",
        f"./daily run --missing; then, to forget them: aws sqs purge-queue --queue-url {queue}",
    )
