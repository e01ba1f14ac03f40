"""The matrix of transfers: how much of a column's sound power arrives at a receiver, by octave band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import BAND_COUNT
from tanheng.problems import reject

Ratios = NDArray[np.float32]


@dataclass(frozen=True)
class Transfer:
    """Receivers × columns × bands, in compressed rows.

    Entry e of receiver r, ``starts[r] <= e < starts[r + 1]``, says that column ``columns[e]`` arrives with the power
    ratios ``ratios[e]`` (eight bands): 10^(-A/10), over all pieces, paths and conditions. Of a road the power is that
    of a metre, so the ratio carries its length. Columns of a row ascend. What is out of reach has no entry.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    ratios: Ratios
    column_count: int

    @property
    def receiver_count(self) -> int:
        """Rows."""
        return len(self.starts) - 1

    @property
    def nbytes(self) -> int:
        """Memory, bytes."""
        return self.starts.nbytes + self.columns.nbytes + self.ratios.nbytes

    def row(self, receiver: int) -> tuple[NDArray[np.int32], Ratios]:
        """Columns heard by a receiver, and their ratios."""
        of = slice(int(self.starts[receiver]), int(self.starts[receiver + 1]))
        return self.columns[of], self.ratios[of]

    def rows(self, receivers: NDArray[np.int64]) -> Transfer:
        """The matrix of some receivers, in that order."""
        counts = np.diff(self.starts)[receivers]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        entries = np.repeat(self.starts[receivers] - starts[:-1], counts) + np.arange(starts[-1])
        return Transfer(starts, self.columns[entries], self.ratios[entries], self.column_count)

    def digest(self) -> str:
        """SHA-256 over the contents."""
        found = sha256(f"{self.column_count} {self.receiver_count}".encode())
        for array in (self.starts, self.columns, self.ratios):
            found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()

    def save(self, path: Path) -> str:
        """Write as .npz; the digest."""
        np.savez(path, starts=self.starts, columns=self.columns, ratios=self.ratios, column_count=self.column_count)
        return self.digest()

    @classmethod
    def load(cls, path: Path, digest: str | None = None) -> Transfer:
        """Read what ``save`` wrote. ``InputRejected`` (``noise.E026``) where it is none or not that of the digest."""
        try:
            with np.load(path, allow_pickle=False) as found:
                read = cls(found["starts"], found["columns"], found["ratios"], int(found["column_count"]))
        except (OSError, ValueError, KeyError) as error:
            raise reject("noise.E026", path, f"is no matrix of transfers: {error}") from error
        if digest is not None and read.digest() != digest:
            raise reject("noise.E026", path, "is not the matrix that the study was made with", hint="Calculate again.")
        return read


def no_transfer(receivers: int, column_count: int) -> Transfer:
    """A matrix in which nothing is heard."""
    none = np.zeros((0, BAND_COUNT), dtype=np.float32)
    return Transfer(np.zeros(receivers + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), none, column_count)


def stacked(parts: Sequence[Transfer], column_count: int) -> Transfer:
    """Matrices of receivers one after the other as one."""
    if not parts:
        return no_transfer(0, column_count)
    ends = np.cumsum([0, *(int(part.starts[-1]) for part in parts)])
    starts = [part.starts[:-1] + end for part, end in zip(parts, ends, strict=False)]
    return Transfer(
        np.concatenate([*starts, ends[-1:]]).astype(np.int64),
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.ratios for part in parts]),
        column_count,
    )
