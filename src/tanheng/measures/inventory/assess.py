"""The inventory's answer for a city and a year: what it emits, how we know, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.measures.assessment import Assessment, Section, Table
from tanheng.measures.base_entities import CITY_YEAR
from tanheng.measures.inventory import (
    TITLE,
    evidence_tables,
    facility_tables,
    indicators,
    pictures,
    place_tables,
    prose,
)
from tanheng.measures.inventory.completeness import questions
from tanheng.measures.inventory.findings import Findings, find, rows_of
from tanheng.measures.inventory.interval import Errors, Interval, read_errors
from tanheng.measures.inventory.reconcile import Comparison, OutsideTotal, OwnTotal, reconcile
from tanheng.measures.inventory.stakes import Stakes, stakes
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text


def assess(evaluation: Evaluation, year: int) -> Assessment:
    """The greenhouse gas inventory of the city in ``year``."""
    findings = find(evaluation, year)
    errors_of = read_errors(evaluation, [row["year"] for row in findings.years])
    own = errors_of.intervals
    at_stake = stakes(evaluation, year)
    asked = questions(evaluation, year, at_stake)
    outside = _outside(evaluation, findings)
    compared = reconcile(_own_totals(findings, own), outside)

    charts = [pictures.trend(findings), pictures.divisions(findings), pictures.districts(findings)]
    charts += [pictures.fuels(findings), pictures.months(evaluation, findings), pictures.trust(findings)]
    concentration = pictures.concentration(findings)
    beside = pictures.reconciliation(own, compared)
    errors = pictures.error_shares(own[year]["emissions"]) if year in own else None
    charts += [chart for chart in (concentration, beside, errors) if chart is not None]
    charts = [chart for chart in charts if chart.data.num_rows]
    tables: list[Table] = [
        place_tables.summary(findings),
        place_tables.districts(findings),
        place_tables.broad_sectors(findings),
        place_tables.divisions(findings),
        facility_tables.emitters(findings),
        place_tables.gases(findings),
        evidence_tables.factors(evaluation, findings),
        evidence_tables.comparisons(compared),
        facility_tables.question_kinds(asked),
        facility_tables.undetermined(evaluation, findings),
        facility_tables.open_facilities(evaluation, findings, at_stake),
    ]
    tables = [table for table in tables if table.data.num_rows]
    maps = tuple(pictures.maps(evaluation, findings))
    figures = indicators.of(evaluation, findings, own, at_stake)
    there = {item.id for item in charts} | {item.id for item in tables}
    there |= {item.id for item in maps} | {item.id for item in figures}
    return Assessment(
        measure="inventory",
        title=TITLE,
        headline=prose.headline(findings, own, at_stake),
        sections=_sections(findings, errors_of, at_stake, outside, compared, there),
        to_do=prose.to_do(asked),
        indicators=figures,
        tables=tuple(tables),
        charts=tuple(charts),
        maps=maps,
        questions=asked,
        methods=prose.METHODS,
        demonstration=evaluation.rests_on_made_up(CITY_YEAR, "emissions_tco2e"),
        trust=indicators.trust_of(findings.now, "emissions_tco2e"),
    )


def _sections(
    findings: Findings,
    errors_of: Errors,
    at_stake: Stakes,
    outside: list[OutsideTotal],
    compared: tuple[Comparison, ...],
    there: set[str],
) -> tuple[Section, ...]:
    def section(title: Text, text: tuple[Text, ...], *shows: str) -> Section:
        return Section(title, text, tuple(name for name in shows if name in there))

    return (
        section(
            Text("What the city emits", "排放总量"),
            (),
            "emissions_tco2e",
            "scope1_tco2e",
            "scope2_tco2e",
            "per_gdp",
            "per_person",
            "trend",
            "summary",
        ),
        section(
            Text("Where it comes from", "排放来源"),
            (),
            "divisions",
            "by_broad_sector",
            "by_division",
            "fuels",
            "gases",
            "months",
            "energy_tce",
            "electricity_mwh",
            "green_share",
        ),
        section(
            Text("Where in the city", "空间分布"), (), "map_districts", "districts", "by_district", "map_facilities"
        ),
        section(Text("Who emits most", "主要排放者"), prose.who(findings), "concentration", "emitters"),
        section(
            Text("How we know: beside what others published", "如何得知:与外部数据对照"),
            prose.beside(findings, outside, compared),
            "scope1_co2_t",
            "reconciliation",
            "outside",
        ),
        section(
            Text("How we know: uncertainty and factors", "如何得知:不确定度与因子"),
            prose.errors(findings, errors_of),
            "uncertainty",
            "trust",
            "factors",
        ),
        section(
            Text("What is open", "待解决问题"),
            prose.open_facilities(at_stake),
            "facilities_reported",
            "facilities_undetermined",
            "undetermined_weight",
            "question_kinds",
            "undetermined",
            "open_facilities",
        ),
    )


# -- how we know ---------------------------------------------------------------------------------------


def _outside(evaluation: Evaluation, findings: Findings) -> list[OutsideTotal]:
    place = findings.city["city_id"]
    rows = rows_of(evaluation.city.frame("outside_totals"))
    return [
        OutsideTotal(row["publisher"], row["year"], row["co2_t"])
        for row in rows
        if row["place"] == place and row["co2_t"] is not None and row["year"] <= findings.year
    ]


def _own_totals(findings: Findings, own: Mapping[int, Mapping[str, Interval]]) -> dict[int, OwnTotal]:
    """Ours by year. Without an interval the total is its own bounds."""
    totals = {}
    for row in findings.years:
        year, value = row["year"], row["scope1_co2_t"]
        if value is None:
            continue
        interval = own.get(year, {}).get("scope1_co2")
        width = 0.0 if interval is None else interval.half_width
        undetermined = row.get("scope1_co2_t__undetermined") or 0
        totals[year] = OwnTotal(year, value, value - width, value + width, undetermined)
    return totals
