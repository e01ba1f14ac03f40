"""Behaviour events to reductions and points: the engine beside SQL by hand and beside a loop over events in Python.

TANHENG_BENCH_EVENTS (100000000) makes it smaller for a try. The loop gets at most three million
of them: what is compared is its rate. Equal results of all three are asserted.
"""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.bars import Bar
from benchmarks.peers.credits import by_hand, made_up
from tanheng.measures.credits.crediting import Credited, credit, in_force, opened

ROUNDS = 3
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
LOOP_MOST = 3_000_000
MEMORY = "10GB"
GIB = 1024**3


class Time(NamedTuple):
    """Seconds by the clock, which count, and of all processors: on a busy machine these tell more."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f} s of processors)"


def measure() -> Iterator[Bar]:
    """Alternating rounds on one set of files; the median of each, and ratios of them."""
    events = int(os.environ.get("TANHENG_BENCH_EVENTS", "100000000"))
    spans = in_force(["sz_public_transport"], FIRST, LAST)
    with TemporaryDirectory(prefix="tanheng-bench-") as place:
        folder = Path(place) / "events"
        made_up.write(folder, events)
        rounds = ROUNDS if events <= 10_000_000 else 1
        ours: list[Time] = []
        hand: list[Time] = []
        for _ in range(rounds):
            with opened(folder, memory_limit=MEMORY) as connection:
                seconds, credited = _timed(lambda: credit(connection, spans))
                ours.append(seconds)
                found = _sums(connection, credited.table)
                read = credited.intake.read
            with opened(folder, memory_limit=MEMORY) as connection:
                hand.append(_timed(lambda: by_hand.in_sql(connection, folder))[0])
                assert found == _sums(connection, "by_hand"), "SQL by hand comes to other reductions"
        few = min(events, LOOP_MOST)
        sample = folder if events == few else Path(place) / "sample"
        if sample != folder:
            made_up.write(sample, few)
        in_loop, (expected, refused) = _timed(lambda: by_hand.in_python(sample))
        with opened(sample, memory_limit=MEMORY) as connection:
            few_read = _same_as_loop(credit(connection, spans), expected, refused)
    ours_typical, hand_typical = _typical(ours), _typical(hand)
    rate, loop_rate = read / ours_typical.wall, few_read / in_loop.wall
    print(f"  {read:,} events: engine {ours_typical}, {rate:,.0f} a second; SQL by hand {hand_typical}")
    print(f"  {few_read:,} events: loop {in_loop}, {loop_rate:,.0f} a second")
    yield Bar("credits.times_faster_than_a_loop", rate / loop_rate, "at least", 10)
    yield Bar("credits.times_as_long_as_sql_by_hand", ours_typical.wall / hand_typical.wall, "at most", 1.5)
    yield Bar("credits.memory_gib", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB, "at most", 16)


def _typical(times: list[Time]) -> Time:
    """The median by the clock."""
    return sorted(times)[len(times) // 2]


def _sums(connection: Any, table: str) -> tuple[Any, ...]:
    """Rows, grams and a fingerprint of every row: equal tables have equal ones, in whatever order."""
    query = f"SELECT count(*), sum(reduction_g), sum(hash(person, day, reduction_g)) FROM {table}"
    row: tuple[Any, ...] = connection.execute(query).fetchall()[0]
    return row


def _same_as_loop(credited: Credited, expected: dict[tuple[str, Any], int], refused: Counter[str]) -> int:
    rows = credited.connection.execute(f"SELECT person, day, reduction_g FROM {credited.table}").fetchall()
    assert {(person, day): grams for person, day, grams in rows} == expected, "the loop comes to other reductions"
    intake = credited.intake
    found = {each.reason: each.events for each in intake.refused} | {"copies": intake.copies}
    assert found == dict(refused), "the loop refuses other events"
    return intake.read


def _timed(work: Callable[[], Any]) -> tuple[Time, Any]:
    start = time.perf_counter(), time.process_time()
    result = work()
    return Time(time.perf_counter() - start[0], time.process_time() - start[1]), result
