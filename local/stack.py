"""Brings the whole stack up on this machine: moto, the simulators, the real CDK command line, filled-in secrets."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
from botocore.config import Config

from fitbit_daily.adapters.destination_keys import KEYS, parameter_of
from local.aws_calls import AwsCalls
from local.cdk import ACCOUNT, REGION, STATE, Cdk, LocalStackError
from local.clock import Clock
from local.event_bus import Clients, EventBus
from local.lambda_process import LambdaProcesses
from local.mailbox import Mailbox
from stacks import STACK
from stacks.addresses import VARIABLES
from stacks.settings import SettingError, Settings
from stacks.settings_file import SettingsFileError, settings_of_the_clone

# A wait of the state machine lasts no longer than this here, in seconds; the local clock skips the rest.
LONGEST_WAIT = 0.5

# A function that runs long is not invoked again meanwhile.
ONE_ATTEMPT = Config(read_timeout=900, retries={"total_max_attempts": 1})

# In real seconds: how long the end waits for what fails now, on a machine that has much else to do.
FOR_THE_LAST = 10

# Who gets the mails, unless the settings name somebody.
OWNER = "you@example.com"


@dataclass(frozen=True)
class Choices:
    """What a person may choose of the local stack; None leaves the clone's setting.

    longest_wait   in real seconds, of any wait of the state machine
    """

    source: str | None = None
    language: str | None = None
    destinations: str | None = None
    context: Sequence[str] = ()
    empty_secrets: bool = False
    real_time: bool = False
    longest_wait: float = LONGEST_WAIT

    def words(self) -> list[str]:
        """For the CDK command line."""
        named = [f"{key}={value}" for key, value in self._named.items()]
        if not self.settings.email and not any(setting.startswith("email=") for setting in self.context):
            named.append(f"email={OWNER}")
        return [word for setting in (*named, *self.context) for word in ("--context", setting)]

    @property
    def _named(self) -> dict[str, str]:
        named = {"source": self.source, "language": self.language, "destinations": self.destinations}
        return {key: value for key, value in named.items() if value}

    @cached_property
    def settings(self) -> Settings:
        """As they are deployed here. Raises LocalStackError where one of them is wrong."""
        chosen = dict(self._named)
        for setting in self.context:
            key, equals, value = setting.partition("=")
            if not equals:
                raise LocalStackError(f"{setting!r} is not written as KEY=VALUE, such as time_zone=Europe/Berlin.")
            chosen[key] = value
        try:
            return settings_of_the_clone(datetime.now(UTC).date(), **chosen)
        except (SettingError, SettingsFileError) as error:
            raise LocalStackError(str(error)) from None


class LocalStack(AbstractContextManager["LocalStack"]):
    """The running stack; `environment` is what a program needs to talk to it. Everything ends with the context."""

    def __init__(self, choices: Choices, say: Callable[[str], None] = lambda line: None) -> None:
        self.choices = choices
        self._say = say
        STATE.mkdir(exist_ok=True)
        _remove_what_was_left_behind()
        # What is to be ended, each thing before those that it needs.
        self._ending = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix=f"run-{os.getpid()}-", dir=STATE))
        self._ending.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.given = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
        # Other people's simulators keep real time, and would refuse requests from the future.
        self.clock = Clock(None if choices.real_time or self.given else choices.longest_wait)
        self.mailbox = Mailbox(self.clock)
        self.aws_calls = AwsCalls()
        self._processes = LambdaProcesses(self.folder / "lambda", self.clock)
        self.environment: dict[str, str] = {}

    def __enter__(self) -> LocalStack:
        try:
            self._start_servers()
            self._deploy()
            if not self.choices.empty_secrets:
                self._fill_secrets()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _undisturbed():
            self._ending.close()

    def _come_to_rest(self) -> None:
        """Nothing begins any more, and what is under way fails at once, and so comes to its end.

        AWS and the simulators are still there: whoever asks them is answered to the last.
        """
        self.bus.close()
        self._processes.end()
        self.clock.stop()
        self.bus.wait_until_quiet(FOR_THE_LAST)

    def switch_on(self, fault: str) -> None:
        """Until it is cleared; a fault of the source that is configured, or of a destination."""
        source = self.fitbit if self.environment["SOURCE"] == "fitbit" else self.google
        simulators = (source, *self.accounts.values())
        next(each for each in simulators if fault in each.faults.known).faults.switch_on(fault)

    def _start_servers(self) -> None:
        self._say("Starting AWS (moto) and the simulators")
        # moto and the simulators are slow to import, and only wanted here.
        from moto.server import ThreadedMotoServer

        from local import moto_seams
        from local.pages import Pages
        from local.simulators.bluesky import BlueskySimulator
        from local.simulators.fitbit import FitbitSimulator
        from local.simulators.google import GoogleSimulator
        from local.simulators.line import LineSimulator
        from local.simulators.page import AccountSimulator
        from local.simulators.wearer import Wearer
        from local.simulators.x import XSimulator

        os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")
        moto_seams.install(self.clock, self._processes)
        moto_seams.record_calls(self.aws_calls)
        # moto says at length what it does not support: the template's own tests cover that.
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        logging.getLogger("moto").setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", module="moto")
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        self._ending.callback(server.stop)
        aws = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        os.environ.update(AWS_ENDPOINT_URL=aws, MOTO_PORT=aws.rpartition(":")[2])
        self.bus = EventBus(self.clock, _clients(aws), moto_seams.matches, account=ACCOUNT, region=REGION)
        moto_seams.tell_of_endings(self.clock, self.bus)
        moto_seams.tell_of_alarms(self.bus)
        moto_seams.deliver_mails(self.mailbox)

        wearer = Wearer(self.choices.settings.time_zone, self.clock.now)
        self.google = GoogleSimulator(wearer=wearer, now=self.clock.now)
        self.fitbit = FitbitSimulator(wearer=wearer, now=self.clock.now)
        self.x = XSimulator(now=self.clock.now)
        self.bluesky = BlueskySimulator(now=self.clock.now)
        self.line = LineSimulator(now=self.clock.now)
        self.accounts: dict[str, AccountSimulator] = {"x": self.x, "bluesky": self.bluesky, "line": self.line}
        google, x = self._serve(self.google), self._serve(self.x)
        accounts = [self.accounts[each] for each in self.choices.settings.destinations]
        pages = Pages(clock=self.clock, mailbox=self.mailbox, bus=self.bus, aws_calls=self.aws_calls, accounts=accounts)
        self.environment = {
            "SOURCE": self.choices.settings.source,
            "AWS_ENDPOINT_URL": aws,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "GOOGLE_HEALTH_URL": google,
            "GOOGLE_OAUTH_URL": google,
            # Only the browser goes there, sent by ./daily: no function is told.
            "GOOGLE_ACCOUNTS_URL": os.environ.get("GOOGLE_ACCOUNTS_URL") or google,
            "FITBIT_API_URL": self._serve(self.fitbit),
            "X_API_URL": x,
            "BLUESKY_URL": self._serve(self.bluesky),
            "LINE_API_URL": self._serve(self.line),
            "LOCAL_STACK_URL": self._serve(pages),
            **self.given,
        }
        self._ending.callback(self._come_to_rest)

    def _serve(self, app: Any) -> str:
        """The address where it is served until the end."""
        from local.simulators.base import serve

        server = serve(app)
        self._ending.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def _deploy(self) -> None:
        cdk = Cdk(self.environment)
        self._ending.callback(cdk.end)
        deployed = cdk.deploy(self.folder, self.choices.words(), self._say)
        self.environment |= {
            "STATE_MACHINE_ARN": deployed["StateMachineArn"],
            "SOURCE_SECRET_ARN": deployed["SourceSecretArn"],
            "X_SECRET_ARN": deployed["XSecretArn"],
            "LEDGER_TABLE": deployed["LedgerTable"],
            "HISTORY_TABLE": deployed["HistoryTable"],
        }

    def _fill_secrets(self) -> None:
        self._say("Filling in the secrets")
        client = boto3.client("secretsmanager", region_name=REGION, endpoint_url=self.environment["AWS_ENDPOINT_URL"])
        tokens = self.fitbit.tokens if self.environment["SOURCE"] == "fitbit" else self.google.tokens
        for name, values in (
            ("SOURCE_SECRET_ARN", tokens.credentials),
            ("X_SECRET_ARN", self.x.credentials),
        ):
            client.put_secret_value(SecretId=self.environment[name], SecretString=json.dumps(asdict(values)))
        ssm = boto3.client("ssm", region_name=REGION, endpoint_url=self.environment["AWS_ENDPOINT_URL"])
        for destination, given in (("bluesky", self.bluesky.credentials), ("line", self.line.credentials)):
            if destination in self.choices.settings.destinations:
                keys = {key: getattr(given, key) for key in KEYS[destination]}
                name = parameter_of(STACK, destination)
                ssm.put_parameter(Name=name, Value=json.dumps(keys), Type="SecureString", Overwrite=True)


def _clients(endpoint: str) -> Clients:
    """Each is made once: a session makes clients for one thread at a time, and they serve any number."""
    session, lock = boto3.Session(region_name=REGION), threading.Lock()
    made: dict[str, Any] = {}

    def client(service: Any) -> Any:
        with lock:
            if service not in made:
                made[service] = session.client(service, endpoint_url=endpoint, config=ONE_ATTEMPT)
            return made[service]

    return client


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C ends nothing sooner, and would leave something running."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _remove_what_was_left_behind() -> None:
    """Folders of processes that were killed before they could clean up."""
    for folder in STATE.glob("run-*"):
        if not Path(f"/proc/{folder.name.split('-')[1]}").exists() and Path("/proc").exists():
            shutil.rmtree(folder, ignore_errors=True)
