"""Fitbit's OAuth token endpoint and its Web API, as far as Fitbit's documentation describes them.

Written from https://dev.fitbit.com/build/reference/web-api/; where that says less than was measured by the authors
of public clients, the comment says so. Strict first: what may be refused is refused.
"""

from .oauth import Credentials
from .simulator import FitbitSimulator

__all__ = ["Credentials", "FitbitSimulator"]
