"""Which certificates requests to the remote APIs trust.

Not in http.py, because not every command needs a session and its imports.
"""

from __future__ import annotations

# The certificates that a person's machine trusts; None in the functions, where nothing of the environment may lead a
# token astray.
trusted: str | bool | None = None


def heed_the_environment(ca_bundle: str | None) -> None:
    """From now on requests go through the machine's HTTPS_PROXY, and trust this file's certificates if there is one."""
    global trusted
    trusted = ca_bundle or True
