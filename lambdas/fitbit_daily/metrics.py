"""The program's own metric in CloudWatch: an alarm watches it. No health value is in any metric.

It is a line of the log, of which CloudWatch makes a number, at least once, not exactly.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

NAMESPACE = "fitbit-daily"
DAYS_SETTLED = "DaysSettled"


def count_day_settled() -> None:
    # When it is needed, not before, like the log's.
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    # Powertools' other class keeps one state for the whole process. A service name would become a dimension.
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_metric(name=DAYS_SETTLED, unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()
