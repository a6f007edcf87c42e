"""The daily start: EventBridge Scheduler, in the owner's time zone."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from aws_cdk import Duration, TimeZone
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.nag import acknowledge


class DailySchedule(Construct):
    """Starts the workflow once a day with the scheduled time as its input; a start that fails for an hour is kept.

    Scheduler may deliver a start twice: both executions choose the same day, and the ledger lets one of them post.
    """

    def __init__(self, scope: Construct, id: str, *, machine: sfn.StateMachine, at: time, zone: ZoneInfo) -> None:
        super().__init__(scope, id)
        self.undelivered = sqs.Queue(
            self,
            "Undelivered",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        # Of the schedule, whose target cdk-nag does not look at.
        acknowledge(self.undelivered, "SQS3", "It is a dead-letter queue itself: it holds the starts that failed.")
        scheduler.Schedule(
            self,
            "Daily",
            description="fitbit-daily: posts yesterday",
            schedule=every_day(at, zone),
            target=targets.StepFunctionsStartExecution(
                machine,
                input=scheduler.ScheduleTargetInput.from_object(
                    {"scheduled_time": scheduler.ContextAttribute.scheduled_time}
                ),
                dead_letter_queue=self.undelivered,
                max_event_age=Duration.hours(1),
                retry_attempts=10,
            ),
        )


def every_day(at: time, zone: ZoneInfo) -> scheduler.ScheduleExpression:
    return scheduler.ScheduleExpression.cron(minute=str(at.minute), hour=str(at.hour), time_zone=TimeZone.of(zone.key))
