"""What the functions run: one layer with the dependencies, one asset with all handlers; no Docker."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

LAMBDAS = Path(__file__).parent.parent / "lambdas"
RUNTIME = lambda_.Runtime.PYTHON_3_14
ARCHITECTURE = lambda_.Architecture.ARM_64


# Whoever synthesises may have an umask that shuts Lambda out, and CDK uploads files with the modes that they have.
# https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
_FILE, _FOLDER = 0o644, 0o755


_NO_SOURCES = ("requirements*", "*.md", "__pycache__", "*.pyc", ".*")


def handlers() -> lambda_.Code:
    """All handlers and the package they share, as they are; the asset is known by them, and by the modes they get."""
    return lambda_.Code.from_asset(
        str(LAMBDAS),
        exclude=[pattern for name in _NO_SOURCES for pattern in (name, f"**/{name}")],
        asset_hash_type=AssetHashType.SOURCE,
        bundling=_bundling(Copy()),
    )


def dependencies(scope: Construct, id: str) -> lambda_.LayerVersion:
    """The pinned dependencies of every function."""
    return _layer(scope, id, "requirements.txt")


def rasteriser(scope: Construct, id: str, *, here: bool) -> lambda_.LayerVersion:
    """What makes a picture of a drawing, compiled: for Lambda, or else for this very machine.

    here: the functions run on it, as the local stack's do
    """
    return _layer(scope, id, "requirements-picture.txt", here=here)


def _layer(scope: Construct, id: str, requirements: str, *, here: bool = False) -> lambda_.LayerVersion:
    """The asset is known by what was installed, not by what was asked for."""
    return lambda_.LayerVersion(
        scope,
        id,
        description=f"The dependencies of lambdas/{requirements}",
        compatible_runtimes=[RUNTIME],
        compatible_architectures=[ARCHITECTURE],
        # Without `exclude`, which CDK would apply to what was installed: every layer would have the same hash.
        code=lambda_.Code.from_asset(
            str(LAMBDAS),
            asset_hash_type=AssetHashType.OUTPUT,
            bundling=_bundling(UvInstall(requirements, here=here), REQUIREMENTS=requirements),
        ),
    )


def _bundling(local: ILocalBundling, **of: str) -> BundlingOptions:
    """of: what else tells it apart from others of the same folder, which CDK would take for one."""
    # The environment, of which no Docker is told, is part of a hash of sources; modes are part of no hash of CDK's.
    modes = {"FILE": oct(_FILE), "FOLDER": oct(_FOLDER)} | of
    return BundlingOptions(image=DockerImage.from_registry("none: bundled here"), local=local, environment=modes)


@jsii.implements(ILocalBundling)
class Copy:
    """Copies the sources, and nothing that tools leave beside them."""

    def try_bundle(self, output_dir: str, image: DockerImage, **_: Any) -> bool:
        shutil.copytree(LAMBDAS, output_dir, ignore=shutil.ignore_patterns(*_NO_SOURCES), dirs_exist_ok=True)
        _let_lambda_read(Path(output_dir))
        return True


@jsii.implements(ILocalBundling)
class UvInstall:
    """Installs with uv, on whatever machine this is: for Lambda, or for this machine."""

    def __init__(self, requirements: str, *, here: bool = False) -> None:
        self._requirements = requirements
        self._here = here

    def try_bundle(self, output_dir: str, image: DockerImage, **_: Any) -> bool:
        """Raises where uv fails: answering False would lead CDK on to Docker."""
        target = Path(output_dir) / "python"
        # The pins are all there is to install: what they leave out, such as urllib3, is part of the runtime.
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        command += ["--requirement", str(LAMBDAS / self._requirements), "--target", str(target)]
        for_lambda = ["--python-version", "3.14", "--python-platform", "aarch64-manylinux_2_28"]
        command += ["--python", sys.executable] if self._here else for_lambda
        command += ["--only-binary", ":all:", "--no-compile-bytecode", "--no-installer-metadata", "--link-mode", "copy"]
        subprocess.run(command, check=True)
        # What uv needs itself, and commands that nobody types in a function.
        (target / ".lock").unlink(missing_ok=True)
        shutil.rmtree(target / "bin", ignore_errors=True)
        _let_lambda_read(Path(output_dir))
        return True


def _let_lambda_read(folder: Path) -> None:
    folder.chmod(_FOLDER)
    for path in folder.rglob("*"):
        path.chmod(_FOLDER if path.is_dir() else _FILE)
