"""What a person from the bureau gets to read: complete, consistent with the rules, the same every time."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from tests.measures.inventory.small_city import rows, small_city
from tests.measures.inventory.worlds import CITY, base_rows, evaluated, results

from tanheng.measures.assessment import Assessment
from tanheng.measures.base_entities import CITY_YEAR
from tanheng.measures.inventory.assess import assess
from tanheng.measures.inventory.findings import OF_PLACES
from tanheng.measures.inventory.pictures import parts_of

YEAR = 2023


@cache
def _assessment() -> Assessment:
    return assess(small_city(), YEAR)


def _city(name: str) -> Any:
    (row,) = [row for row in results(small_city(), CITY_YEAR, *OF_PLACES) if row["year"] == YEAR]
    return row[name]


def _table(name: str) -> list[dict[str, Any]]:
    (table,) = [table for table in _assessment().tables if table.id == name]
    found: list[dict[str, Any]] = table.data.to_pylist()
    return found


def test_headline_says_the_total_its_interval_and_what_is_open() -> None:
    first, second, third = _assessment().headline
    total = _city("emissions_tco2e")
    assert f"emitted {total:,.0f} t CO2e" in first.en and f"排放{total / 1e4:,.2f}万吨CO2当量" in first.zh
    assert "95%" in first.en and "95%" in first.zh
    assert "scope 1" in second.en and "范围一" in second.zh
    assert "4 are undetermined" in third.en and "4个" in third.zh


def test_parts_add_up_to_the_total() -> None:
    """A chart whose parts do not make its total is worse than no chart."""
    for row in results(small_city(), CITY_YEAR, *OF_PLACES):
        parts = parts_of(row).values()
        assert sum(part for part in parts if part is not None) == pytest.approx(row["emissions_tco2e"], abs=1e-3)


def test_tables_agree_with_the_rules() -> None:
    by_name = {row["name_en"]: row["now"] for row in _table("summary")}
    assert by_name["emissions, power counted once"] == pytest.approx(_city("emissions_tco2e"))
    # Of Yantian nothing is known but its shop, whose power is open: the district is undetermined, the city is not.
    known = {row["name_en"]: row["emissions_tco2e"] for row in _table("by_district")}
    assert known == {"Guangming": pytest.approx(_city("emissions_tco2e"), abs=1e-3), "Yantian": None}
    scope1 = {row["name_en"]: row["scope1_tco2e"] for row in _table("by_broad_sector")}
    assert {sector for sector, total in scope1.items() if total is None} == {"primary sector"}, "which nobody reported"
    by_sector = sum(total for total in scope1.values() if total is not None)
    assert by_sector == pytest.approx(_city("scope1_tco2e"), abs=1e-3)
    assert _table("emitters")[0]["facility_id"] == "ODD"
    assert sum(row["co2_t"] for row in _table("factors")) == pytest.approx(_city("facility_fuel_co2_t"), abs=1e-3)


def test_factors_are_shown_with_their_set_and_how_sure_they_are() -> None:
    rows_ = {(row["name_en"], row["factor_set"]): row for row in _table("factors")}
    diesel = rows_["Diesel", "CN_OTHER_IND_2015"]
    assert (diesel["ncv"], diesel["oxidation"], diesel["status"]) == (43.33, 0.98, "reported")
    assert "NDRC" in diesel["source"]


def test_the_gap_to_outside_totals_is_shown() -> None:
    found = {(row["publisher"], row["year"]): row for row in _table("outside")}
    assert set(found) == {("CEADs", 2019), ("CMCC v2", 2021)}
    assert found["CEADs", 2019]["gap"] is None
    ours = found["CMCC v2", 2021]["ours"]
    assert found["CMCC v2", 2021]["gap"] == pytest.approx(ours - 15_000)
    said = " ".join(text.en for section in _assessment().sections for text in section.text if "CMCC" in text.en)
    assert "gap" in said


def test_undetermined_is_listed_by_cause() -> None:
    assert sum(row["number"] for row in _table("undetermined")) == 4
    indicators = {item.id: item for item in _assessment().indicators}
    assert indicators["facilities_undetermined"].value == 4
    assert indicators["emissions_tco2e"].low is not None
    assert indicators["emissions_tco2e"].explain == f"city_year:{CITY},{YEAR} emissions_tco2e"


def test_charts_are_in_both_languages_over_data_named_data() -> None:
    for chart in _assessment().charts:
        assert set(chart.specs) == {"en", "zh"}
        assert chart.data.num_rows
        for language, spec in chart.specs.items():
            text = json.dumps(spec)
            assert '"name": "data"' in text, chart.id
            assert "datasets" not in spec and "config" not in spec
            other = "_zh" if language == "en" else "_en"
            assert other not in text, f"{chart.id} in {language} shows a column of the other language"
        fields = {part for part in json.dumps(chart.specs["en"]).split('"') if part in chart.data.column_names}
        assert fields, chart.id


def test_every_text_is_in_both_languages() -> None:
    said = [*_assessment().headline, *_assessment().to_do, *_assessment().methods]
    said += [text for section in _assessment().sections for text in (section.title, *section.text)]
    said += [table.title for table in _assessment().tables] + [chart.title for chart in _assessment().charts]
    said += [indicator.title for indicator in _assessment().indicators]
    assert [text.en for text in said if not text.en or not text.zh] == []


def test_the_same_city_gives_the_same_assessment() -> None:
    again = assess(evaluated(rows()), YEAR)
    assert [table.data.to_pylist() for table in again.tables] == [t.data.to_pylist() for t in _assessment().tables]
    assert again.headline == _assessment().headline
    assert again.questions == _assessment().questions
    assert [chart.specs for chart in again.charts] == [chart.specs for chart in _assessment().charts]


def test_a_year_without_reports_says_so() -> None:
    found = assess(evaluated({"city_economy": [{"city_id": CITY, "year": 2030, "gdp_100m_cny": 1}]}), 2030)
    assert "No facility" in found.headline[0].en
    assert all(item.value is None or item.value == 0 for item in found.indicators)


def test_a_city_of_which_nothing_is_known_is_undetermined_and_not_zero() -> None:
    city = base_rows()
    city["city_economy"] = [{"city_id": CITY, "year": YEAR, "gdp_100m_cny": 1}]
    city["facilities"] = rows()["facilities"][:1]
    city["annual_reports"] = [{"facility_id": "F00", "year": YEAR}]
    city["fuel_use"] = [{"facility_id": "F00", "month": f"{YEAR}-01-01", "fuel": "diesel", "origin": "made_up"}]
    found = assess(evaluated(city), YEAR)
    assert "undetermined" in found.headline[0].en
    (total,) = [item for item in found.indicators if item.id == "emissions_tco2e"]
    assert total.value is None
    assert total.state == "undetermined"
    assert total.why is not None and total.why.en
    # Made-up rows mark whatever rests on them as demonstration data, undetermined or not.
    assert found.demonstration and not _assessment().demonstration
