"""If one of these fails, a plant's emissions are a thousand times too large, or its growth is taken for a mistake."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.warehouse.city import City

COAL = "plant_id,month,meter,mass_t\n"


def months(values: Sequence[float | None], *, plant: str = "P1", meter: str = "", first_year: int = 2020) -> str:
    """Rows for months from January on; None is no row."""
    return "".join(
        f"{plant},{first_year + i // 12}-{i % 12 + 1:02d}-01,{meter},{value!r}\n"
        for i, value in enumerate(values)
        if value is not None
    )


def held(city: City) -> dict[tuple[int, str], str]:
    """(line, column) -> what would be expected."""
    caught = city.caught().to_pylist()
    return {(row["line"], row["column"]): row["expected"] for row in caught if row["trap"] == "factor_of_history"}


ORDINARY = [20.0, 12.0, 19.0, 18.5, 21.0, 22.0, 25.0, 26.0, 21.0, 20.0, 19.0, 20.5] * 3


@pytest.mark.parametrize(
    ("factor", "unit", "times"),
    [(1000, "kg", "1,000"), (10_000, None, "10,000"), (0.001, "kt", "1,000"), (0.0001, None, "10,000")],
)
def test_a_month_in_another_unit(factor, unit, times, open_city) -> None:
    values = list(ORDINARY)
    values[13] = round(values[13] * factor, 6)
    city = open_city({"real/coal.csv": COAL + months(values)})
    (question,) = city.questions
    assert (question.line, question.column, question.rows, question.expected) == (15, "mass_t", 1, "12")
    large, large_zh = ("too large", "偏大") if factor > 1 else ("too small", "偏小")
    assert f"mass burned is {values[13]:,g} t, about {times} times {large}: 12 t would fit." in question.asks.en
    assert f"约{large_zh} {times} 倍:应在 12 吨左右" in question.asks.zh
    assert (f"Was it written down in {unit}?" in question.asks.en) == (unit is not None)
    nulls = city.frame("coal").select("mass_t", "held").collect("pyarrow").rows()
    assert [row for row in nulls if row[0] is None] == [(None, question.id)]


def test_a_year_in_kilograms_is_one_question_and_does_not_become_the_measure(open_city) -> None:
    values = [value * 1000 if 12 <= i < 24 else value for i, value in enumerate(ORDINARY)]
    city = open_city({"real/coal.csv": COAL + months(values)})
    (question,) = city.questions
    assert question.rows == 12
    assert "12 values from 2021-01 to 2021-12 are about 1,000 times too large" in question.asks.en
    assert sorted(held(city)) == [(line, "mass_t") for line in range(14, 26)]


def test_a_mistake_in_the_quietest_month_of_a_seasonal_plant(open_city) -> None:
    """460 times the months around it, and still exactly a thousand times the same month of other years."""
    values = [14.0, 6.45, 13.0, 14.0, 16.8, 16.2, 17.3, 17.8, 15.9, 14.9, 13.7, 13.6] * 4
    values[25] *= 1000
    assert held(open_city({"real/coal.csv": COAL + months(values)})) == {(27, "mass_t"): "6.45"}


def test_a_series_of_three_values(open_city) -> None:
    assert held(open_city({"real/coal.csv": COAL + months([5.0, 5200.0, 5.5])})) == {(3, "mass_t"): "5.2"}


ORDINARY_LIVES = {
    "growth by a thousand over three years": [1.2**i for i in range(38)],
    "a season of one to fifty": [1.0, 1.0, 5.0, 20.0, 50.0, 20.0, 5.0, 1.0] * 5,
    "zeros": [0.0, 0.0, 120.0, 130.0, 0.0, 125.0] * 4,
    "a standby engine": [0.01, 30.0, 0.5, 200.0, 0.02, 4.0, 90.0, 0.1, 1.0, 0.03, 15.0, 0.8] * 2,
    "a tenfold step when a second line opens": [10.0] * 12 + [100.0] * 12,
    "a hundredfold month": [10.0] * 12 + [1000.0] + [10.0] * 11,
    "two values only": [5.0, 5000.0],
    "one value": [5000.0],
}


@pytest.mark.parametrize("name", ORDINARY_LIVES)
def test_ordinary_lives_make_no_questions(name, open_city) -> None:
    assert open_city({"real/coal.csv": COAL + months(ORDINARY_LIVES[name])}).questions == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.floats(0.5, 50_000),
    noise=st.lists(st.floats(0.6, 1.6), min_size=24, max_size=24),
    where=st.sets(st.integers(0, 23), max_size=6),
    factor=st.sampled_from([1000.0, 10_000.0, 0.001, 0.0001]),
)
def test_exactly_the_planted_values_are_found(size, noise, where, factor, open_city) -> None:
    """Whatever the size of a plant, its scatter, and which of its months went wrong."""
    values = [size * part * (factor if i in where else 1) for i, part in enumerate(noise)]
    city = open_city({"real/coal.csv": COAL + months(values)})
    assert sorted(line for line, _ in held(city)) == [i + 2 for i in sorted(where)]


PLANTS = "plant_id,district_id,sector,employees\n"


def sector(size: int) -> tuple[str, str]:
    """Plants of one sector that burn a ton for each person and month, give or take a little."""
    plants = "".join(f"P{i},D1,39,{10 * i}\n" for i in range(1, size + 1))
    coal = "".join(months([10.0 * i * (1 + (i % 7) / 10)] * 4, plant=f"P{i}") for i in range(1, size + 1))
    return plants, coal


def test_the_sector_decides_where_a_series_is_too_short_or_wrong_throughout(open_city) -> None:
    plants, coal = sector(60)
    plants += "S1,D1,39,100\nS2,D1,39,100\nS3,D1,39,100\nS4,D1,39,100\n"
    coal += months([120_000.0], plant="S1") + months([110.0, 110_000.0], plant="S2")
    coal += months([0.1, 0.12, 0.11], plant="S3") + months([150.0], plant="S4")
    city = open_city({"real/plants.csv": PLANTS + plants, "real/coal.csv": COAL + coal})
    assert {(q.subject, q.rows, q.expected) for q in city.questions} == {
        ("plant:S1", 1, "120"),
        ("plant:S2", 1, "110"),
        ("plant:S3", 3, "100"),
    }


def test_the_sector_decides_which_half_of_a_series_is_right(open_city) -> None:
    plants, coal = sector(60)
    plants += "S1,D1,39,100\nS2,D1,39,100\n"
    coal += months([100.0] * 12 + [100_000.0] * 14, plant="S1")
    coal += months([0.1] * 12 + [100.0] * 11, plant="S2")
    city = open_city({"real/plants.csv": PLANTS + plants, "real/coal.csv": COAL + coal})
    assert {(q.subject, q.rows, q.value) for q in city.questions} == {
        ("plant:S1", 14, "100000"),
        ("plant:S2", 12, "0.1"),
    }


def test_few_peers_are_no_judges(open_city) -> None:
    plants, coal = sector(20)
    city = open_city(
        {
            "real/plants.csv": PLANTS + plants + "S1,D1,39,100\n",
            "real/coal.csv": COAL + coal + months([120_000.0], plant="S1"),
        }
    )
    assert city.questions == ()


WAVES = [10.0, 11.5, 12.25, 11.0, 9.5, 8.75, 9.0, 10.5]


def test_two_meters_with_one_series_are_both_held(open_city) -> None:
    city = open_city({"real/coal.csv": COAL + months([*WAVES, 7.0], meter="A") + months(WAVES, meter="B")})
    (question,) = city.questions
    assert (question.trap, question.rows) == ("same_series", 16)
    assert "mass burned of two series (A = B) is the same in every period from 2020-01 to 2020-08" in question.asks.en
    rows = city.frame("coal").select("meter", "mass_t", "held").collect("pyarrow").rows()
    assert [row for row in rows if row[1] is not None] == [("A", 7.0, None)]
    assert {row[2] for row in rows if row[1] is None} == {question.id}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WAVES, [*WAVES[:7], 10.6]),
        (WAVES[:5], WAVES[:5]),
        ([10.0] * 12, [10.0] * 12),
        ([0.0] * 12 + WAVES[:5], [0.0] * 12 + WAVES[:5]),
        ([*WAVES, None, None], [None, None, *WAVES]),
    ],
    ids=["one month differs", "five months", "constant", "zeros and five months", "the same, two months later"],
)
def test_series_that_are_only_alike_are_no_question(one, other, open_city) -> None:
    city = open_city({"real/coal.csv": COAL + months(one, meter="A") + months(other, meter="B")})
    assert city.questions == ()


def test_a_copy_of_another_plant_is_another_matter(open_city) -> None:
    city = open_city({"real/coal.csv": COAL + months(WAVES, plant="P1") + months(WAVES, plant="P2")})
    assert city.questions == ()
