"""The original's libraries, installed for the Lambda platform as its layer had them, below .local/."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from local.cdk import STATE

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def installed() -> Path:
    """The folder; installed once for each state of the requirements. fitbit is built here: it was never a wheel."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    folder = STATE / "benchmarks" / f"original-{digest}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)]
        command += ["--target", str(unfinished / "python"), "--python-version", "3.14"]
        command += ["--python-platform", "aarch64-manylinux_2_28", "--no-compile-bytecode", "--no-installer-metadata"]
        subprocess.run([*command, "--link-mode", "copy"], check=True)
        unfinished.rename(folder)
    return folder
