"""The workflow's own metrics: log lines that CloudWatch turns into numbers. Each is counted at least once.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from fitbit_daily.metric_names import NAMESPACE


def count(name: str, times: int = 1) -> None:
    """Emits one of metric_names.OF_THE_WORKFLOW: how often something happened, never a health value."""
    # When it is needed, not before, like the log's.
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    # Powertools' other class keeps one state for the whole process. A service name would become a dimension.
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=times)
    metrics.flush_metrics()
