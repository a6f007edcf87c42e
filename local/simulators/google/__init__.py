"""Google's OAuth (consent page and token endpoint) and the Google Health API v4, as far as Google documents them.

Written from https://developers.google.com/health/reference/rest/v4 and Google's discovery document; where these
say less than was measured by the authors of public clients, the comment says so. Strict first: what may be
refused is refused.
"""

from .oauth import Credentials
from .simulator import GoogleSimulator

__all__ = ["Credentials", "GoogleSimulator"]
