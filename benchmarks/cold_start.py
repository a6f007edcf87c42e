"""Cold starts: each function in a fresh process, from its real bundle, up to its first remote call."""

from __future__ import annotations

import compileall
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.deployed import Deployed, Invocation
from benchmarks.original.libraries import installed
from benchmarks.results import Section, Target
from local.cdk import REGION
from local.lambda_process import provide

PROBE = Path(__file__).with_name("probe.py")
REPETITIONS = 15

RUN = "from types import SimpleNamespace as Context\nimport {module}\n{module}.handler(event, Context())"
CLIENT = "import boto3\nboto3.client('{service}')"

# The first client of AWS that a step makes; what making it costs at least is its floor.
CLIENTS = {
    "choose_date": "dynamodb",
    "refresh_token": "secretsmanager",
    "fetch_activity": "ssm",
    "fetch_sleep": "ssm",
    "keep_history": "dynamodb",
    "catch_up": "dynamodb",
    "tweet": "secretsmanager",
    "notify": "dynamodb",
}
FETCHING = ("fetch_activity", "fetch_sleep")
WITHOUT_AWS = ("format_posts",)

# The original's two functions: the one that refreshes, and the one that fetches and posts. Before its first remote call
# the one reads a secret, and the other two.
ORIGINAL = {
    "refresh": ("import base64, json, boto3, requests", 1),
    "post": ("import json, boto3, requests, fitbit, twitter", 2),
}
READING = "\nclient = boto3.client('secretsmanager')\nfor secret in event: client.get_secret_value(SecretId=secret)"
COUNTERPARTS = {"refresh_token": "refresh", "fetch_activity": "post", "fetch_sleep": "post", "tweet": "post"}


@dataclass(frozen=True)
class Point:
    """How far a process had come: seconds of CPU (user and system), and of wall clock since it was started."""

    cpu: float
    wall: float


@dataclass
class Contender:
    """`path` is what it may import; `event` gets the number of its run.

    reached: of each run, the points "aws" and "remote", where it got there, and "end"
    """

    name: str
    program: str
    path: Sequence[Path]
    event: Callable[[int], Any] = lambda number: None
    environment: Callable[[int], Mapping[str, str]] = lambda number: {}
    reached: list[dict[str, Point]] = field(default_factory=list)

    def run(self, number: int, endpoint: str, skipped: float) -> None:
        """`endpoint` is AWS's."""
        order = {
            "path": [str(folder) for folder in self.path],
            "program": self.program,
            "names": {"event": self.event(number)},
            "aws_port": int(endpoint.rpartition(":")[2]),
            "skipped": skipped,
        }
        began = time.monotonic()
        process = subprocess.run(
            [sys.executable, "-I", "-S", "-B", str(PROBE)],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            env=_environment(endpoint) | dict(self.environment(number)),
            check=False,
        )
        try:
            told = json.loads(process.stderr.rpartition("\n")[2])
        except ValueError:
            raise RuntimeError(f"{self.name} did not reach its end: {process.stderr[-2000:]}") from None
        self.reached.append({name: Point(at["cpu"], at["moment"] - began) for name, at in told.items()})

    def least(self, *names: str) -> Point | None:
        """The least of all runs at the first of these points that there is: above it is other programs' work."""
        for name in names:
            if points := [run[name] for run in self.reached if name in run]:
                return Point(min(each.cpu for each in points), min(each.wall for each in points))
        return None

    @property
    def ready(self) -> Point:
        """At the first remote call; or at the end, where there is none."""
        return self.least("remote", "end") or Point(math.nan, math.nan)

    @property
    def end(self) -> Point:
        return self.least("end") or Point(math.nan, math.nan)


@dataclass(frozen=True)
class Bundle:
    """Unpacked, without any bytecode: the code, its layer, what Lambda's runtime has, and the original's libraries."""

    code: Path
    layer: Path
    runtime: Path
    original: Path

    @property
    def path(self) -> Sequence[Path]:
        """In Lambda's order."""
        return (self.code, self.layer, self.runtime)


def unpack(folder: Path, code: bytes, layer: bytes) -> Bundle:
    for name, archive in (("code", code), ("layer", layer)):
        zipfile.ZipFile(io.BytesIO(archive)).extractall(folder / name)
    runtime = folder / "runtime"
    provide(runtime)
    # What a fresh clone has not imported yet is compiled now, as the runtime's own modules are.
    for origin in runtime.iterdir():
        compiled = compileall.compile_dir if origin.is_dir() else compileall.compile_file
        compiled(origin, quiet=2)
    return Bundle(folder / "code", folder / "layer" / "python", runtime, installed() / "python")


def contenders(bundle: Bundle, invocations: Iterable[Invocation], secret: str) -> dict[str, Contender]:
    """One for each function that ran, their floors, and the original's two functions; `secret` is one that is there."""
    found: dict[str, Contender] = {}
    for invocation in invocations:
        found[invocation.module] = Contender(
            invocation.module.replace("_", " ").capitalize(),
            RUN.format(module=invocation.module),
            bundle.path,
            partial(_event, invocation),
            partial(_environment_of, invocation),
        )
    for service in dict.fromkeys(CLIENTS[module] for module in found if module in CLIENTS):
        program = CLIENT.format(service=service)
        found[service] = Contender(f"floor: boto3, a client for {service}", program, (bundle.runtime,))
    path = (bundle.original, bundle.runtime)
    for name, (imports, secrets) in ORIGINAL.items():
        found[name] = Contender(f"the original's {name}", imports + READING, path, partial(_secrets, secret, secrets))
    return found


