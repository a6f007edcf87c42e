"""What is uploaded: one layer and one code asset, enough for every handler, small, and the same each time."""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import DockerImage, ILocalBundling, assertions

from stacks import code
from stacks.code import LAMBDAS, UvInstall
from tests.stacks.conftest import OWNER, ROOT, cdk_json, run_app
from tests.stacks.handler_code import HANDLERS
from tests.stacks.reading import Template

# All of these read one assembly: they go to one worker.
pytestmark = pytest.mark.xdist_group("assembly")

# What Lambda's Python runtime carries.
PROVIDED = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
NOT_IN_THE_LAYER = {*PROVIDED, "charset_normalizer", "aws_xray_sdk", "pytest", "moto", "pip", "setuptools", "bin"}
NO_IMAGE = DockerImage.from_registry("none")
TRACES = shutil.ignore_patterns("__pycache__", ".*")

IMPORT_ALL = """
import importlib, json, sys
handlers, sys.path[:0] = json.loads(sys.argv[1]), json.loads(sys.argv[2])
for name in handlers:
    assert callable(importlib.import_module(name).handler), name
import boto3, requests
boto3.client("ssm", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
print(json.dumps({name: module.__file__ for name, module in sys.modules.items() if getattr(module, "__file__", None)}))
"""


@pytest.fixture(scope="module")
def assets(assembly: Path) -> Template:
    """The template that names them."""
    return Template(json.loads((assembly / "fitbit-daily.template.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def layer(assembly: Path, assets: Template) -> Path:
    """The unpacked dependencies, on the path of every function."""
    content = assets.only("AWS::Lambda::LayerVersion")["Properties"]["Content"]
    return assembly / f"asset.{content['S3Key'].removesuffix('.zip')}" / "python"


@pytest.fixture(scope="module")
def handlers(assembly: Path, assets: Template) -> Path:
    """The unpacked code of every function."""
    (key,) = {function["Code"]["S3Key"] for function in assets.functions().values()}
    return assembly / f"asset.{key.removesuffix('.zip')}"


def test_every_handler_runs_with_nothing_but_the_code_the_layer_and_boto3(
    handlers: Path, layer: Path, tmp_path: Path
) -> None:
    for name in PROVIDED:
        spec = importlib.util.find_spec(name)
        assert spec and spec.origin
        origin = Path(spec.origin)
        origin = origin.parent if origin.name == "__init__.py" else origin
        (tmp_path / origin.name).symlink_to(origin)
    words = [json.dumps(HANDLERS), json.dumps([str(handlers), str(layer), str(tmp_path)])]
    command = [sys.executable, "-I", "-S", "-B", "-c", IMPORT_ALL, *words]
    ended = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    origins = json.loads(ended.stdout)
    assert Path(origins["requests"]).is_relative_to(layer)
    assert Path(origins["tweet"]).is_relative_to(handlers)
    assert "site-packages" not in " ".join(origins.values())


def test_what_is_bundled_under_umask_077_lambda_may_read_all_the_same(handlers: Path, layer: Path) -> None:
    assert_lambda_may_read(handlers)
    assert_lambda_may_read(layer.parent)


def assert_lambda_may_read(asset: Path) -> None:
    members = [asset, *asset.rglob("*")]
    assert len(members) > 1
    for member in members:
        assert stat.S_IMODE(member.stat().st_mode) == (0o755 if member.is_dir() else 0o644), member


@pytest.mark.thorough
def test_whoever_synthesises_makes_the_same_assets(tmp_path: Path, assembly: Path) -> None:
    theirs, out = a_used_clone_under_umask_077(tmp_path / "clone"), tmp_path / "out"
    environ = dict(os.environ) | {"CDK_VALIDATION": "false"}
    ended = run_app(cdk_json() | {"email": OWNER}, out, environ=environ, root=theirs, umask=0o077)
    assert ended.returncode == 0, ended.stderr
    made = {path.name: path for path in out.glob("asset.*") if path.is_dir()}
    assert len(made) >= 2 and set(made) == {path.name for path in assembly.glob("asset.*") if path.is_dir()}
    for asset in made.values():
        assert_lambda_may_read(asset)


def a_used_clone_under_umask_077(folder: Path) -> Path:
    """What is needed for synth, as git checks it out where nobody else may read anything; tools have left traces."""
    folder.mkdir()
    for name in ("stacks", "lambdas"):
        shutil.copytree(ROOT / name, folder / name, ignore=TRACES)
    for name in ("app.py", "cdk.json"):
        shutil.copy(ROOT / name, folder / name)
    for trace in ("__pycache__/tweet.cpython-311.pyc", ".DS_Store", "fitbit_daily/.mypy_cache/a.json"):
        (folder / "lambdas" / trace).parent.mkdir(exist_ok=True)
        (folder / "lambdas" / trace).write_text("a trace")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


def test_the_code_asset_is_known_by_every_module_and_by_the_modes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(LAMBDAS, tmp_path / "lambdas", ignore=TRACES)
    monkeypatch.setattr(code, "LAMBDAS", folder)
    keys = [code_key()]
    with (folder / "fitbit_daily" / "clock.py").open("a") as module:
        module.write("# another line\n")
    keys.append(code_key())
    monkeypatch.setattr(code, "_FILE", 0o444)
    keys.append(code_key())
    assert len(set(keys)) == 3


def code_key() -> str:
    handlers = code.handlers().bind(cdk.Stack(cdk.App(), "stack")).s3_location
    assert handlers
    return handlers.object_key


@jsii.implements(ILocalBundling)
class Installed:
    """Stands in for UvInstall: its requirements are what is installed."""

    def __init__(self, requirements: str, **_: Any) -> None:
        self._requirements = requirements

    def try_bundle(self, output_dir: str, image: DockerImage, **_: Any) -> bool:
        # Of a name that the handlers' asset leaves out.
        (Path(output_dir) / "requirements.md").write_text(self._requirements)
        return True


def test_a_layer_is_known_by_what_was_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a newer dependency would never be uploaded, and one layer be taken for the other."""
    monkeypatch.setattr(code, "UvInstall", Installed)
    stack = cdk.Stack(cdk.App(), "stack")
    code.dependencies(stack, "Layer")
    code.rasteriser(stack, "Pictures", here=False)
    layers = Template(dict(assertions.Template.from_stack(stack).to_json())).of("AWS::Lambda::LayerVersion").values()
    assert len({layer["Properties"]["Content"]["S3Key"] for layer in layers}) == 2


def test_the_code_asset_is_the_source_of_the_handlers_and_nothing_else(handlers: Path) -> None:
    bundled = {str(path.relative_to(handlers)) for path in handlers.rglob("*") if path.is_file()}
    fonts = {f"fitbit_daily/fonts/{name}" for name in ("LICENSE", "NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf")}
    assert bundled == {str(path.relative_to(LAMBDAS)) for path in LAMBDAS.rglob("*.py")} | fonts
    assert not [path for path in handlers.rglob("*") if path.is_dir() and not any(map(Path.is_file, path.rglob("*")))]


def test_the_layer_is_reproducible_for_any_architecture_and_brings_nothing_that_lambda_has(layer: Path) -> None:
    top = {path.name for path in layer.iterdir()}
    assert not NOT_IN_THE_LAYER & top and not [name for name in top if name.startswith(".")]
    files = [path for path in layer.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in (".pyc", ".so")]
    assert not {"INSTALLER", "direct_url.json", "REQUESTED"} & {path.name for path in files}


def test_what_is_uploaded_is_small(handlers: Path, layer: Path) -> None:
    assert zipped(handlers) + zipped(layer) < 5e6


def zipped(folder: Path) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    return buffer.tell()


def test_every_dependency_that_is_asked_for_is_among_the_pins_and_every_import_in_the_layer(layer: Path) -> None:
    pins = (LAMBDAS / "requirements.txt").read_text(encoding="utf-8")
    asked = (LAMBDAS / "requirements.in").read_text(encoding="utf-8").splitlines()
    for name in (line.partition("==")[0] for line in asked if not line.startswith("#")):
        assert re.search(rf"^{name}==", pins, re.MULTILINE), name
    # In a layer of its own (below), and imported only where it is used.
    ours = {"fitbit_daily", *HANDLERS, "resvg_py"}
    for module in imported() - set(sys.stdlib_module_names) - ours - set(PROVIDED):
        assert (layer / module).is_dir() or (layer / f"{module}.py").is_file(), module


def imported() -> set[str]:
    """The first parts of all names that the deployed code imports."""
    nodes = [node for path in LAMBDAS.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names}


def test_with_a_weekly_post_one_function_alone_has_a_second_layer_which_makes_pictures(otherwise: Template) -> None:
    assert len(otherwise.of("AWS::Lambda::LayerVersion")) == 2
    more = [function for function in otherwise.functions().values() if len(function["Layers"]) == 2]
    assert [function["Handler"] for function in more] == ["format_posts.handler"]


def test_what_makes_pictures_is_compiled_for_lambda_or_for_the_machine_at_hand(tmp_path: Path) -> None:
    for name, here in (("lambda", False), ("here", True)):
        UvInstall("requirements-picture.txt", here=here).try_bundle(str(tmp_path / name), image=NO_IMAGE)
    (library,) = (tmp_path / "lambda").rglob("*.so")
    # In ELF's header, 64-bit ARM.
    assert library.read_bytes()[18:20] == b"\xb7\x00" and zipped(tmp_path / "lambda") < 2e6
    words = "import sys; sys.path.insert(0, sys.argv[1]); import resvg_py"
    subprocess.run([sys.executable, "-I", "-S", "-c", words, str(tmp_path / "here/python")], check=True)


def test_a_failing_install_ends_synth_instead_of_asking_for_docker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("requests==2.34.2\n")
    monkeypatch.setattr(code, "LAMBDAS", tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        UvInstall("requirements.txt").try_bundle(str(tmp_path / "out"), image=NO_IMAGE)
