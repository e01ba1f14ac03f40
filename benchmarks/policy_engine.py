"""The engine beside openfisca-core and SQL written by hand: 22 rules of taxes and benefits on one million persons.

Calculation alone begins with the tables in memory, as each of the three likes them, and ends with the results there.
From files to files begins with Parquet and ends with Parquet; the engine's way goes through the whole intake, which
checks every cell, key and reference. openfisca-core is AGPL: it is installed for this benchmark only (``make bench``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from benchmarks.bars import Bar
from benchmarks.first_run import TANHENG, run_child
from benchmarks.peers.benefits import by_hand, made_up, openfisca
from benchmarks.peers.benefits.rules import RULES
from benchmarks.peers.benefits.tables import HOUSEHOLD, PERSON, TABLES
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.explanation import explain
from tanheng.policy.frames import as_stored
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.warehouse.city import City

PERSONS = 1_000_000
REPEATS = 5
ON = date(2024, 12, 31)
RULEBOOK = Path(__file__).parent / "peers" / "benefits" / "rulebook"
NAMES = {entity: [rule.name for rule in RULES if rule.entity is entity] for entity in (PERSON, HOUSEHOLD)}


def measure() -> Iterator[Bar]:
    """Alternating runs in one process; medians, and ratios of them."""
    rulebook = load_rulebook(RULEBOOK)
    rules = openfisca.system()
    with TemporaryDirectory(prefix="tanheng-bench-") as place:
        folder = Path(place) / "town"
        made_up.write(folder, PERSONS)
        persons, households = openfisca.read(folder)
        with City.open(folder, TABLES, categories=rulebook.categories(), today=ON, memory_limit="4GB") as city:
            city.into_memory()
            ours, hand, theirs = [], [], []
            for _ in range(REPEATS):
                seconds, evaluation = _timed(lambda: _evaluate(city, rulebook))
                ours.append(seconds)
                hand.append(_timed(lambda: by_hand.compute(city.connection))[0])
                simulation = openfisca.build(rules, persons, households)
                seconds, found = _timed(partial(openfisca.calculate, simulation))
                theirs.append(seconds)
            _must_agree(evaluation, city, persons, households, found)
            explaining = _explain_some(evaluation, city, rulebook, Path(place) / "results")
        print(
            f"  {PERSONS:,} persons, {sum(map(len, NAMES.values()))} rules: engine {median(ours):.3f} s, "
            f"SQL by hand {median(hand):.3f} s, openfisca {median(theirs):.3f} s"
        )
        yield Bar("policy_engine.times_faster_than_openfisca", median(theirs) / median(ours), "at least", 2)
        yield Bar("policy_engine.times_as_long_as_sql_by_hand", median(ours) / median(hand), "at most", 1.2)
        yield Bar("policy_engine.explain_one_of_a_million_seconds", explaining, "at most", 0.2)
        load = "from tanheng.policy.rulebook import load_rulebook; load_rulebook('shenzhen')"
        for name, command in (("load_rulebook", [sys.executable, "-c", load]), ("help", [TANHENG, "--help"])):
            seconds = median(run_child(command)[0] for _ in range(REPEATS))
            yield Bar(f"policy_engine.{name}_seconds", seconds, "at most", 0.3)
        ours, theirs = [], []
        for number in range(REPEATS):
            ours.append(_timed(partial(_from_files_to_files, rulebook, folder, Path(place) / f"ours{number}"))[0])
            out = Path(place) / f"theirs{number}"
            theirs.append(_timed(partial(openfisca.from_files_to_files, rules, folder, out))[0])
        print(f"  from files to files: engine {median(ours):.3f} s, openfisca {median(theirs):.3f} s")
        yield Bar("policy_engine.times_faster_with_files", median(theirs) / median(ours), "at least", 10)


def _evaluate(city: City, rulebook: Rulebook) -> Evaluation:
    evaluation = Evaluation(city, rulebook, RULES, on=ON)
    evaluation.compute(NAMES)
    return evaluation


def _explain_some(evaluation: Evaluation, city: City, rulebook: Rulebook, folder: Path) -> float:
    """The median time to explain a result of one person from the results that a run stored."""
    stored = {}
    for entity, names in NAMES.items():
        place = folder / f"{entity.name}.parquet"
        evaluation.write(entity, names, place)
        stored[entity] = as_stored(nw.from_native(city.connection.read_parquet(str(place))), entity.key)
    seconds = []
    for number in range(0, PERSONS, PERSONS // 7):
        knowing = Evaluation(city, rulebook, RULES, on=ON, stored=stored, few=True)
        seconds.append(_timed(partial(explain, knowing, PERSON, (f"P{number:08}",), NAMES[PERSON][-1]))[0])
    return median(seconds)


def _from_files_to_files(rulebook: Rulebook, folder: Path, out: Path) -> None:
    with City.open(folder, TABLES, categories=rulebook.categories(), today=ON) as city:
        evaluation = Evaluation(city, rulebook, RULES, on=ON)
        evaluation.compute(NAMES)
        for entity, names in NAMES.items():
            evaluation.write(entity, names, out / f"{entity.name}.parquet")


def _must_agree(
    evaluation: Evaluation,
    city: City,
    persons: pa.Table,
    households: pa.Table,
    theirs: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> None:
    """The same rows and the same numbers, to the last digit, in all three."""
    for entity, table, results, ids in (
        (PERSON, "by_hand_person", theirs[0], persons["person_id"]),
        (HOUSEHOLD, "by_hand_household", theirs[1], households["household_id"]),
    ):
        key = entity.key[0]
        found = evaluation.table(entity, NAMES[entity]).collect("pyarrow").to_native().sort_by(key)
        by_sql = city.connection.table(table).to_arrow_table().sort_by(key)
        by_openfisca = pa.table({key: ids, **results}).sort_by(key)
        assert found[key].equals(by_sql[key]) and found[key].equals(by_openfisca[key]), f"{entity.name}: other rows"
        for name in NAMES[entity]:
            ours = found[name].to_numpy()
            _same(f"{entity.name}.{name} and SQL", ours, by_sql[name].to_numpy())
            if name == "place_in_household":
                # Equal salaries share a place here; openfisca gives them places of their own.
                ties = ours != by_openfisca[name].to_numpy()
                assert ties.mean() < 1e-3, f"{ties.sum()} places differ"
                continue
            _same(f"{entity.name}.{name} and openfisca", ours, by_openfisca[name].to_numpy())


def _same(what: str, left: Any, right: Any) -> None:
    apart = left.astype(np.float64) != right.astype(np.float64)
    assert not apart.any(), f"{what} differ in {apart.sum()} rows, e.g. {left[apart][0]} and {right[apart][0]}"


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result
