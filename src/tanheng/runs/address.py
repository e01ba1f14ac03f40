"""What makes two runs the same run: inputs, rulebook, code, year and date."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

_CODE = {".py", ".yaml", ".csv", ".html", ".css", ".js"}
_LIBRARIES = ("altair", "duckdb", "jinja2", "narwhals", "numpy", "pyarrow", "vl-convert-python", "xlsxwriter")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_digest() -> str:
    """The hash of every source, parameter and template file of the package, by name and content."""
    import tanheng

    package = Path(tanheng.__file__).parent
    return digest_of_files(package, (path for path in package.rglob("*") if path.suffix in _CODE))


def digest_of_files(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.relative_to(root).as_posix()):
        digest.update(f"{path.relative_to(root).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


@cache
def libraries() -> dict[str, str]:
    """The libraries whose version can change a byte of a run."""
    return {name: version(name) for name in _LIBRARIES}


def address_of(*, inputs: Iterable[tuple[str, str]], rulebook: str, year: int, on: date) -> str:
    """16 hexadecimal digits. ``inputs`` are (path inside the city folder, sha256), in any order."""
    parts: dict[str, Any] = {
        "inputs": sorted(inputs),
        "rulebook": rulebook,
        "code": code_digest(),
        "libraries": libraries(),
        "year": year,
        "date": on.isoformat(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
