"""What AWS tells EventBridge by itself, made here as AWS documents it: moto tells nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Event = Mapping[str, Any]

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
_EXECUTION = (
    "executionArn",
    "stateMachineArn",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "input",
    "inputDetails",
    "output",
    "outputDetails",
    "error",
    "cause",
    "redriveCount",
    "redriveDate",
    "redriveStatus",
    "redriveStatusReason",
)


def status_change(execution: Mapping[str, Any], now: datetime) -> Event:
    """Of an execution that is over, from what DescribeExecution tells of it: nothing is left out, but may be null.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """
    redrivable = execution["status"] != "SUCCEEDED"
    told = {
        "redriveCount": 0,
        "redriveStatus": "REDRIVABLE" if redrivable else "NOT_REDRIVABLE",
        "redriveStatusReason": None if redrivable else "Execution is SUCCEEDED and cannot be redriven",
        **execution,
    }
    detail = {name: told.get(name) for name in _EXECUTION}
    dates = {name: _milliseconds(detail[name]) for name in ("startDate", "stopDate")}
    arn = str(execution["executionArn"])
    return _event("Step Functions Execution Status Change", "aws.states", arn, now, {**detail, **dates})


def alarm_change(arn: str, *, state: str, before: str, reason: str, now: datetime) -> Event:
    """Of an alarm whose configuration is not known here: its metrics are left out.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    at = now.astimezone(UTC)
    timestamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"
    detail = {
        "alarmName": arn.rpartition(":")[2],
        "configuration": {"metrics": []},
        "previousState": {"value": before, "timestamp": timestamp},
        "state": {"value": state, "reason": reason, "timestamp": timestamp},
    }
    return _event("CloudWatch Alarm State Change", "aws.cloudwatch", arn, now, detail)


def _event(kind: str, source: str, arn: str, now: datetime, detail: Mapping[str, Any]) -> Event:
    _, _, _, region, account, *_ = arn.split(":")
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account,
        "time": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": [arn],
        "detail": detail,
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(1000 * moment.timestamp())
