"""Events that were taken, on disk: a file a batch, under the hash of its bytes, there for good before anybody is told.

Nothing of what was sent becomes part of a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tanheng.database.place import data_folder

_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(events: pa.Table) -> str:
    """Write events so that no crash loses them, and say under which hash.

    The file is on the disk, and so is its name, when this returns; a file that a crash cut off has no name that
    anything leads to.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(events, sink, compression="zstd")
    content = sink.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    place = file_of(digest)
    if place.is_file():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_for_good(place, content)
    return digest


def write_for_good(place: Path, content: bytes | pa.Buffer) -> None:
    """Write a file that is there whole or not at all, whatever dies meanwhile."""
    handle, written = tempfile.mkstemp(prefix=".coming-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(written, place)
        # The name as well: a folder is a file of its own.
        for folder in (place.parent, place.parent.parent):
            number = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
    finally:
        Path(written).unlink(missing_ok=True)


def file_of(digest: str) -> Path:
    """Where the events of a batch lie.

    Raises
    ------
    ValueError
        When that is no hash: nothing else becomes part of a path.
    """
    if not _DIGEST.fullmatch(digest):
        raise ValueError("events are kept by their hash")
    return data_folder() / "credits" / "events" / digest[:2] / f"{digest}.parquet"


def runs_folder() -> Path:
    """Where what was worked out lies, a folder each."""
    return data_folder() / "credits" / "worked_out"
