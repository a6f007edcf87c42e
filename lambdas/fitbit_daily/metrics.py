"""The workflow's own metrics: lines of the log, of which CloudWatch makes numbers. At least once each, not exactly.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json

from fitbit_daily.clock import utc_now
from fitbit_daily.metric_names import NAMESPACE


def count(name: str, times: int = 1) -> None:
    """Emits one of metric_names.OF_THE_WORKFLOW: how often something happened, never a health value."""
    metric = {"Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": [{"Name": name, "Unit": "Count"}]}
    about = {"Timestamp": int(utc_now().timestamp() * 1000), "CloudWatchMetrics": [metric]}
    print(json.dumps({"_aws": about, name: [times]}), flush=True)  # noqa: T201
