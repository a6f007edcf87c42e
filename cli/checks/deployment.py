"""The stack, its settings, its schedule, and the starts that did not arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from zoneinfo import ZoneInfo

from cli.aws import STACK, Deployed
from cli.checks.finding import Finding, bad, good, note
from cli.days import next_start
from cli.settings import differences, settings_of_the_clone
from fitbit_daily import VERSION
from fitbit_daily.clock import utc_now

_HEALTHY = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_CRON = re.compile(r"cron\((\d{1,2}) (\d{1,2}) \* \* \? \*\)")


def stack(deployed: Deployed) -> Iterator[Finding]:
    target = deployed.target
    status = str(target.stack["StackStatus"])
    day = f"{deployed.since.astimezone():%Y-%m-%d}"
    if status.endswith("_IN_PROGRESS"):
        yield bad("Stack", f"is being changed right now ({status})", "Wait a few minutes, then type: ./daily doctor")
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        yield bad("Stack", "the last deployment failed, and the one before it is in use", "make deploy")
    elif status not in _HEALTHY:
        yield bad("Stack", f"{STACK} is in the state {status}", "make deploy")
    else:
        yield _version(deployed, f"in {target.region}, since {day}")


def _version(deployed: Deployed, where: str) -> Finding:
    there = deployed.release.version if deployed.release else "an earlier version"
    if there == VERSION:
        return good("Stack", f"{STACK} {there} {where}")
    return bad("Stack", f"{STACK} {there} {where}; this clone is {VERSION}: see CHANGELOG.md", "make deploy")


def settings(deployed: Deployed) -> Iterator[Finding]:
    """Those that are deployed, against those of this clone."""
    wanted = settings_of_the_clone(utc_now()).as_words()
    # The address has a row of its own.
    del wanted["email"]
    if deployed.release is None:
        yield bad("Settings", "what is deployed does not say its settings: it is an earlier version", "make deploy")
        return
    has = deployed.release.settings
    differing = differences(has, wanted)
    if not differing:
        yield good("Settings", f"{has['source']}, {has['language']}, {has['time_of_day']} in {has['time_zone']}")
    elif deployed.target.is_local:
        yield note("Settings", f"as the local stack was started: {'; '.join(differing)}")
    else:
        yield bad("Settings", f"deployed are others than yours: {'; '.join(differing)}", "make deploy")


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
    count = messages_in(deployed, queue)
    if not count:
        return good(name, "none in the last 14 days")
    starts = "1 start was" if count == 1 else f"{count} starts were"
    return bad(
        name,
        f"{starts} not delivered in the last 14 days",
        f"./daily run --missing; then, to forget them: aws sqs purge-queue --queue-url {queue}",
    )


def messages_in(deployed: Deployed, queue: str) -> int:
    """As many as SQS knows of: its counts are approximate."""
    kinds = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = deployed.target.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=kinds)
    return sum(int(number) for number in told["Attributes"].values())
