"""Unit prices in US dollars, each with the page where it was read, in that page's stored copy, on READ_ON.

In Tokyo where the page tells it, else in N. Virginia (us-east-1), than which Tokyo is dearer for some.
"""

from __future__ import annotations

from dataclasses import dataclass

READ_ON = "2026-11-22"


@dataclass(frozen=True)
class Price:
    """`dollars` for each `per` units; `free` units a month cost nothing, for good."""

    dollars: float
    per: float
    unit: str
    region: str
    source: str
    free: float = 0.0

    def of(self, units: float, *, beyond_what_is_free: bool) -> float:
        charged = max(0.0, units - self.free) if beyond_what_is_free else units
        return charged * self.dollars / self.per

    def told(self) -> str:
        dollars = f"{self.dollars:.10f}".rstrip("0").rstrip(".")
        return f"${dollars} per {f'{self.per:,.0f} ' if self.per != 1 else ''}{self.unit}"


_VIRGINIA = "us-east-1"
_SECRETS = "https://aws.amazon.com/secrets-manager/pricing/"
_LAMBDA = "https://cloudchipr.com/blog/aws-lambda-pricing"
_TABLES = "https://airbyte.com/data-engineering-resources/dynamodb-pricing"
_CLOUDWATCH = "https://cloudburn.io/blog/amazon-cloudwatch-pricing"

X_POST = Price(0.015, 1, "post", "everywhere", "https://docs.x.com/x-api/getting-started/pricing")
SECRET = Price(0.40, 1, "secret", _VIRGINIA, _SECRETS)
SECRET_CALLS = Price(0.05, 10_000, "calls", _VIRGINIA, _SECRETS)
INVOCATIONS = Price(0.20, 1_000_000, "requests", _VIRGINIA, _LAMBDA, 1_000_000)
DURATION = Price(0.0000133334, 1, "GB-s (Arm)", _VIRGINIA, _LAMBDA, 400_000)
TRANSITIONS = Price(0.025, 1_000, "transitions", "Tokyo", "https://aws.amazon.com/step-functions/pricing/", 4_000)
TABLE_WRITES = Price(0.625, 1_000_000, "write units", _VIRGINIA, _TABLES)
TABLE_READS = Price(0.125, 1_000_000, "read units", _VIRGINIA, _TABLES)
KEY_REQUESTS = Price(0.03, 10_000, "requests", _VIRGINIA, "https://www.wring.co/blog/aws-kms-pricing-guide", 20_000)
ALARMS = Price(0.10, 1, "alarm", _VIRGINIA, _CLOUDWATCH, 10)
METRICS = Price(0.30, 1, "metric", _VIRGINIA, _CLOUDWATCH, 10)
DASHBOARDS = Price(3.00, 1, "dashboard", _VIRGINIA, _CLOUDWATCH, 3)
LOGS = Price(0.50, 1, "GB", _VIRGINIA, _CLOUDWATCH, 5)
TRACES = Price(5.00, 1_000_000, "traces", _VIRGINIA, "https://awsnegotiations.com/x-ray-pricing-strategy.html", 100_000)
STARTS = Price(
    1.00, 1_000_000, "invocations", _VIRGINIA, "https://cloudburn.io/blog/amazon-eventbridge-pricing", 14_000_000
)
