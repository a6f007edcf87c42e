"""The dashboard: how the days were, in the language of the posts, and how the workflow is, in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from fitbit_daily.environment import WidgetEnvironment
from fitbit_daily.metrics import DAYS_SETTLED, NAMESPACE
from stacks.function import Function, Functions
from stacks.settings import Settings

WEEKS = 6

_DAY = Duration.days(1)
_WIDTH, _HEIGHT = 24, 6

_SUM = cloudwatch.Stats.SUM

_PALE, _GOOD, _BAD, _LATE = "#9ecae1", "#2ca02c", "#d62728", "#ff7f0e"


class Dashboard(Construct):
    """The days, drawn by `widget`; of the workflow six weeks with a point for each day, from AWS's own metrics.

    Up to 50 metrics are free: a test counts them.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        functions: Functions,
        settings: Settings,
        history: dynamodb.ITable,
        machine: sfn.StateMachine,
        steps: Mapping[str, Function],
        alarms: Sequence[str],
    ) -> None:
        """alarms: their ARNs."""
        super().__init__(scope, id)
        # The browser of whoever looks invokes it, with that person's own rights.
        self.widget = functions.make(
            self,
            "Widget",
            name="Widget",
            environment=WidgetEnvironment.of(settings, history_table=history.table_name).variables(),
            timeout=Duration.seconds(30),
        )
        # Dashboards belong to an account, not to a region: a second region needs a second name.
        name = f"{Stack.of(self).stack_name}-{Aws.REGION}"
        dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=name,
            default_interval=Duration.days(7 * WEEKS),
            period_override=cloudwatch.PeriodOverride.INHERIT,
        )
        dashboard.add_widgets(_days(self.widget))
        dashboard.add_widgets(_outcomes(machine), _executions(machine))
        dashboard.add_widgets(_durations(steps), _failed_attempts(steps))
        if alarms:
            shown = [cloudwatch.Alarm.from_alarm_arn(self, f"Alarm{n}", arn) for n, arn in enumerate(alarms)]
            dashboard.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=shown, width=_WIDTH, height=3))
        console = f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region={Aws.REGION}"
        page = CfnOutput(self, "Page", value=f"{console}#dashboards/dashboard/{name}")
        page.override_logical_id("DashboardPage")


def _days(widget: Function) -> cloudwatch.IWidget:
    """The widget has buttons for its ranges: the dashboard's time range says nothing to it."""
    return cloudwatch.CustomWidget(
        title="The days at a glance",
        function_arn=widget.function.function_arn,
        update_on_refresh=True,
        update_on_resize=True,
        update_on_time_range_change=False,
        width=_WIDTH,
        height=12,
    )


def _outcomes(machine: sfn.StateMachine) -> cloudwatch.IWidget:
    return _graph(
        "Outcomes by day",
        cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=DAYS_SETTLED,
            label="Executions that settled a day",
            color=_GOOD,
            period=_DAY,
            statistic=_SUM,
        ),
        machine.metric_failed(label="Executions failed", color=_BAD, period=_DAY, statistic=_SUM),
        stacked=True,
    )


def _executions(machine: sfn.StateMachine) -> cloudwatch.IWidget:
    """https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html"""
    return _graph(
        "Executions",
        machine.metric_started(label="Started", color=_PALE, period=_DAY, statistic=_SUM),
        machine.metric_succeeded(label="Succeeded", color=_GOOD, period=_DAY, statistic=_SUM),
        machine.metric_failed(label="Failed", color=_BAD, period=_DAY, statistic=_SUM),
        machine.metric_timed_out(label="Timed out", color="#8c564b", period=_DAY, statistic=_SUM),
        machine.metric_aborted(label="Aborted", color="#7f7f7f", period=_DAY, statistic=_SUM),
        machine.metric_throttled(label="Throttled", color=_LATE, period=_DAY, statistic=_SUM),
    )


def _durations(steps: Mapping[str, Function]) -> cloudwatch.IWidget:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    return _graph(
        "How long each step takes, in milliseconds",
        *(
            step.function.metric_duration(label=name, period=_DAY, statistic=cloudwatch.Stats.AVERAGE)
            for name, step in steps.items()
        ),
    )


def _failed_attempts(steps: Mapping[str, Function]) -> cloudwatch.IWidget:
    """AWS counts no retries, but the attempts that they follow: as the state machine sees them, throttling included.

    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    """
    return _graph(
        "Failed attempts: each is retried, or ends the execution",
        *(
            cloudwatch.Metric(
                namespace="AWS/States",
                metric_name="LambdaFunctionsFailed",
                dimensions_map={"LambdaFunctionArn": step.function.function_arn},
                label=name,
                period=_DAY,
                statistic=_SUM,
            )
            for name, step in steps.items()
        ),
        stacked=True,
    )


def _graph(title: str, *metrics: cloudwatch.IMetric, stacked: bool = False) -> cloudwatch.IWidget:
    """Half of the width, from zero on."""
    return cloudwatch.GraphWidget(
        title=title,
        left=list(metrics),
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        period=_DAY,
        stacked=stacked,
        width=_WIDTH // 2,
        height=_HEIGHT,
    )
