"""Rules as machine code give what DuckDB gives, to the last bit: whoever reads a figure need not know which it was."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from tests.measures.inventory.worlds import ALL_TABLES, plan, shenzhen
from tests.policy.engine_city import (
    DISTRICT_ID,
    PLANT_YEAR,
    TABLES,
    YEAR_BEFORE,
    a_rule,
    cell,
    city_of,
    parameter,
    rulebook,
)
from tests.policy.test_against_naive import DATES_OF_RUN, Drawn, cities, engine_results, rulebooks, rules
from tests.policy.test_engines import SCENARIOS

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT_YEAR, FACILITY_YEAR
from tanheng.measures.registry import ALL_RULES
from tanheng.opening import open_city
from tanheng.policy import backend as backends
from tanheng.policy.backend import Backend, DuckDBBackend, TooLarge, backend_of
from tanheng.policy.compiled import execution, machine
from tanheng.policy.compiled.backend import CompiledBackend
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.plan import Plan
from tanheng.policy.relational import Column, SmallTable, Words
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.policy.scenarios import run_scenarios
from tanheng.problems import InputRejected
from tanheng.warehouse.city import City

ON = date(2024, 12, 31)


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "machine-code"))


@pytest.fixture(params=["as it is", "no room, three threads"])
def _in_either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keys numbered or sorted, groups added up by one thread or shared by three."""
    if request.param != "as it is":
        monkeypatch.setattr(execution, "MOST_BYTES", 0)
        monkeypatch.setattr(execution, "FEW_GROUPS", 0)
        monkeypatch.setattr(machine, "thread_count", lambda: 3)
        monkeypatch.setattr(machine, "LEAST_ROWS", 1)
    machine.threads.cache_clear()
    yield
    machine.threads.cache_clear()


# -- random rules on random cities -------------------------------------------------------------------


@pytest.mark.usefixtures("_in_either_way")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=cities(), book=rulebooks(), drawn=rules(), on=DATES_OF_RUN)
def test_random_rules_are_the_same(rows: Mapping[str, Any], book: Rulebook, drawn: Drawn, on: date) -> None:
    checked = Plan((DISTRICT_ID, YEAR_BEFORE, *drawn), book)
    bare = {name: [{k: v for k, v in row.items() if k != "held"} for row in of] for name, of in rows.items()}
    with city_of(bare, held={"plant_years": "year = 2020"}) as city:
        expected = engine_results(_evaluation(city, book, on, checked, DuckDBBackend(city.connection)), drawn)
        found = engine_results(_evaluation(city, book, on, checked, CompiledBackend(city)), drawn)
    assert found.keys() == expected.keys()
    apart = [f"{key}: {found[key]}, not {expected[key]}" for key in found if not _same_row(found[key], expected[key])]
    assert not apart, "\n".join(apart[:10])


def _evaluation(city: City, book: Rulebook, on: date, checked: Plan, backend: Backend) -> Evaluation:
    return Evaluation(city, book, (), on=on, plan=checked, backend=backend)


def _same_row(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(_same(a, b) for a, b in zip(one, other, strict=True))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and bool(one == other)


def test_the_scenarios_of_the_inventory_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "WORTH_COMPILING", 0)
    outcomes = run_scenarios(SCENARIOS, shenzhen(), plan(), ALL_TABLES)
    differences = [f"{each.scenario.name}: {found}" for each in outcomes for found in each.differences]
    assert not differences, "\n".join(differences)


@pytest.mark.city
def test_the_example_city_is_the_same_to_the_last_bit(city: Path) -> None:
    book = load_rulebook("shenzhen")
    with open_city(city, book, ON) as opened:
        both = [
            Evaluation(opened, book, ALL_RULES, on=ON, backend=backend)
            for backend in (DuckDBBackend(opened.connection), CompiledBackend(opened))
        ]
        for entity in (FACILITY_YEAR, DISTRICT_YEAR, CITY_YEAR):
            names = [planned.name for planned in both[0].plan.of(entity)]
            expected, found = (_table(evaluation, entity, names) for evaluation in both)
            assert found.schema.equals(expected.schema), entity.name
            for name in expected.column_names:
                assert found[name].equals(expected[name]), f"{entity.name}.{name}"


