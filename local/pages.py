"""The local stack's own pages: the owner's mails, the clock, and what reached AWS.

GET /               the mails, to be read
GET /timeline       what was posted to each destination in use
GET /mails          as JSON: {"mails": [...], "under_way": how much goes on that may yet lead to a mail}
POST /clock {"to"}  lets the time pass until then, an ISO time with its zone; GET /clock tells the time
GET /aws-calls      each different call that reached AWS, once: caller, action, resource
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from flask import Flask, Response, request

from local.aws_calls import AwsCalls
from local.clock import Clock
from local.event_bus import EventBus
from local.mailbox import Mailbox
from local.simulators.base import json_answer
from local.simulators.page import AccountSimulator, timeline_page

_RULE = f"\n{'-' * 72}\n\n"


class Pages(Flask):
    def __init__(
        self,
        *,
        clock: Clock,
        mailbox: Mailbox,
        bus: EventBus,
        aws_calls: AwsCalls,
        accounts: Sequence[AccountSimulator] = (),
    ) -> None:
        super().__init__("local-stack")
        self.accounts = accounts
        self.clock, self.mailbox, self.bus, self.aws_calls = clock, mailbox, bus, aws_calls
        self.add_url_rule("/", "read", self._read)
        self.add_url_rule("/timeline", "timeline", self._timeline)
        self.add_url_rule("/mails", "mails", self._mails)
        self.add_url_rule("/clock", "clock", self._time, methods=["GET", "POST"])
        self.add_url_rule("/aws-calls", "aws_calls", self._aws_calls)

    def _read(self) -> Response:
        """Newest first, in plain text, as mails are."""
        mails = [f"{mail.at:%Y-%m-%d %H:%M} UTC\n{mail}" for mail in reversed(self.mailbox.mails)]
        return Response(_RULE.join(mails) or "No mails yet.\n", content_type="text/plain; charset=utf-8")

    def _timeline(self) -> Response:
        return timeline_page(self.accounts)

    def _mails(self) -> Response:
        # In this order: what ends in between has left its mail.
        under_way = self.bus.under_way
        mails = [asdict(mail) | {"at": mail.at.isoformat()} for mail in self.mailbox.mails]
        return json_answer(200, {"mails": mails, "under_way": under_way})

    def _aws_calls(self) -> Response:
        return json_answer(200, {"calls": [asdict(call) for call in self.aws_calls.seen()]})

    def _time(self) -> Response:
        if request.method == "POST":
            try:
                self.clock.jump_to(datetime.fromisoformat(request.get_json()["to"]))
            except ValueError as error:
                return json_answer(400, {"error": str(error)})
        return json_answer(200, {"now": self.clock.now().isoformat()})
