"""The local stack's own pages: the owner's mails, and the clock.

GET /               the mails, to be read
GET /mails          as JSON: {"mails": [...], "under_way": how much goes on that may yet lead to a mail}
POST /clock {"to"}  lets the time pass until then, an ISO time with its zone; GET /clock tells the time
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flask import Flask, Response, request

from local.clock import Clock
from local.event_bus import EventBus
from local.mailbox import Mailbox
from local.simulators.base import json_answer

_RULE = f"\n{'-' * 72}\n\n"


class Pages(Flask):
    def __init__(self, *, clock: Clock, mailbox: Mailbox, bus: EventBus) -> None:
        super().__init__("local-stack")
        self.clock, self.mailbox, self.bus = clock, mailbox, bus
        self.add_url_rule("/", "read", self._read)
        self.add_url_rule("/mails", "mails", self._mails)
        self.add_url_rule("/clock", "clock", self._time, methods=["GET", "POST"])

    def _read(self) -> Response:
        """Newest first, in plain text, as mails are."""
        mails = [f"{mail.at:%Y-%m-%d %H:%M} UTC\n{mail}" for mail in reversed(self.mailbox.mails)]
        return Response(_RULE.join(mails) or "No mails yet.\n", content_type="text/plain; charset=utf-8")

    def _mails(self) -> Response:
        # In this order: what ends in between has left its mail.
        under_way = self.bus.under_way
        mails = [asdict(mail) | {"at": mail.at.isoformat()} for mail in self.mailbox.mails]
        return json_answer(200, {"mails": mails, "under_way": under_way})

    def _time(self) -> Response:
        if request.method == "POST":
            try:
                self.clock.jump_to(datetime.fromisoformat(request.get_json()["to"]))
            except ValueError as error:
                return json_answer(400, {"error": str(error)})
        return json_answer(200, {"now": self.clock.now().isoformat()})
