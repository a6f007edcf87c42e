"""The log: Powertools' lines of JSON, to standard output, which is CloudWatch's.

Powertools is imported with the first line that is written, when a step has done its work: from source it takes a third
of a cold start, and no request waits for it there (benchmarks/cold_start.py).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

SERVICE = "fitbit-daily"


class Log:
    """Fields without a value are left out."""

    def __init__(self) -> None:
        self._keys: dict[str, Any] = {}

    def append_keys(self, **keys: Any) -> None:
        """Adds these fields to every line until forget_keys()."""
        self._keys.update(keys)

    def forget_keys(self) -> None:
        self._keys.clear()

    def info(self, message: str, **more: Any) -> None:
        self._write("info", message, more)

    def warning(self, message: str, **more: Any) -> None:
        self._write("warning", message, more)

    def error(self, message: str, **more: Any) -> None:
        self._write("error", message, more)

    @property
    def stream(self) -> Any:
        """Where the lines go."""
        return self._powertools.registered_handler.stream

    @stream.setter
    def stream(self, stream: Any) -> None:
        self._powertools.registered_handler.stream = stream

    def _write(self, level: str, message: str, more: dict[str, Any]) -> None:
        keys = {name: value for name, value in {**self._keys, **more}.items() if value is not None}
        getattr(self._powertools, level)(message, **keys)

    @cached_property
    def _powertools(self) -> Any:
        from aws_lambda_powertools import Logger

        return Logger(service=SERVICE)


logger = Log()
