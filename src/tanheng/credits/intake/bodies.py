"""A body as it comes over the wire: counted while it is read, unpacked no further than to the limit."""

from __future__ import annotations

import zlib
from typing import Protocol

from tanheng.credits.intake.limits import BODY_MOST_BYTES
from tanheng.problems import InputRejected, Problem

_PIECE = 1 << 20
_GZIP = 31  # zlib's word for "with the header of gzip"


class Stream(Protocol):
    """What a request is read from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class TooLarge(Exception):
    """A body is larger than what is taken at once, packed or unpacked."""


def read_body(stream: Stream, *, packed: bool = False, most: int = BODY_MOST_BYTES) -> bytes:
    """All of a body, unpacked where it is gzip.

    Raises
    ------
    TooLarge
        As soon as it is larger than ``most``; nothing more of it is read or unpacked.
    InputRejected
        ``intake.E015`` where it says gzip and is none, or ends in its middle.
    """
    unpacker = zlib.decompressobj(_GZIP) if packed else None
    parts: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        waiting = piece
        while waiting:
            part, waiting, unpacker = _next(waiting, unpacker, most - size + 1)
            size += len(part)
            if size > most:
                raise TooLarge
            parts.append(part)
    if unpacker is not None and not unpacker.eof:
        raise _no_gzip("ends in the middle of what was packed")
    return b"".join(parts)


def _next(waiting: bytes, unpacker: zlib._Decompress | None, room: int) -> tuple[bytes, bytes, zlib._Decompress | None]:
    """Some bytes of the body, what is to be read still, and what unpacks it: each member of a gzip its own."""
    if unpacker is None:
        return waiting, b"", None
    if unpacker.eof:
        unpacker = zlib.decompressobj(_GZIP)
    try:
        part = unpacker.decompress(waiting, room)
    except zlib.error:
        raise _no_gzip("is said to be gzip and is not") from None
    return part, unpacker.unconsumed_tail or unpacker.unused_data, unpacker


def _no_gzip(said: str) -> InputRejected:
    return InputRejected([Problem("intake.E015", "events", message=said)])