def _table(evaluation: Evaluation, entity: Any, names: Sequence[str]) -> pa.Table:
    return evaluation.table(entity, names).sort(*entity.key).collect("pyarrow").to_native()


# -- word by word ------------------------------------------------------------------------------------

INFINITE = float("inf")
ROWS = SmallTable(
    {
        "x": [1.5, None, -2.5, 0.0, -0.0, float("nan"), INFINITE, 1e300, 2.5, None],
        "y": [2.0, 1.0, None, 0.5, 0.0, 3.0, float("nan"), -INFINITE, 2.5, None],
        "n": [3, 0, None, -7, 9_000_000_000, 1, 2, -1, 5, None],
        "m": [2, 5, 1, None, -3, 0, 1, 7, 5, None],
        "code": [1, 2, None, 4, 5, 1, 1, None, 9, None],
        "trust": [0, 1, 2, 3, None, 0, 1, 2, 3, None],
        "text": ["a", "é", "Z", "", None, "zz", "a", "中", "B", None],
        "other": ["b", "e", "Z", "x", "a", None, "", "丁", "b", None],
        "p": [True, False, None, True, False, None, True, False, True, None],
        "q": [True, True, True, False, False, False, None, None, True, None],
        "day": [date(2020, 2, 29), date(1969, 12, 31), None, date(1600, 3, 1), date(2100, 1, 1), date(1, 1, 1),
                date(1970, 1, 1), date(9999, 12, 31), date(2000, 2, 29), None],
    },
    {
        "x": nw.Float64(), "y": nw.Float64(), "n": nw.Int64(), "m": nw.Int64(), "code": nw.Int32(), "trust": nw.Int8(),
        "text": nw.String(), "other": nw.String(), "p": nw.Boolean(), "q": nw.Boolean(), "day": nw.Date(),
    },
)  # fmt: skip
Make = Callable[[Words], Column]
WORDS: Mapping[str, Make] = {
    "add": lambda w: w.col("x") + w.col("y"),
    "add whole": lambda w: w.col("n") + w.col("m"),
    "add mixed": lambda w: w.col("n") + w.col("y"),
    "subtract": lambda w: w.col("x") - 1.0,
    "multiply": lambda w: w.col("n") * w.col("m"),
    "divide": lambda w: w.choice(w.col("y") != 0, w.col("x") / w.col("y")),
    "power": lambda w: w.choice(w.col("x") > 0, w.col("x") ** w.col("y")),
    "less": lambda w: w.col("x") < w.col("y"),
    "at most": lambda w: w.col("x") <= w.col("y"),
    "more": lambda w: w.col("x") > w.col("y"),
    "at least": lambda w: w.col("x") >= 1.5,
    "equal": lambda w: w.col("x") == w.col("y"),
    "not equal": lambda w: w.col("n") != w.col("m"),
    "less of texts": lambda w: w.col("text") < w.col("other"),
    "at least of texts": lambda w: w.col("text") >= "b",
    "equal texts": lambda w: w.col("text") == w.col("other"),
    "equal truths": lambda w: w.col("p") == w.col("q"),
    "a day before": lambda w: w.col("day") < date(2000, 1, 1),
    "and": lambda w: w.col("p") & w.col("q"),
    "or": lambda w: w.col("p") | w.col("q"),
    "not": lambda w: ~w.col("p"),
    "negative": lambda w: -w.col("x"),
    "negative whole": lambda w: -w.col("n"),
    "absolute": lambda w: w.col("x").abs(),
    "absolute whole": lambda w: w.col("n").abs(),
    "floor": lambda w: w.col("x").floor(),
    "ceiling": lambda w: w.col("x").ceil(),
    "round": lambda w: w.col("x").round(),
    "root": lambda w: w.choice(w.col("x") >= 0, w.col("x")).sqrt(),
    "exponential": lambda w: w.col("y").exp(),
    "logarithm": lambda w: w.choice(w.col("x") > 0, w.col("x")).log(),
    "is null": lambda w: w.col("x").is_null(),
    "is in texts": lambda w: w.col("text").is_in(["a", "中", "never seen"]),
    "is in numbers": lambda w: w.col("n").is_in([3, 5]),
    "filled": lambda w: w.col("x").fill_null(0),
    "a status filled": lambda w: w.col("trust").fill_null(0),
    "as a number": lambda w: w.col("n").cast(nw.Float64()),
    "truth as a number": lambda w: w.col("p").cast(nw.Int64()),
    "whole as a text": lambda w: w.col("m").cast(nw.String()),
    "number as whole": lambda w: w.choice(w.col("x").abs() < 10, w.col("x")).cast(nw.Int64()),
    "choice": lambda w: w.choice(w.col("p"), w.col("x"), w.col("y")),
    "choice of nothing": lambda w: w.choice(w.col("p"), w.col("text")),
    "coalesce": lambda w: w.coalesce(w.col("code"), w.lit(7, nw.Int32()), w.lit(None, nw.Int32())),
    "greatest": lambda w: w.greatest(w.col("x"), w.col("y"), w.lit(0.5)),
    "least": lambda w: w.least(w.col("n"), w.col("m")),
    "greatest text": lambda w: w.greatest(w.col("text"), w.col("other")),
    "year": lambda w: w.year(w.col("day")),
    "month": lambda w: w.month(w.col("day")),
    "rank": lambda w: w.rank(w.col("x"), ["q"]),
    "rank of whole": lambda w: w.rank(w.col("m"), ["p"]),
    "largest of the group": lambda w: w.over("max", w.col("trust"), ["q"]),
    "a constant": lambda w: w.lit(2.5, nw.Float64()),
    "nothing": lambda w: w.lit(None, nw.String()),
}
TOTALS: Mapping[str, Make] = {
    "rows": lambda w: w.rows(),
    "whole": lambda w: w.col("m").sum(),
    "true": lambda w: w.col("p").fill_null(False).cast(nw.Int64()).sum(),
    "smallest": lambda w: w.col("x").min(),
    "largest": lambda w: w.col("y").max(),
    "least code": lambda w: w.col("code").min(),
    "weakest": lambda w: w.col("trust").max(),
    "latest": lambda w: w.col("n").max(),
}


