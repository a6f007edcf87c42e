"""What the functions run: one layer with the dependencies, one asset with all handlers; no Docker."""

from __future__ import annotations

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


def handlers() -> lambda_.Code:
    """All handlers and the package they share, as they are."""
    return lambda_.Code.from_asset(str(LAMBDAS), exclude=["requirements.*", "**/__pycache__", "**/*.pyc", "**/.*"])


def dependencies(scope: Construct, id: str) -> lambda_.LayerVersion:
    """The pinned dependencies; the asset is known by what was installed, not by what was asked for."""
    return lambda_.LayerVersion(
        scope,
        id,
        description="The dependencies of lambdas/requirements.txt",
        compatible_runtimes=[RUNTIME],
        compatible_architectures=[ARCHITECTURE],
        code=lambda_.Code.from_asset(
            str(LAMBDAS),
            exclude=["*", "!requirements.txt"],
            asset_hash_type=AssetHashType.OUTPUT,
            bundling=BundlingOptions(image=DockerImage.from_registry("none: bundled by uv"), local=UvInstall()),
        ),
    )


@jsii.implements(ILocalBundling)
class UvInstall:
    """Installs for the Lambda target with uv, on whatever machine this is."""

    def try_bundle(self, output_dir: str, image: DockerImage, **_: Any) -> bool:
        """Raises where uv fails: answering False would lead CDK on to Docker."""
        # The pins are all there is to install: what they leave out, such as urllib3, is part of the runtime.
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        command += ["--requirement", str(LAMBDAS / "requirements.txt"), "--target", f"{output_dir}/python"]
        command += ["--python-version", "3.14", "--python-platform", "aarch64-manylinux_2_28"]
        command += ["--only-binary", ":all:", "--no-compile-bytecode", "--no-installer-metadata", "--link-mode", "copy"]
        subprocess.run(command, check=True)
        return True
