"""The program's own metrics in CloudWatch, none of them with a dimension. Ten are free; a test counts them.

The workflow's are lines of the log, of which CloudWatch makes numbers, at least once each, not exactly. The days' are
put by adapters/health_metrics.py: health values do not travel through logs. The stack watches and draws all of them.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

NAMESPACE = "fitbit-daily"

DAYS_SETTLED = "DaysSettled"
WAITS = "Waits"
REMOTE_CALLS = "RemoteCalls"
OF_THE_WORKFLOW = (DAYS_SETTLED, WAITS, REMOTE_CALLS)

STEPS = "Steps"
STEPS_AVERAGE = "StepsAverage7"
LIGHT_MINUTES = "LightMinutes"
MODERATE_MINUTES = "ModerateMinutes"
VIGOROUS_MINUTES = "VigorousMinutes"
HOURS_ASLEEP = "HoursAsleep"
OF_THE_DAYS = (STEPS, STEPS_AVERAGE, LIGHT_MINUTES, MODERATE_MINUTES, VIGOROUS_MINUTES, HOURS_ASLEEP)


def count(name: str, times: int = 1) -> None:
    """Emits one of OF_THE_WORKFLOW: how often something happened, never a health value."""
    # When it is needed, not before, like the log's.
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    # Powertools' other class keeps one state for the whole process. A service name would become a dimension.
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=times)
    metrics.flush_metrics()