@pytest.fixture(scope="module")
def some_city() -> Iterator[City]:
    with City.from_rows(TABLES, {}) as city:
        yield city


def both_ways(city: City, make: Callable[[Any, Words], Any]) -> list[list[dict[str, Any]]]:
    found = []
    both: tuple[Backend, ...] = (DuckDBBackend(city.connection), CompiledBackend(city))
    for backend in both:
        frame = make(backend.scan(ROWS), backend.arithmetic.words)
        rows = backend.results(backend.keep(frame)).collect("pyarrow").to_native().to_pylist()
        found.append(sorted(rows, key=repr))
    return found


def must_be_the_same(city: City, make: Callable[[Any, Words], Any]) -> None:
    expected, found = both_ways(city, make)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.keys() == other.keys()
        assert all(_same(one[name], other[name]) for name in one), (one, other)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_means_the_same(some_city: City, word: str) -> None:
    names = list(ROWS.columns)
    must_be_the_same(
        some_city, lambda frame, w: frame.select(**{name: w.col(name) for name in names}, found=WORDS[word](w))
    )


@pytest.mark.usefixtures("_in_either_way")
@pytest.mark.parametrize("keys", [("q",), ("text",), ("m", "q"), ("day", "text")])
def test_totals_of_groups_are_the_same(some_city: City, keys: Sequence[str]) -> None:
    must_be_the_same(
        some_city,
        lambda frame, w: (
            frame.group_by(*keys)
            .agg(**{name: make(w) for name, make in TOTALS.items()})
            .with_columns(whole=w.col("whole").cast(nw.Float64()), true=w.col("true").cast(nw.Float64()))
        ),
    )


@pytest.mark.usefixtures("_in_either_way")
def test_a_left_join_is_the_same(some_city: City) -> None:
    def make(frame: Any, w: Words) -> Any:
        own = frame.select(m=w.col("m"), x=w.col("x"))
        grouped = frame.group_by("m").agg(most=w.col("y").max(), rows=w.rows())
        right = grouped.select(__m=w.col("m"), most=w.col("most"), rows=w.col("rows"))
        return own.join(right, left_on=["m"], right_on=["__m"], how="left")

    must_be_the_same(some_city, make)


