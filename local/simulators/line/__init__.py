"""A strict stand-in for what one channel needs of LINE's Messaging API, written from its documentation alone."""

from local.simulators.line.simulator import Credentials, LineSimulator

__all__ = ["Credentials", "LineSimulator"]
