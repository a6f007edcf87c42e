"""python -m local: the commands, in the project's own virtual environment, which is set up first if need be."""

import os
import subprocess
import sys
from pathlib import Path

from cli import terminal

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv/bin/python"

if __name__ == "__main__":
    terminal.prepare()
    if Path(sys.prefix).resolve() != PYTHON.parent.parent.resolve():
        # Whatever Python this is: it has none of the libraries.
        if subprocess.run(
            ["make", "--silent", "--no-print-directory", "setup"], cwd=ROOT, stdout=sys.stderr
        ).returncode:
            sys.exit(1)
        os.execv(PYTHON, [str(PYTHON), "-m", "local", *sys.argv[1:]])
    from local.commands import local

    terminal.run(local, "python -m local")