@pytest.mark.usefixtures("_in_either_way")
def test_an_inner_join_leaves_out_rows_without_a_match(some_city: City) -> None:
    def make(frame: Any, w: Words) -> Any:
        own = frame.select(n=w.col("n"), text=w.col("text"))
        grouped = frame.group_by("m").agg(rows=w.rows())
        right = grouped.select(__m=w.col("m"), rows=w.col("rows"))
        return own.join(right, left_on=["n"], right_on=["__m"], how="inner")

    must_be_the_same(some_city, make)


# -- sums --------------------------------------------------------------------------------------------


def total_of(city: City, values: Sequence[int]) -> float:
    backend: Backend = CompiledBackend(city)
    words = backend.arithmetic.words
    rows = SmallTable({"n": list(values)}, {"n": nw.Int64()})
    frame = backend.scan(rows).select(total=words.col("n").sum(), over=words.col("n").max())
    return float(backend.fetch(frame).to_pylist()[0]["total"])


@pytest.mark.usefixtures("_in_either_way")
def test_a_sum_of_more_than_64_bits_is_exact(some_city: City) -> None:
    most = 2**63 - 1
    assert total_of(some_city, [most, most, most, 5]) == float(3 * most + 5)
    assert total_of(some_city, [-most, -most, most, 1]) == float(1 - most)
    assert total_of(some_city, [most, -most, 7]) == 7.0


def test_a_share_of_more_than_64_bits_is_exact(some_city: City) -> None:
    backend: Backend = CompiledBackend(some_city)
    most = 2**63 - 1
    words = backend.arithmetic.words
    frame = backend.scan(SmallTable({"n": [most, most, None], "g": [1, 1, 1]}, {"n": nw.Int64(), "g": nw.Int64()}))
    found = backend.fetch(frame.select(total=words.over("sum", words.col("n"), ["g"]))).to_pylist()
    assert [row["total"] for row in found] == [float(2 * most)] * 3


@pytest.mark.parametrize("value", [1e13, -4e18, float("nan")])
def test_a_part_too_large_to_add_up_is_told(some_city: City, value: float) -> None:
    backend: Backend = CompiledBackend(some_city)
    arithmetic = backend.arithmetic
    frame = backend.scan(SmallTable({"x": [1.0, value]}, {"x": nw.Float64()}))
    parts = arithmetic.parts_to_add(arithmetic.words.col("x"), "number")
    with pytest.raises(TooLarge) as raised:
        backend.keep(frame.select(total=parts.sum()))
    assert str(raised.value) == ("a part" if math.isnan(value) else f"a part of {value:.3g}")


def test_what_a_choice_leaves_out_is_never_too_large(some_city: City) -> None:
    backend: Backend = CompiledBackend(some_city)
    words = backend.arithmetic.words
    frame = backend.scan(SmallTable({"x": [1.0, 1e30]}, {"x": nw.Float64()}))
    whole = words.choice(words.col("x") < 10, words.col("x").cast(nw.Int64()), words.lit(0, nw.Int64()))
    assert backend.fetch(frame.select(found=whole))["found"].to_pylist() == [1, 0]


def test_whole_numbers_that_overflow_are_told(some_city: City) -> None:
    backend: Backend = CompiledBackend(some_city)
    words = backend.arithmetic.words
    frame = backend.scan(SmallTable({"n": [2**62, 3]}, {"n": nw.Int64()}))
    with pytest.raises(TooLarge, match=r"^a part$"):
        backend.keep(frame.select(found=words.col("n") * words.col("n")))


def test_an_evaluation_tells_a_mistake_of_units_as_duckdb_does() -> None:
    @a_rule(PLANT_YEAR, "t")
    def doubled(output_t):
        return output_t * 2

    @a_rule(PLANT_YEAR, "t")
    def before(next_years):
        return next_years.sum("doubled")

    rows = {"plant_years": [{"plant_id": "P1", "year": 2020 + n, "output_t": 9e12} for n in range(2)]}
    told = []
    with city_of(rows) as city:
        for backend in (DuckDBBackend(city.connection), CompiledBackend(city)):
            evaluation = Evaluation(
                city, rulebook(), (DISTRICT_ID, YEAR_BEFORE, doubled, before), on=ON, backend=backend
            )
            with pytest.raises(InputRejected) as raised:
                evaluation.compute({PLANT_YEAR: ["before"]})
            told.append(str(raised.value))
    assert told[0] == told[1]
    assert "engine.E007" in told[1]