def _secrets(secret: str, times: int, number: int) -> list[str]:
    return [secret] * times


def _event(invocation: Invocation, number: int) -> Any:
    """As it was; but that X takes no text twice, nor the ledger a day's."""
    if invocation.module != "tweet":
        return invocation.event
    posts = [post | {"text": f"{post['text']} {number}"} for post in invocation.event["posts"]]
    return invocation.event | {"date": f"2020-01-{number + 1:02}", "posts": posts}


def _environment_of(invocation: Invocation, number: int) -> Mapping[str, str]:
    """As it was; but that Refresh token finds no token, and so has to ask for one."""
    nothing = {"ACCESS_TOKEN_PARAMETER": f"/benchmark/{number}"} if invocation.module == "refresh_token" else {}
    return {**invocation.function.environment, **nothing}


def measure(deployed: Deployed) -> dict[str, Contender]:
    """The functions get the events of a day anew. The contenders run in turn."""
    deployed.authorise("google_health")
    deployed.wait_until_noon()
    day = deployed.execute()
    with tempfile.TemporaryDirectory() as folder:
        bundle = unpack(Path(folder), deployed.code, deployed.layer)
        all_of_them = contenders(bundle, day.invocations, deployed.stack.environment["SOURCE_SECRET_ARN"])
        for number in range(REPETITIONS):
            for contender in all_of_them.values():
                contender.run(number, deployed.stack.environment["AWS_ENDPOINT_URL"], deployed.stack.clock.skipped)
    return all_of_them


def section(measured: Mapping[str, Contender], deployed: Deployed) -> Section:
    code, layer = len(deployed.code) / 1e6, len(deployed.layer) / 1e6
    uploaded = Target(
        "at most 3 MB are uploaded", f"{code:.2f} MB of code, {layer:.2f} MB of layer.", code + layer <= 3
    )
    return Section(
        title="2. Cold starts",
        columns=(
            "CPU until",
            "first AWS request",
            "first remote call",
            "of its floor",
            "in wall time",
            "end of its work",
        ),
        rows=[_row(name, measured) for name in measured],
        targets=[*_targets(measured), uploaded],
        notes=NOTES,
    )


NOTES = """
Each in a fresh Python that has nothing but the bundle, the layer and boto3 on its path, up to the moment at which it
connects to anyone but AWS, and on to its end; a function that never does is compared at its end. AWS is moto, and the
remote APIs are the simulators; their own time is in the wall clock, not in the CPU. The least of all runs, which take
turns.

Bytecode as on Lambda: code and layer are deployed without it, and Lambda's file system is read-only, so that every cold
start compiles what it imports; boto3 and what that needs are part of the runtime, and compiled beforehand. The
original's layer is treated alike. Python is this machine's; on Lambda it is 3.14 on arm64.

The floor is a Python that imports the runtime's boto3 and makes the one client that the function needs first; Refresh
token, Catch up, Tweet and Notify need a second one.

What dominates is compiling what is imported. With bytecode in both archives, a fetching step would be at its floor, for
4.7 MB more to unpack; but the very Python that Lambda runs has to make it, which not everyone has who deploys.
"""


def _row(name: str, measured: Mapping[str, Contender]) -> list[str]:
    contender = measured[name]
    at_aws, floor = contender.least("aws"), measured[CLIENTS[name]].end if name in CLIENTS else None
    return [
        contender.name,
        _ms(at_aws.cpu) if at_aws else "",
        _ms(contender.ready.cpu),
        f"{contender.ready.cpu / floor.cpu:.2f}" if floor else "",
        f"{contender.ready.wall / floor.wall:.2f}" if floor else "",
        _ms(contender.end.cpu),
    ]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _targets(measured: Mapping[str, Contender]) -> list[Target]:
    targets = []
    for module, counterpart in COUNTERPARTS.items():
        ours, original = measured[module], measured[counterpart]
        ratio = ours.ready.cpu / original.end.cpu
        targets.append(Target(f"{ours.name}: ahead of the original", f"{ratio:.2f} of its CPU.", ratio < 1))
    for module in FETCHING:
        ratio = measured[module].ready.cpu / measured[CLIENTS[module]].end.cpu
        targets.append(
            Target(f"{measured[module].name}: at most 1.5 times the floor", f"{ratio:.2f} times its CPU.", ratio <= 1.5)
        )
    lowest = min(measured[service].end.cpu for service in set(CLIENTS.values()) if service in measured)
    for module in WITHOUT_AWS:
        ratio = measured[module].end.cpu / lowest
        targets.append(
            Target(f"{measured[module].name}: below the floor", f"{ratio:.2f} of the lowest one's CPU.", ratio < 1)
        )
    return targets


def _environment(endpoint: str) -> dict[str, str]:
    """What Lambda gives to every function."""
    return {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
    }
