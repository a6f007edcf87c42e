"""The dashboard: how the days were, and how the workflow is, to be looked at. In English, as the steps' names are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from fitbit_daily import metrics as names
from stacks.function import Function

WEEKS = 6

_DAY = Duration.days(1)
_WIDTH, _HEIGHT = 24, 6

# Of two numbers for a day the later one is the greater one: a sync only adds.
_LATEST, _SUM = cloudwatch.Stats.MAXIMUM, cloudwatch.Stats.SUM

_PALE, _STRONG, _NIGHT = "#9ecae1", "#08519c", "#6a51a3"
_LIGHT, _MODERATE, _VIGOROUS = "#c7e9c0", "#74c476", "#006d2c"
_GOOD, _BAD, _LATE = "#2ca02c", "#d62728", "#ff7f0e"


class Dashboard(Construct):
    """Six weeks with a point for each day, from AWS's own metrics wherever there are any.

    Up to 50 metrics are free: a test counts them.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        machine: sfn.StateMachine,
        steps: Mapping[str, Function],
        alarms: Sequence[str],
    ) -> None:
        """alarms: their ARNs."""
        super().__init__(scope, id)
        # Dashboards belong to an account, not to a region: a second region needs a second name.
        name = f"{Stack.of(self).stack_name}-{Aws.REGION}"
        dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=name,
            default_interval=Duration.days(7 * WEEKS),
            period_override=cloudwatch.PeriodOverride.INHERIT,
        )
        dashboard.add_widgets(_yesterday())
        dashboard.add_widgets(_steps(), _minutes(), _asleep())
        dashboard.add_widgets(_outcomes(machine), _waits(), _executions(machine))
        dashboard.add_widgets(_durations(steps), _failed_attempts(steps), _remote_calls())
        if alarms:
            shown = [cloudwatch.Alarm.from_alarm_arn(self, f"Alarm{n}", arn) for n, arn in enumerate(alarms)]
            dashboard.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=shown, width=_WIDTH, height=3))
        console = f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region={Aws.REGION}"
        page = CfnOutput(self, "Page", value=f"{console}#dashboards/dashboard/{name}")
        page.override_logical_id("DashboardPage")


def _yesterday() -> cloudwatch.IWidget:
    return cloudwatch.SingleValueWidget(
        title="The last day",
        metrics=[
            _own(names.STEPS, "Steps", _STRONG),
            _own(names.STEPS_AVERAGE, "Steps, average of 7 days", _PALE),
            _own(names.VIGOROUS_MINUTES, "Minutes of vigorous activity", _VIGOROUS),
            _own(names.HOURS_ASLEEP, "Hours asleep", _NIGHT),
        ],
        sparkline=True,
        full_precision=True,
        period=_DAY,
        width=_WIDTH,
        height=4,
    )


def _steps() -> cloudwatch.IWidget:
    return _graph("Steps", _own(names.STEPS, "Steps", _PALE), _own(names.STEPS_AVERAGE, "Average of 7 days", _STRONG))


def _minutes() -> cloudwatch.IWidget:
    return _graph(
        "Minutes by intensity",
        _own(names.LIGHT_MINUTES, "Light", _LIGHT),
        _own(names.MODERATE_MINUTES, "Moderate", _MODERATE),
        _own(names.VIGOROUS_MINUTES, "Vigorous", _VIGOROUS),
        stacked=True,
    )


def _asleep() -> cloudwatch.IWidget:
    return _graph("Hours asleep", _own(names.HOURS_ASLEEP, "Hours asleep", _NIGHT))


def _outcomes(machine: sfn.StateMachine) -> cloudwatch.IWidget:
    return _graph(
        "Outcomes by day",
        _own(names.DAYS_SETTLED, "Executions that settled a day", _GOOD, _SUM),
        machine.metric_failed(label="Executions failed", color=_BAD, period=_DAY, statistic=_SUM),
        stacked=True,
    )


def _waits() -> cloudwatch.IWidget:
    return _graph("Waits for the tracker to sync", _own(names.WAITS, "Waits", _LATE, _SUM))


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


def _remote_calls() -> cloudwatch.IWidget:
    return _graph("Calls of the remote APIs", _own(names.REMOTE_CALLS, "Calls", _STRONG, _SUM))


def _own(name: str, label: str, color: str, statistic: str = _LATEST) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=names.NAMESPACE, metric_name=name, label=label, color=color, period=_DAY, statistic=statistic
    )


def _graph(title: str, *metrics: cloudwatch.IMetric, stacked: bool = False) -> cloudwatch.IWidget:
    """A third of the width, from zero on."""
    return cloudwatch.GraphWidget(
        title=title,
        left=list(metrics),
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        period=_DAY,
        stacked=stacked,
        width=_WIDTH // 3,
        height=_HEIGHT,
    )
