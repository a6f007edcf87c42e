"""The fixtures of the tests in this folder."""

from tests.adapters.fixtures import *  # noqa: F403
from tests.adapters.fixtures import _aws_account, _nothing_waits

__all__ = ["_aws_account", "_nothing_waits"]
