"""How a file comes in: counted while it comes, told apart by its bytes, kept under its hash.

Nothing of the name that it came with becomes part of a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tanheng.database.place import data_folder
from tanheng.problems import InputRejected, Problem
from tanheng.submissions.models import Format

_MAGIC = ((b"PK\x03\x04", Format.EXCEL), (b"PAR1", Format.PARQUET))
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
HINT = "Hand in CSV (UTF-8), an Excel workbook (.xlsx) or Parquet"


@dataclass(frozen=True)
class Received:
    """A file that is kept: its hash, its size and what it is."""

    sha256: str
    size_bytes: int
    format: Format


def bytes_most() -> int:
    """The largest file that is taken: TANHENG_UPLOAD_MOST_MB."""
    most: int = settings.TANHENG_UPLOAD_MOST_MB
    return most << 20


def keep(name: str, chunks: Iterable[bytes]) -> Received:
    """Keep a file under its hash; the same bytes are kept once.

    Raises
    ------
    InputRejected
        ``submissions.E001`` where it is too large or empty, ``E002`` where it is no table.
    """
    folder = _folder()
    handle, written = tempfile.mkstemp(prefix=".coming-", dir=folder)
    digest, size, start = hashlib.sha256(), 0, b""
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                size += len(chunk)
                if size > bytes_most():
                    raise InputRejected([too_large(name)])
                start = start or chunk[:16]
                digest.update(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        format = _format_of(name, start, size)
        place = file_of(digest.hexdigest(), format)
        place.parent.mkdir(exist_ok=True)
        os.replace(written, place)
    finally:
        Path(written).unlink(missing_ok=True)
    return Received(digest.hexdigest(), size, format)


def file_of(sha256: str, format: str) -> Path:
    """Where a file is kept.

    Raises
    ------
    ValueError
        When that is no hash or no format: nothing else becomes part of a path.
    """
    if not _SHA256.fullmatch(sha256) or format not in Format.values:
        raise ValueError("a file is kept by its hash and its format")
    return _folder() / sha256[:2] / f"{sha256}.{Format(format).value}"


def name_as_shown(given: str) -> str:
    """The name of a file as people see it: its last part, without what no name should hold."""
    last = re.split(r"[\\/]", given)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    return kept[-200:] or "-"


def too_large(name: str) -> Problem:
    """What is told of a file that is too large."""
    most = settings.TANHENG_UPLOAD_MOST_MB
    return Problem(
        "submissions.E001",
        name,
        message=f"is larger than {most} MB",
        hint="Send it as Parquet, or in several files",
    )


def _format_of(name: str, start: bytes, size: int) -> Format:
    if not size:
        raise InputRejected([Problem("submissions.E001", name, message="is empty", hint=HINT)])
    for magic, what in _OTHERS:
        if start.startswith(magic):
            raise InputRejected([Problem("submissions.E002", name, message=f"is {what} and no table", hint=HINT)])
    for magic, format in _MAGIC:
        if start.startswith(magic):
            return format
    return Format.CSV  # whether it is text, and in UTF-8, is told with the line by whoever reads it


def _folder() -> Path:
    folder = data_folder() / "submissions"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
