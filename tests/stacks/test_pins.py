"""What is installed, here and in the layer, is what was pinned, to the last bit."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PINNED = ("requirements.txt", "requirements-dev.txt", "lambdas/requirements.txt", "lambdas/requirements-picture.txt")


@pytest.mark.parametrize("file", PINNED)
def test_every_requirement_is_pinned_with_its_hashes_and_nothing_says_where_from(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(requirements) >= (1 if "picture" in file else 7)
    for requirement in requirements:
        name, *hashes = requirement.split(" --hash=")
        assert re.fullmatch(r"[a-z0-9.-]+==[\w.]+(?: ; [\w.<>=!' ]+)?", name.strip()), name
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes), name


def test_nothing_is_installed_without_its_hashes() -> None:
    """uv's, too, which installs the rest."""
    shown = subprocess.run(
        ["make", "--dry-run", "--what-if=requirements.txt", "test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    installs = [line for line in shown.stdout.splitlines() if "pip install" in line]
    assert len(installs) == 3
    assert all("--require-hashes" in line and "==" not in line for line in installs)


def test_uv_is_installed_from_its_own_pin_alone() -> None:
    (recipe,) = re.findall(r"sed -n '(/\^uv==.*?)'", (ROOT / "Makefile").read_text(encoding="utf-8"))
    told = subprocess.run(
        ["sed", "-n", recipe.replace("$$", "$"), "requirements.txt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    first, *rest = told.stdout.splitlines()
    assert first.startswith("uv==") and rest
    assert all(line.strip().startswith("--hash=") for line in rest)
