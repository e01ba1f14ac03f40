"""Who holds which serial numbers, followed from transfer to transfer. No database: what comes in is what happened."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """A run of serial numbers that moved: from ``first`` up to and without ``end``."""

    asset: int
    first: int
    end: int
    from_account: int
    to_account: int


Held = tuple[int, int, int, int]
"""Asset, account, first, end."""


class Holdings:
    """Runs of one holder each, in order, for each asset."""

    def __init__(self) -> None:
        self._starts: dict[int, list[int]] = {}
        self._holders: dict[int, list[int | None]] = {}

    def give(self, asset: int, first: int, end: int, account: int) -> None:
        """From now on the account holds these."""
        starts = self._starts.setdefault(asset, [])
        holders = self._holders.setdefault(asset, [])
        after = self.holder(asset, end)
        low = bisect_right(starts, first - 1)
        high = bisect_right(starts, end)
        starts[low:high] = [first, end]
        holders[low:high] = [account, after]

    def holder(self, asset: int, serial: int) -> int | None:
        """Who holds a serial number; None when it was never issued."""
        place = bisect_right(self._starts.get(asset, []), serial) - 1
        return self._holders[asset][place] if place >= 0 else None

    def holdings(self, cut_like: Sequence[Held] | None = None) -> Iterator[Held]:
        """All runs, as long as one account holds them without a gap; those of ``cut_like`` joined the same way."""
        rows: Iterable[Held] = self._runs() if cut_like is None else cut_like
        joined: Held | None = None
        for asset, account, first, end in sorted(rows, key=lambda row: (row[0], row[2])):
            if joined is not None and joined[:2] == (asset, account) and joined[3] == first:
                joined = (asset, account, joined[2], end)
            else:
                if joined is not None:
                    yield joined
                joined = (asset, account, first, end)
        if joined is not None:
            yield joined

    def _runs(self) -> Iterator[Held]:
        for asset, starts in self._starts.items():
            for place, holder in enumerate(self._holders[asset]):
                if holder is not None:
                    yield asset, holder, starts[place], starts[place + 1]


def replay(runs: Iterable[Run]) -> Holdings:
    """Follow all movements in their order."""
    holdings = Holdings()
    for run in runs:
        holdings.give(run.asset, run.first, run.end, run.to_account)
    return holdings
