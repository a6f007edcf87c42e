"""A strict stand-in for the part of X's API that one account needs, written from X's documentation alone."""

from local.simulators.x.application import XSimulator
from local.simulators.x.signature import Credentials

__all__ = ["Credentials", "XSimulator"]
