"""An answer in pages ends, by itself or with an error: each page is a call, and some cost money."""

from __future__ import annotations

from fitbit_daily.errors import StepError


class PageTokens:
    """Those of one answer, which has at most `most` pages; `endless` is raised where it goes on and on."""

    def __init__(self, most: int, endless: StepError) -> None:
        self._most = most
        self._endless = endless
        self._followed: list[str] = []

    def follow(self, token: str) -> str:
        """The token of the next page, unless it leads back, or beyond the last page that there can be."""
        if token in self._followed or len(self._followed) + 1 >= self._most:
            raise self._endless
        self._followed.append(token)
        return token