# -- machine code that is kept -----------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(machine, "_KNOWN", {})
    return tmp_path / "tanheng" / "loops"


def doubled_outputs(factor: float = 2.0) -> list[Any]:
    @a_rule(PLANT_YEAR, "t", parameters={"factor": "demo.factor"})
    def scaled(output_t, factor):
        return output_t * factor

    book = rulebook(parameter("demo.factor", cell(factor)))
    rows = [{"plant_id": "P1", "year": 2020 + n, "output_t": float(n)} for n in range(3)]
    with city_of({"plant_years": rows}) as city:
        backend = CompiledBackend(city)
        evaluation = Evaluation(city, book, (DISTRICT_ID, YEAR_BEFORE, scaled), on=ON, backend=backend)
        found = evaluation.table(PLANT_YEAR, ["scaled"]).sort("year").collect("pyarrow").to_native()
    return list(found["scaled"].to_pylist())


def fail(text: str) -> bytes:
    raise AssertionError("compiled again")


def test_another_process_compiles_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = doubled_outputs()
    assert list(kept.iterdir())
    monkeypatch.setattr(machine, "_KNOWN", {})
    monkeypatch.setattr(machine, "_compiled", fail)
    assert doubled_outputs() == expected


def test_another_value_of_a_parameter_is_the_same_code(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doubled_outputs(2.0)
    monkeypatch.setattr(machine, "_compiled", fail)
    assert doubled_outputs(3.5) == [0.0, 3.5, 7.0]


@pytest.mark.parametrize("damage", [b"", b"no machine code at all, and longer than a digest is"])
def test_what_is_kept_damaged_is_made_anew(kept: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes) -> None:
    expected = doubled_outputs()
    for place in kept.iterdir():
        place.write_bytes(damage)
    monkeypatch.setattr(machine, "_KNOWN", {})
    assert doubled_outputs() == expected
    assert all(place.read_bytes() != damage for place in kept.iterdir())


def test_a_cache_that_cannot_be_written_costs_time_only(kept: Path) -> None:
    kept.parent.parent.mkdir(exist_ok=True)
    kept.parent.write_text("a file where the folder should be")
    assert doubled_outputs() == [0.0, 2.0, 4.0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_has_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of a server do not come along into its workers: one that waited for them would wait for ever."""
    monkeypatch.setattr(machine, "thread_count", lambda: 2)
    monkeypatch.setattr(machine, "LEAST_ROWS", 1)
    machine.threads.cache_clear()
    assert list(machine.threads().map(abs, [-1, 2])) == [1, 2]
    child = os.fork()
    if child == 0:
        os._exit(0 if list(machine.threads().map(abs, [-1, 2])) == [1, 2] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    machine.threads.cache_clear()


# -- when ---------------------------------------------------------------------------------------------


def test_a_city_of_some_size_is_compiled_and_a_few_rows_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"plant_id": "P1", "year": 2000 + n} for n in range(20)]
    with city_of({"plant_years": rows}) as city:
        assert isinstance(backend_of(city), DuckDBBackend)
        monkeypatch.setattr(backends, "WORTH_COMPILING", 20)
        assert isinstance(backend_of(city), CompiledBackend)
        assert isinstance(backend_of(city, few=True), DuckDBBackend)
        monkeypatch.setattr(backends, "LARGEST_IN_ARRAYS", 19)
        assert isinstance(backend_of(city), DuckDBBackend)


def test_results_are_written_held_and_taken_up_again(tmp_path: Path) -> None:
    with city_of({"plant_years": [{"plant_id": "P1", "year": 2020, "output_t": 1.0}]}) as city:
        backend = CompiledBackend(city)
        evaluation = Evaluation(city, rulebook(), (DISTRICT_ID, YEAR_BEFORE), on=ON, backend=backend)
        place = tmp_path / "results" / "years.parquet"
        evaluation.write(PLANT_YEAR, ["year_before"], place)
        held = evaluation.hold(evaluation.table(PLANT_YEAR, ["year_before"]))
        assert held.collect("pyarrow").to_native()["year_before"].to_pylist() == [2019]
        again = nw.from_native(city.connection.read_parquet(str(place)))
        assert backend.fetch(backend.take(again)).to_pylist() == [
            {"plant_id": "P1", "year": 2020, "year_before": 2019, "year_before__trust": 0}
        ]
