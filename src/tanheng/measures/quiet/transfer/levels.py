"""Levels at receivers from the matrix and powers. Another traffic is one product: milliseconds for a quarter.

A-weighted powers of all periods go through the matrix at once, rows split between threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import A_WEIGHTS_DB, BAND_COUNT, Array
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.periods import PERIODS
from tanheng.measures.quiet.sources.emission import period_powers as period_powers
from tanheng.measures.quiet.transfer.matrix import Ratios, Transfer

THREADS = 2
# Fewer rows than this are not worth a second thread.
ROWS_WORTH_A_THREAD = 256
# Hours of a day in each part of the combined indicators, and what is added to its level, dB.
COMBINED: Mapping[str, tuple[tuple[str, float, float], ...]] = {
    # Directive 2002/49/EC, annex I.
    "Lden": (("Lday", 12.0, 0.0), ("Levening", 4.0, 5.0), ("Lnight", 8.0, 10.0)),
    # GB 3096 day and night, with 10 dB for the night.
    "Ldn": (("Ld", 16.0, 0.0), ("Ln", 8.0, 10.0)),
}
INDICATORS = (*PERIODS, *COMBINED)


def levels_of(transfer: Transfer, powers_by_period: Mapping[str, Array], threads: int = THREADS) -> dict[str, Array]:
    """LA at each receiver by period, dB(A); minus infinity where nothing is heard.

    ``powers_by_period``: columns × 8 bands, dB re 1 pW (or 1 pW/m), by any name. Minus infinity is a silent column.
    """
    names = list(powers_by_period)
    powers = np.stack([_checked(transfer, powers_by_period[name]) for name in names]) if names else np.zeros((0, 0, 0))
    weighted = np.power(10.0, (powers + A_WEIGHTS_DB) / 10.0) if names else powers
    # Columns × periods × bands, so that an entry meets its powers side by side.
    by_column = np.ascontiguousarray(weighted.transpose(1, 0, 2)).astype(np.float32)
    sums = np.zeros((transfer.receiver_count, len(names)))
    _in_rows(
        transfer,
        threads,
        lambda first, last: _weighted_sums(
            transfer.starts, transfer.columns, transfer.ratios, by_column, first, last, sums
        ),
    )
    with np.errstate(divide="ignore"):
        levels = 10.0 * np.log10(sums)
    return {name: levels[:, number] for number, name in enumerate(names)}


def band_levels_of(transfer: Transfer, powers: Array, threads: int = THREADS) -> Array:
    """Unweighted levels at each receiver by band, dB (receivers × 8), from powers of one period (columns × 8)."""
    linear = np.power(10.0, _checked(transfer, powers) / 10.0)
    sums = np.zeros((transfer.receiver_count, BAND_COUNT))
    _in_rows(
        transfer,
        threads,
        lambda first, last: _band_sums(transfer.starts, transfer.columns, transfer.ratios, linear, first, last, sums),
    )
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(sums)


def all_levels(transfer: Transfer, power: Array, threads: int = THREADS) -> dict[str, Array]:
    """LA by each of ``INDICATORS``, dB(A), from powers by hour (columns × 24 × 8)."""
    levels = levels_of(transfer, period_powers(power), threads)
    return {**levels, **combined_levels(levels)}


def combined_levels(levels: Mapping[str, Array]) -> dict[str, Array]:
    """Lden and Ldn from the levels of the periods."""
    found = {}
    with np.errstate(divide="ignore"):
        for name, parts in COMBINED.items():
            hours = sum(each for _, each, _ in parts)
            powers = sum(each * np.power(10.0, (levels[period] + added) / 10.0) for period, each, added in parts)
            found[name] = np.asarray(10.0 * np.log10(powers / hours))
    return found


def contributions(transfer: Transfer, powers: Array, receiver: int) -> tuple[NDArray[np.int32], Array]:
    """What each column brings to one receiver: columns, and their LA, dB(A), loudest first."""
    columns, ratios = transfer.row(receiver)
    linear = np.power(10.0, (_checked(transfer, powers)[columns] + A_WEIGHTS_DB) / 10.0)
    with np.errstate(divide="ignore"):
        levels = 10.0 * np.log10((linear * ratios).sum(axis=1))
    order = np.argsort(-levels, kind="stable")
    return columns[order], levels[order]


def _checked(transfer: Transfer, powers: Array) -> Array:
    if powers.shape != (transfer.column_count, BAND_COUNT):
        raise ValueError(
            f"powers have the shape {powers.shape}, not {transfer.column_count} columns × {BAND_COUNT} bands"
        )
    return powers


def _in_rows(transfer: Transfer, threads: int, work: Callable[[int, int], None]) -> None:
    rows = transfer.receiver_count
    parts = max(1, min(threads, rows // ROWS_WORTH_A_THREAD))
    # Parts of equal numbers of entries.
    wanted = np.linspace(0, transfer.starts[-1], parts + 1)[1:-1]
    ends = [0, *np.searchsorted(transfer.starts, wanted).tolist(), rows]
    if parts == 1:
        work(0, rows)
        return
    with ThreadPoolExecutor(parts) as pool:
        for done in [pool.submit(work, first, last) for first, last in pairwise(ends)]:
            done.result()


@compiled
def _weighted_sums(
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    ratios: Ratios,
    by_column: Ratios,
    first: int,
    last: int,
    sums: Array,
) -> None:
    """``sums`` (receivers × periods) from powers (columns × periods × bands)."""
    periods = by_column.shape[1]
    for receiver in range(first, last):
        for entry in range(starts[receiver], starts[receiver + 1]):
            column = columns[entry]
            r0 = ratios[entry, 0]
            r1 = ratios[entry, 1]
            r2 = ratios[entry, 2]
            r3 = ratios[entry, 3]
            r4 = ratios[entry, 4]
            r5 = ratios[entry, 5]
            r6 = ratios[entry, 6]
            r7 = ratios[entry, 7]
            for period in range(periods):
                p = by_column[column, period]
                low = p[0] * r0 + p[1] * r1 + p[2] * r2 + p[3] * r3
                high = p[4] * r4 + p[5] * r5 + p[6] * r6 + p[7] * r7
                sums[receiver, period] += low + high


@compiled
def _band_sums(
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    ratios: Ratios,
    linear: Array,
    first: int,
    last: int,
    sums: Array,
) -> None:
    for receiver in range(first, last):
        for entry in range(starts[receiver], starts[receiver + 1]):
            column = columns[entry]
            for band in range(BAND_COUNT):
                sums[receiver, band] += linear[column, band] * ratios[entry, band]
