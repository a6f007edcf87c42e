"""The owner's mailbox on this machine: what the deployed topic sends to the e-mail address that is subscribed to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.text import Text

from cli.show import say
from local.clock import Clock


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    body: str
    at: datetime

    def __str__(self) -> str:
        return f"To: {self.to}\nSubject: {self.subject}\n\n{self.body}"


class Mailbox:
    """`arrived` is called with each mail, in whatever thread sent it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._mails: list[Mail] = []
        self._lock = threading.Lock()
        self.arrived: Callable[[Mail], None] = lambda mail: None

    @property
    def mails(self) -> list[Mail]:
        """Oldest first."""
        with self._lock:
            return list(self._mails)

    def receive(self, to: str, subject: str, body: str) -> None:
        mail = Mail(to, subject, body, self._clock.now())
        with self._lock:
            self._mails.append(mail)
        self.arrived(mail)


def show_mail(console: Console, mail: Mail) -> None:
    """As a mail program would, at words; commands and links can be copied whole."""
    console.print()
    console.rule(f"Mail to {mail.to}", align="left", style="dim")
    say(console, Text(f"Subject: {mail.subject}", style="bold"))
    say(console, f"\n{mail.body.rstrip()}")
    console.rule(style="dim")
