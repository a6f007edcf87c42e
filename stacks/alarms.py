"""The alarms that the notices are made of: nothing comes of it, a start was not delivered, AWS throttles.

They have no actions: their changes reach the function Notify, which knows what was told already, and the language.
"""

from __future__ import annotations

from datetime import time, timedelta

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from fitbit_daily.metrics import DAYS_SETTLED, NAMESPACE

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_SLACK = timedelta(hours=2)
_FIVE_MINUTES = Duration.minutes(5)


def longest_silence(*, time_of_day: time, give_up_at: time) -> timedelta:
    """How long nothing may be settled by a program that is well: one day at once, the next one at its time to give up.

    And two hours more, of which one is for the clock that is set back.
    """
    waits = timedelta(hours=give_up_at.hour, minutes=give_up_at.minute)
    waits -= timedelta(hours=time_of_day.hour, minutes=time_of_day.minute)
    return _DAY + waits % _DAY + _SLACK


class Alarms(Construct):
    """`silence`, `undelivered` and `throttled` are the alarms' names; `arns` are theirs."""

    def __init__(
        self, scope: Construct, id: str, *, machine: sfn.StateMachine, undelivered: sqs.Queue, silence: timedelta
    ) -> None:
        """undelivered: the schedule's dead-letter queue. silence: how long without a settled day is too long."""
        super().__init__(scope, id)
        stack = Stack.of(self)
        names = (f"{stack.stack_name}-{name}" for name in ("silence", "undelivered", "throttled"))
        self.silence, self.undelivered, self.throttled = names
        self.arns = [alarm_arn(stack, name) for name in (self.silence, self.undelivered, self.throttled)]
        self._silence(-(-silence // _HOUR))
        _alarm_above_zero(
            self,
            "Undelivered",
            name=self.undelivered,
            description="EventBridge Scheduler could not start fitbit-daily.",
            # Not those that lie in the queue: these would hold the alarm for 14 days, and hide the next one.
            metric=undelivered.metric_number_of_messages_sent(period=_FIVE_MINUTES, statistic=cloudwatch.Stats.SUM),
            # The metrics of a queue that was idle may come up to 15 minutes late, when their period is past.
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
            periods=6,
        )
        self._throttled(machine)

    def _silence(self, hours: int) -> None:
        """In ALARM when none of the last hours, the present one included, has settled a day."""
        settled = cloudwatch.Metric(
            namespace=NAMESPACE, metric_name=DAYS_SETTLED, statistic=cloudwatch.Stats.SUM, period=Duration.hours(1)
        )
        cloudwatch.Alarm(
            self,
            "Silence",
            alarm_name=self.silence,
            alarm_description=f"For {hours} hours fitbit-daily has settled no day.",
            # Most hours have no data. CloudWatch looks further back than asked where data are missing, and one old
            # point would hold the alarm off for longer; filled up, there is nothing to look back for.
            # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
            metric=cloudwatch.MathExpression(
                expression="FILL(settled, 0)",
                using_metrics={"settled": settled},
                label="days settled",
                period=Duration.hours(1),
            ),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=hours,
            datapoints_to_alarm=hours,
            # Where there is no point at all, nothing can be filled.
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )

    def _throttled(self, machine: sfn.StateMachine) -> None:
        """https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html"""
        _alarm_above_zero(
            self,
            "Throttled",
            name=self.throttled,
            description="AWS throttles the executions of fitbit-daily.",
            metric=machine.metric_throttled(period=_FIVE_MINUTES, statistic=cloudwatch.Stats.SUM),
        )


def alarm_arn(stack: Stack, name: str) -> str:
    """Put together from the name: the local stack has no alarms that could be referred to."""
    return stack.format_arn(
        service="cloudwatch", resource="alarm", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )


def alarm_on_messages(scope: Construct, id: str, *, queue: sqs.Queue, name: str, description: str) -> cloudwatch.Alarm:
    """In ALARM while a dead-letter queue holds a message.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    """
    visible = queue.metric_approximate_number_of_messages_visible(
        period=_FIVE_MINUTES, statistic=cloudwatch.Stats.MAXIMUM
    )
    return _alarm_above_zero(scope, id, name=name, description=description, metric=visible)


def _alarm_above_zero(
    scope: Construct, id: str, *, name: str, description: str, metric: cloudwatch.IMetric, periods: int = 1
) -> cloudwatch.Alarm:
    """In ALARM when the metric was above zero in any of its last periods. Nothing at all is well."""
    return cloudwatch.Alarm(
        scope,
        id,
        alarm_name=name,
        alarm_description=description,
        metric=metric,
        threshold=0,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=periods,
        datapoints_to_alarm=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
