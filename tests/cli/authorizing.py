"""A person at a terminal, with a browser: the simulators on real sockets, moto's secrets, a clock that stands still."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import oauthlib.common
import pytest
import requests
from click.testing import CliRunner, Result
from flask import Flask
from moto import mock_aws
from werkzeug.serving import BaseWSGIServer

import cli.aws
import cli.consent
import fitbit_daily.clock
from cli.__main__ import daily
from fitbit_daily.adapters.aws import client as runtime_client
from fitbit_daily.domain.day import Calendar
from local.simulators.base import serve
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator
from tests.canaries import escaped

TOKYO = ZoneInfo("Asia/Tokyo")
# Noon after the article's day.
NOON = datetime(2021, 5, 24, 3, 0, tzinfo=UTC)


class Clock:
    """The time for the program and the simulators, turned by hand. Has time.time()."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def time(self) -> float:
        return self.moment.timestamp()


@dataclass
class Browser:
    """Goes through the consent page over HTTP, as its owner would.

    `change`   makes of the address that Google sends the browser back to the one that it goes to; None goes nowhere
    """

    decision: str = "continue"
    untick: str = "nothing"
    closed: bool = False
    change: Callable[[str], str | None] = lambda address: address
    opened: list[str] = field(default_factory=list)
    pages: list[requests.Response] = field(default_factory=list)
    last_address: str = ""

    def open(self, address: str) -> None:
        self.opened.append(address)
        if self.closed:
            return
        self.last_address = self.consent(address)
        back = self.change(self.last_address)
        if back is not None:
            self.visit(back)

    def visit(self, address: str) -> requests.Response:
        self.pages.append(requests.get(address, timeout=5))
        return self.pages[-1]

    def consent(self, address: str) -> str:
        """The decision on the consent page; where Google sends the browser then."""
        page = self.visit(address)
        boxes = [box for box in re.findall(r'name="scope" value="([^"]+)"', page.text) if self.untick not in box]
        form = [("decision", self.decision), *(("scope", box) for box in boxes)]
        answer = requests.post(page.url, data=form, allow_redirects=False, timeout=5)
        return answer.headers.get("Location", "")


class Terminal:
    """A person's machine: what they type, and what they see."""

    def __init__(self, clock: Clock, google: GoogleSimulator, x: XSimulator, fitbit: FitbitSimulator) -> None:
        self.clock, self.google, self.x, self.fitbit = clock, google, x, fitbit
        self.browser = Browser()
        self.settings = {"SOURCE": "google_health"}
        self.zone = TOKYO
        self.is_local = True
        self.seen: list[str] = []

    def type(self, *words: str, answers: tuple[str, ...] = ()) -> Result:
        """`answers` are what is typed when asked."""
        result = CliRunner().invoke(daily, words, input="".join(f"{answer}\n" for answer in answers))
        self.seen += [result.output, result.stderr]
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        assert "Traceback" not in result.output
        return result

    @property
    def client(self) -> tuple[str, str]:
        """The id and the secret, as they are typed."""
        return self.google.tokens.credentials.client_id, self.google.tokens.credentials.client_secret

    @property
    def x_keys(self) -> dict[str, str]:
        return asdict(self.x.credentials)

    def shown_secrets(self) -> list[str]:
        """The secrets that came on the screen."""
        tokens = self.google.tokens
        codes = re.findall(r"code=([^&]+)", self.browser.last_address)
        fitbit = asdict(self.fitbit.tokens.credentials).values()
        known = {*self.client, *self.x_keys.values(), *fitbit, *codes, self.fitbit.tokens.refresh_token}
        return escaped(self.seen, known | tokens.refresh_tokens | set(tokens._access_tokens))

    def arn(self, name: str) -> str:
        return str(runtime_client("secretsmanager").describe_secret(SecretId=name)["ARN"])

    def stored(self, name: str) -> Any:
        """What the secret holds: an object, or CDK's random string."""
        text = runtime_client("secretsmanager").get_secret_value(SecretId=self.arn(name))["SecretString"]
        return json.loads(text) if text.startswith("{") else text

    def store(self, name: str, values: Any, *, before: str = "") -> None:
        text = before + json.dumps(values)
        runtime_client("secretsmanager").put_secret_value(SecretId=self.arn(name), SecretString=text)

    def client_file(self, folder: Any, kind: str = "installed", **more: Any) -> str:
        client_id, client_secret = self.client
        file = folder / "client_secret_1.json"
        content = {
            "client_id": client_id,
            "client_secret": client_secret,
            "redirect_uris": ["http://localhost"],
            **more,
        }
        file.write_text(json.dumps({kind: content}))
        return str(file)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """With the two secrets as CDK makes them, with a random string."""
    clock = Clock()
    google = GoogleSimulator(wearer=Wearer(TOKYO, clock), now=clock, tells_last_sync=True)
    terminal = Terminal(clock, google, XSimulator(now=clock), FitbitSimulator(wearer=google.wearer, now=clock))
    monkeypatch.setattr(fitbit_daily.clock, "time", clock)
    monkeypatch.setattr(oauthlib.common, "time", clock)
    monkeypatch.setattr(cli.consent, "open_browser", lambda address: terminal.browser.open(address))
    monkeypatch.setattr(cli.consent, "PATIENCE", 0.05)
    monkeypatch.setattr(cli.consent, "has_browser", lambda: True)
    monkeypatch.setattr(cli.aws, "Deployed", lambda target: _deployed(target, terminal))
    servers = _servers()
    for server, app in zip(servers, (google, terminal.x, terminal.fitbit), strict=True):
        server.app = app
    at_google, at_x, at_fitbit = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    for name in ("GOOGLE_ACCOUNTS_URL", "GOOGLE_OAUTH_URL", "GOOGLE_HEALTH_URL"):
        monkeypatch.setenv(name, at_google)
    monkeypatch.setenv("X_API_URL", at_x)
    monkeypatch.setenv("FITBIT_API_URL", at_fitbit)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-central-1")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        runtime_client.cache_clear()
        for name, variable in (("source", "SOURCE_SECRET_ARN"), ("x", "X_SECRET_ARN")):
            made = runtime_client("secretsmanager").create_secret(Name=name, SecretString="Xh3kP0v9_random")
            monkeypatch.setenv(variable, made["ARN"])
        yield terminal
    runtime_client.cache_clear()


@functools.cache
def _servers() -> list[BaseWSGIServer]:
    """One for each simulator, kept from test to test: to end one takes longer than most tests."""
    return [serve(Flask(name)) for name in ("google", "x", "fitbit")]


def _deployed(target: Any, terminal: Terminal) -> Any:
    """What cli.aws reads from AWS: its own tests are elsewhere. Local or not, moto answers in this process."""
    return SimpleNamespace(
        # The secrets' addresses come from the environment, as on the local stack.
        target=SimpleNamespace(client=target.client, named=target.named, is_local=terminal.is_local),
        settings=terminal.settings,
        calendar=Calendar(zone=terminal.zone, time_of_day=time(0, 10), give_up_at=time(12)),
        destinations=("x",),
        take_addresses=lambda: None,
    )
