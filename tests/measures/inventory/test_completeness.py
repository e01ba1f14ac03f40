"""Every gap becomes one question to whoever can close it, and a sound facility is left in peace."""

from __future__ import annotations

import pytest
from tests.measures.inventory.small_city import rows, small_city
from tests.measures.inventory.worlds import evaluated, results

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory.completeness import by_kind, kind_of, questions
from tanheng.measures.inventory.stakes import Stakes, stakes

YEAR = 2023
AT_STAKE = stakes(small_city(), YEAR)
ASKED = questions(small_city(), YEAR, AT_STAKE)


def _to(facility: str) -> list[str]:
    return sorted(kind_of(question) for question in ASKED if question.to == f"facility:{facility}")


@pytest.mark.parametrize(
    ("facility", "kinds"),
    [
        ("SHORT", ["months"]),
        ("NEVER", ["months"]),
        ("BLANK", ["missing"]),
        ("CLAIM", ["evidence", "evidence"]),
        ("LATE", ["report"]),
        ("ODD", ["intensity"]),
        ("F00", []),
        ("F07", []),
        ("PLANT", []),
    ],
)
def test_each_fault_is_asked_about(facility: str, kinds: list[str]) -> None:
    assert _to(facility) == kinds


def test_what_nobody_has_published_goes_to_the_bureau_once() -> None:
    (question,) = [question for question in ASKED if question.to == "bureau"]
    assert "inventory.gwp" in question.asks.en
    assert "1 facilities" in question.asks.en


def test_the_missing_month_is_named() -> None:
    (question,) = [question for question in ASKED if question.to == "facility:SHORT"]
    assert "2023-12" in question.asks.en
    assert "2023-12" in question.asks.zh
    assert "2023-11" not in question.asks.en


def test_every_question_is_asked_in_both_languages() -> None:
    assert [q.id for q in ASKED if not q.asks.en or not q.asks.zh or q.asks.en == q.asks.zh] == []
    assert len({question.id for question in ASKED}) == len(ASKED)


def test_what_hangs_on_a_facility_is_its_nearest_year_less_what_is_counted() -> None:
    """SHORT has no fuel: all of last year's account is open. BLANK's electricity of this year is counted already."""
    before = {
        row["facility_id"]: row
        for row in results(small_city(), FACILITY_YEAR, "place_emissions_tco2e", "place_scope2_tco2e")
        if row["year"] == 2022
    }
    now = {
        row["facility_id"]: row
        for row in results(small_city(), FACILITY_YEAR, "place_emissions_tco2e", "place_scope2_tco2e")
        if row["year"] == YEAR
    }
    assert AT_STAKE.of["SHORT"] == pytest.approx(before["SHORT"]["place_emissions_tco2e"])
    left = max(before["BLANK"]["place_emissions_tco2e"] - now["BLANK"]["place_scope2_tco2e"], 0)
    assert AT_STAKE.of["BLANK"] == pytest.approx(left)
    assert AT_STAKE.of["NEVER"] is None
    assert set(AT_STAKE.of) == {"SHORT", "NEVER", "BLANK", "GAS"}
    assert AT_STAKE.unknown == 2
    assert AT_STAKE.known == pytest.approx(sum(weight for weight in AT_STAKE.of.values() if weight is not None))


def test_unused_measurement_weighs_what_it_would_change() -> None:
    """Diesel: 10 t at 0.5 tC/t against the default 43.33 x 0.0202; calcite: 100 t at 0.3 against 0.43971."""
    weights = sorted(q.weight for q in ASKED if q.to == "facility:CLAIM" and q.weight is not None)
    diesel = abs(10 * (0.5 - 43.33 * 0.0202) * 0.98 * 44 / 12)
    assert weights == pytest.approx(sorted([diesel, 100 * (0.43971 - 0.3)]), abs=1e-5)


def test_what_leaves_a_facility_undetermined_is_asked_first() -> None:
    kinds = [kind_of(question) for question in ASKED]
    first_odd = min(kinds.index("intensity"), kinds.index("evidence"))
    assert set(kinds[:first_odd]) == {"months", "missing", "unset", "report"}
    assert set(kinds[first_odd:]) == {"intensity", "evidence"}
    assert sum(number for _, number, _ in by_kind(ASKED)) == len(ASKED)


def test_a_sound_city_is_asked_nothing() -> None:
    sound = rows()
    keep = {f"F{number:02d}" for number in range(12)}
    for name in (
        "annual_reports",
        "purchased_energy",
        "fuel_use",
        "process_activity",
        "refrigerants",
        "electronics_gases",
    ):
        sound[name] = [row for row in sound[name] if row["facility_id"] in keep]
    sound["facilities"] = [row for row in sound["facilities"] if row["facility_id"] in keep]
    evaluation = evaluated(sound)
    assert questions(evaluation, YEAR, stakes(evaluation, YEAR)) == ()


def test_no_stakes_without_doubt() -> None:
    assert Stakes(YEAR, {}).known == 0
