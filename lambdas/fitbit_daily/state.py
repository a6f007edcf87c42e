"""The state that the steps hand on, each adding to it."""

from typing import Any

State = dict[str, Any]

# The shape of the state. An execution that waits, or is redriven, keeps its old definition and meets newer code:
# raise this when a step could misread what an older one wrote.
VERSION = 1
