"""The bytes of a CSV file: are they UTF-8 text, how do its lines end, how many are there, and their hash.

What DuckDB would not say in words that help is said here, and what it reads wrongly is mended: it takes a file
whose lines end in different ways for broken, or for empty.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tanheng.problems import Problem
from tanheng.warehouse.files import CHUNK_BYTES, TableFile

SAVE_AS = "In Excel, save it as: CSV UTF-8 (comma delimited)"
_OTHER_FILES = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"PAR1": "a Parquet file",
    b"\xff\xfe": "text in UTF-16 (Excel calls it Unicode text)",
    b"\xfe\xff": "text in UTF-16 (Excel calls it Unicode text)",
}
_NEWLINE = ord("\n")
_ODD_BLANKS = (b"\t", "\u00a0".encode(), "\u3000".encode())


@dataclass(frozen=True)
class CsvText:
    """What reading the bytes of a file told.

    ``line_count`` is the number of physical lines, empty ones at the end aside. ``odd_blanks`` says whether there are
    tabs, no-break or wide spaces that may surround a value; ``is_even`` whether every line ends in the same way.
    """

    sha256: str = ""
    line_count: int = 0
    odd_blanks: bool = False
    is_even: bool = True
    fault: Problem | None = None


def read_bytes(file: TableFile) -> CsvText:
    """Hash the file and check that it is UTF-8 text, a chunk at a time."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    ends = _LineEnds()
    position = 0
    last = b""
    odd_blanks = False
    with file.path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            if position == 0:
                for start, what in _OTHER_FILES.items():
                    if chunk.startswith(start):
                        return CsvText(fault=_fault(file, None, f"is {what}, not CSV"))
            pending = len(decoder.getstate()[0])
            is_ascii = not pending and chunk.isascii()
            try:
                if not is_ascii:
                    decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return CsvText(fault=_not_utf8(file, position - pending + error.start))
            if (at := chunk.find(b"\0")) >= 0:
                line = ends.count + chunk[:at].count(b"\n") + 1
                message = f"holds a zero byte at byte {position + at}: it is no text, or was cut off"
                return CsvText(fault=_fault(file, line, message))
            digest.update(chunk)
            ends.take(chunk)
            blanks = _ODD_BLANKS[:1] if is_ascii else _ODD_BLANKS
            odd_blanks = odd_blanks or any(blank in chunk or blank in last + chunk[:2] for blank in blanks)
            position += len(chunk)
            last = chunk[-2:]
    if pending := len(decoder.getstate()[0]):
        return CsvText(fault=_not_utf8(file, position - pending))
    return CsvText(digest.hexdigest(), ends.lines(), odd_blanks, ends.are_even)


@dataclass
class _LineEnds:
    """Counts the ends of lines: LF, CR LF, or CR alone."""

    newlines: int = 0
    pairs: int = 0
    returns: int = 0
    carried: bytes = b""
    tail: bytes = field(default=b"", repr=False)

    def take(self, chunk: bytes) -> None:
        text = self.carried + chunk
        # A CR LF may be cut by the end of the chunk.
        self.carried = b"\r" if text.endswith(b"\r") else b""
        text = text[: len(text) - len(self.carried)]
        self.newlines += int(np.count_nonzero(np.frombuffer(text, np.uint8) == _NEWLINE))  # bytes.count takes longer
        if b"\r" in text:
            self.pairs += text.count(b"\r\n")
            self.returns += text.count(b"\r")
        self.tail = (self.tail + chunk)[-CHUNK_BYTES // 64 :]

    @property
    def count(self) -> int:
        return self.newlines + self.returns - self.pairs + len(self.carried)

    @property
    def are_even(self) -> bool:
        returns = self.returns + len(self.carried)
        return returns == 0 or returns == self.pairs == self.newlines

    def lines(self) -> int:
        text = self.tail.rstrip(b"\r\n")
        after = _LineEnds()
        after.take(self.tail[len(text) :])
        return self.count - after.count + bool(text)


def even_lines(path: Path) -> Iterator[bytes]:
    """The bytes of a file with LF at the end of every line. A line break inside quotes becomes LF too."""
    carried = b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            text = carried + chunk
            carried = b"\r" if text.endswith(b"\r") else b""
            yield text[: len(text) - len(carried)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    yield carried.replace(b"\r", b"\n")


def _fault(file: TableFile, line: int | None, message: str) -> Problem:
    return Problem("intake.E001", file.name, line, message=message, hint=SAVE_AS)


def _not_utf8(file: TableFile, at: int) -> Problem:
    """A fault that says where the text stops being UTF-8 and, if it is plain, what it is instead."""
    line = 1
    with file.path.open("rb") as stream:
        left = at
        while left and (chunk := stream.read(min(left, CHUNK_BYTES))):
            line += chunk.count(b"\n")
            left -= len(chunk)
        start = max(at - 200, 0)
        stream.seek(start)
        before, after = stream.read(at - start), stream.read(65536)
    around = before.rpartition(b"\n")[2] + after.partition(b"\n")[0]
    for cut in range(4):
        try:
            readable = around[: len(around) - cut].decode("gb18030")
        except UnicodeDecodeError:
            continue
        if len(re.findall("[\u4e00-\u9fff]", readable)) > 1:
            message = (
                f"is not UTF-8 at byte {at}; it looks like GB18030 (GBK), in which the line reads {readable[:60]!r}"
            )
            return _fault(file, line, message)
    message = f"is not UTF-8 at byte {at} (0x{after[:1].hex()})"
    return _fault(file, line, message)
