"""A process tells how far it had come when it first asked anybody."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.cold_start import Contender, unpack

ASK = "import socket\nfor port in event: socket.create_connection(('127.0.0.1', port)).close()"


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """AWS's, and another one's."""
    with socket.create_server(("127.0.0.1", 0)) as aws, socket.create_server(("127.0.0.1", 0)) as other:
        yield aws.getsockname()[1], other.getsockname()[1]


def run(program: str, event: object, aws_port: int, *path: Path) -> Contender:
    contender = Contender("a program", program, path, lambda number: event)
    contender.run(0, f"http://127.0.0.1:{aws_port}", 0.0)
    return contender


def test_the_first_request_to_aws_the_first_to_another_and_the_end_are_noted(ports: tuple[int, int]) -> None:
    contender = run(ASK, [ports[0], ports[0], ports[1]], ports[0])
    (points,) = contender.reached
    assert list(points) == ["aws", "remote", "end"]
    assert 0 < points["aws"].cpu <= points["remote"].cpu <= points["end"].cpu
    assert 0 < points["aws"].wall <= points["remote"].wall <= points["end"].wall
    assert (contender.ready, contender.end) == (points["remote"], points["end"])


def test_a_program_that_asks_nobody_is_ready_at_its_end(ports: tuple[int, int]) -> None:
    contender = run("event", None, ports[0])
    assert contender.least("aws", "remote") is None
    assert contender.ready == contender.end


def test_a_program_that_fails_is_no_result(ports: tuple[int, int]) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)a program did not reach its end: .*ZeroDivisionError"):
        run("1 / 0", None, ports[0])


def test_nothing_but_the_bundle_is_on_the_path_and_no_bytecode_is_left_there(
    ports: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.cold_start.installed", lambda: tmp_path / "original")
    monkeypatch.setattr("local.lambda_process.PROVIDED", ("six", "jmespath"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("of_the_bundle.py", "import six, jmespath")
    bundle = unpack(tmp_path / "bundle", code=packed.getvalue(), layer=packed.getvalue())
    run("import of_the_bundle", None, ports[0], *bundle.path)
    assert not list(bundle.code.rglob("*.pyc"))
    with pytest.raises(RuntimeError, match=r"(?s)No module named 'requests'"):
        run("import requests", None, ports[0], *bundle.path)
