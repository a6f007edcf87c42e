"""Table 3: what is uploaded."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from benchmarks.deployed import Deployed
from benchmarks.original.libraries import installed
from benchmarks.table import Table, Target

LIMIT = 3_000_000

NOTES = """
This project's archives are as the CDK uploaded them. The original's layer is its libraries, with all that they need,
installed for the same platform and zipped alike; its own code is two small files. The largest parts are unzipped.
"""


def table(deployed: Deployed) -> Table:
    archives = {
        "this project: code": deployed.code,
        "this project: layer": deployed.layer,
        "the original: layer": zipped(installed()),
    }
    total = len(deployed.code) + len(deployed.layer)
    return Table(
        title="3. Size",
        columns=("archive", "zipped", "unzipped", "files", "its largest parts"),
        rows=[_row(name, archive) for name, archive in archives.items()],
        targets=[Target("at most 3 MB zipped", f"{_mb(total)}.", total <= LIMIT)],
        notes=NOTES,
    )


def zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return buffer.getvalue()


def parts(archive: bytes) -> dict[str, int]:
    """Unzipped bytes of each package or module, the largest first."""
    found: dict[str, int] = {}
    for entry in _files(archive):
        name = entry.filename.removeprefix("python/").partition("/")[0]
        found[name] = found.get(name, 0) + entry.file_size
    return dict(sorted(found.items(), key=lambda part: -part[1]))


def _files(archive: bytes) -> list[zipfile.ZipInfo]:
    return [entry for entry in zipfile.ZipFile(io.BytesIO(archive)).infolist() if not entry.is_dir()]


def _row(name: str, archive: bytes) -> list[str]:
    files = _files(archive)
    largest = ", ".join(f"{part} {_mb(size)}" for part, size in list(parts(archive).items())[:3])
    return [name, _mb(len(archive)), _mb(sum(entry.file_size for entry in files)), str(len(files)), largest]


def _mb(size: int) -> str:
    return f"{size / 1e6:.2f} MB"
