"""A strict stand-in for the part of a Bluesky PDS that one account needs, written from its published source alone."""

from local.simulators.bluesky.sessions import Credentials
from local.simulators.bluesky.simulator import BlueskySimulator

__all__ = ["BlueskySimulator", "Credentials"]
