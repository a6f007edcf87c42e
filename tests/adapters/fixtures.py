"""The outside world in this process: a clock that stands still, the simulators behind their real addresses, moto."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import oauthlib.common
import pytest
from moto import mock_aws
from moto.secretsmanager.models import SecretsManagerBackend

import fitbit_daily.clock
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.adapters.sources import Source
from fitbit_daily.domain.authorization import AccessToken, Credentials
from fitbit_daily.domain.numbers import Activity, Sleep
from local import moto_seams
from local.simulators.google import GoogleSimulator
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator
from tests.wsgi import Wire, connected

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
HEALTH, OAUTH, X_API = "https://health.googleapis.com", "https://oauth2.googleapis.com", "https://api.x.com"
# Ten past midnight in Tokyo: YESTERDAY has just ended.
START = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)
YESTERDAY = date(2026, 11, 21)
ARTICLE = date(2021, 5, 23)


class Clock:
    """The time for the program, for OAuth 1.0a and for the simulators; turned by hand. Has time.time()."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def time(self) -> float:
        return self.moment.timestamp()

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(fitbit_daily.clock, "time", clock)
    monkeypatch.setattr(oauthlib.common, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def _nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is the state machine's work. (A simulator's "slow" answers are as slow as it is told to.)"""

    def sleep(seconds: float) -> None:
        assert seconds == 0, f"somebody sleeps for {seconds} s"

    monkeypatch.setattr(time, "sleep", sleep)


@pytest.fixture
def google(clock: Clock) -> GoogleSimulator:
    return google_in(TOKYO, clock)


def google_in(zone: ZoneInfo, clock: Clock, **options: Any) -> GoogleSimulator:
    simulator = GoogleSimulator(wearer=Wearer(zone, clock), now=clock, **options)
    simulator.slow_seconds = 0
    return simulator


@pytest.fixture
def x(clock: Clock) -> XSimulator:
    return XSimulator(now=clock)


@pytest.fixture
def wire(google: GoogleSimulator, x: XSimulator) -> Iterator[Wire]:
    with connected({HEALTH: google, OAUTH: google, X_API: x}) as wire:
        yield wire


def credentials_of(google: GoogleSimulator) -> Credentials:
    return Credentials(**asdict(google.tokens.credentials), version="1")


def token_of(google: GoogleSimulator, clock: Clock) -> AccessToken:
    """A token as Refresh token would have stored it just now."""
    grant = GoogleHealth().refresh(credentials_of(google))
    return AccessToken(grant.access_token, clock(), clock() + grant.lifetime, "1")


def activity_of(source: Source, token: AccessToken, day: date) -> Activity:
    """Of one day, as Fetch activity takes it."""
    return source.activities(token, day, day).get(day, Activity())


def sleep_of(source: Source, token: AccessToken, day: date, now: datetime = START) -> Sleep:
    return source.sleeps(token, day, day, now=now).get(day, Sleep())


LONG_AGO = AccessToken("any", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "1")


def canned(*answers: Any, status: int = 200) -> Any:
    """An application that gives these answers, one after the other."""
    turn = count()

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        start(f"{status} Whatever", [("Content-Type", "application/json")])
        return [json.dumps(answers[min(next(turn), len(answers) - 1)]).encode()]

    return application


# AWS


@pytest.fixture(scope="session", autouse=True)
def _aws_account() -> Iterator[None]:
    """What Lambda has in its environment. The program keeps its clients, as a warm function does."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        patch.delenv("AWS_PROFILE", raising=False)
        client.cache_clear()
        yield
        client.cache_clear()


def read_secrets_as_aws_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the seam into moto for one test: what moto has of its own is noted first, and put back afterwards."""
    own = SecretsManagerBackend.update_secret_version_stage
    monkeypatch.setattr(SecretsManagerBackend, "update_secret_version_stage", own)
    moto_seams.move_secrets_current_label()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    read_secrets_as_aws_does(monkeypatch)
    with mock_aws():
        yield


@pytest.fixture
def ledger_table(aws: None) -> str:
    return table("ledger", "destination", "row")


@pytest.fixture
def history_table(aws: None) -> str:
    return table("history", "year", "date")


def table(name: str, *keys: str) -> str:
    """An empty table with a partition key and perhaps a sort key, both texts; its name."""
    client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
    )
    return name


def secret(name: str, values: Any = None) -> str:
    """A secret's ARN; values become JSON, a string stays as it is, None leaves it without any version."""
    text = {} if values is None else {"SecretString": _text(values)}
    return str(client("secretsmanager").create_secret(Name=name, **text)["ARN"])


def parameter(name: str, values: Any) -> None:
    """A SecureString, as ./daily authorize writes it."""
    client("ssm").put_parameter(Name=name, Value=_text(values), Type="SecureString", Overwrite=True)


def fill(arn: str, values: Any) -> str:
    """As the person who authorises does it; the new version."""
    return str(client("secretsmanager").put_secret_value(SecretId=arn, SecretString=_text(values))["VersionId"])


def _text(values: Any) -> str:
    return values if isinstance(values, str) else json.dumps(values)


@contextmanager
def refusing(operation: str, code: str, status: int = 400) -> Iterator[None]:
    """AWS answers an operation, such as "ssm.GetParameter", with this error."""
    service, _, name = operation.partition(".")

    def answer(**_: Any) -> Any:
        body = {"Error": {"Code": code, "Message": "CANARY"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return type("Refused", (), {"status_code": status, "headers": {}})(), body

    of_boto3 = {"sfn": "stepfunctions"}.get(service, service.replace("-", ""))
    event, events = f"before-call.{service}.{name}", client(of_boto3).meta.events
    events.register_first(event, answer)
    try:
        yield
    finally:
        events.unregister(event, answer)
