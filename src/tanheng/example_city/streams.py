"""Random numbers: one independent stream for each table, so that a new table leaves the others as they are."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Child streams of one seed, named by table and, for tables written in blocks, by block."""

    seed: int

    def of(self, table: str, block: int = 0) -> np.random.Generator:
        sequence = np.random.SeedSequence(self.seed, spawn_key=(crc32(table.encode()), block))
        return np.random.Generator(np.random.PCG64(sequence))
