"""Files that are small as they come and large once unpacked: how large, before anybody unpacks them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tanheng.problems import Problem

MEMBERS_MOST = 2000
_CHUNK_BYTES = 1 << 20


def too_much(path: Path, name: str, *, bytes_most: int, rows_most: int) -> Problem | None:
    """What speaks against unpacking a file; None where it may be read.

    A workbook is unpacked here, piece by piece, and counted: what an archive says of itself may be a lie.
    """
    if path.suffix == ".xlsx":
        return _workbook(path, name, bytes_most)
    if path.suffix == ".parquet":
        return _parquet(path, name, bytes_most, rows_most)
    return None


def _workbook(path: Path, name: str, bytes_most: int) -> Problem | None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if not any(member.filename == "xl/workbook.xml" for member in members):
                hint = "Hand in CSV (UTF-8), an Excel workbook (.xlsx) or Parquet"
                return Problem("submissions.E002", name, message="is a zip archive and no Excel workbook", hint=hint)
            if len(members) > MEMBERS_MOST:
                return _bomb(name, f"holds {len(members):,} parts")
            if sum(member.file_size for member in members) > bytes_most:
                return _bomb(name, f"would be larger than {bytes_most >> 20:,} MB once unpacked")
            total = 0
            for member in members:
                with archive.open(member) as stream:
                    while chunk := stream.read(_CHUNK_BYTES):
                        total += len(chunk)
                        if total > bytes_most:
                            return _bomb(name, f"is larger than {bytes_most >> 20:,} MB once unpacked")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        return Problem(
            "submissions.E002",
            name,
            message=f"cannot be unpacked as an Excel workbook: {error}",
            hint="Open it in Excel and save it as .xlsx, or hand in CSV",
        )
    return None


def _parquet(path: Path, name: str, bytes_most: int, rows_most: int) -> Problem | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        said = str(error).splitlines()[0].replace(str(path), name)
        return Problem(
            "submissions.E002", name, message=f"cannot be read as Parquet: {said}", hint="Was it copied to its end?"
        )
    if about.num_rows > rows_most:
        return _bomb(name, f"holds {about.num_rows:,} rows; at most {rows_most:,} are taken at once")
    unpacked = sum(about.row_group(place).total_byte_size for place in range(about.num_row_groups))
    if unpacked > bytes_most:
        return _bomb(name, f"is larger than {bytes_most >> 20:,} MB once unpacked")
    return None


def _bomb(name: str, message: str) -> Problem:
    return Problem("submissions.E003", name, message=message, hint="Send it in several files")
