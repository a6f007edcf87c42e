"""The state that the steps hand on, each adding to it."""

from datetime import timedelta
from typing import Any

State = dict[str, Any]

# The shape of the state. An execution that waits, or is redriven, keeps its old definition and meets newer code:
# raise this when a step could misread what an older one wrote.
VERSION = 2

# From the deadline on: the last look, and all of Tweet's retries (a test adds them up).
TWEET_MAY_TAKE = timedelta(hours=12)
