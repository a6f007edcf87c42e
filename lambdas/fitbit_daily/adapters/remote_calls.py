"""Which certificates requests to the remote APIs trust, and how many requests were made.

Not in http.py, because not every step, and not every command, needs a session and its imports.
"""

from __future__ import annotations

from threading import Lock

# The certificates that a person's machine trusts; None in the functions, where nothing of the environment may lead a
# token astray.
trusted: str | bool | None = None


def heed_the_environment(ca_bundle: str | None) -> None:
    """From now on requests go through the machine's HTTPS_PROXY, and trust this file's certificates if there is one."""
    global trusted
    trusted = ca_bundle or True


class RemoteCalls:
    """Counted from threads side by side."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._number = 0

    def add(self) -> None:
        with self._lock:
            self._number += 1

    def take(self) -> int:
        """How many since this was last asked."""
        with self._lock:
            number, self._number = self._number, 0
            return number


made = RemoteCalls()
