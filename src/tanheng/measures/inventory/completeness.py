"""What stands between the reports and a complete inventory, as questions to whoever can answer.

Each question says whom it goes to, what it asks, and how much hangs on it: the emissions that are
undetermined until it is answered, by the facility's own other years where there are any. Nothing is
estimated into a total: the weight only says where to ask first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import narwhals as nw
import numpy as np

from tanheng.measures.assessment import Question
from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory.entities import FUEL_USE, PROCESS_ACTIVITY, PURCHASED_ENERGY
from tanheng.measures.inventory.findings import rows_of
from tanheng.measures.inventory.plausibility import THRESHOLD, robust_z
from tanheng.measures.inventory.stakes import Stakes, nearest_accounts
from tanheng.measures.inventory.totals import total
from tanheng.measures.inventory.words import FIRST_ASKED
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text

UNIT = "tCO2e"
_TABLES_OF_FACILITIES = (
    "facilities",
    "annual_reports",
    "fuel_use",
    "purchased_energy",
    "process_activity",
    "refrigerants",
    "electronics_gases",
)
Row = dict[str, Any]


def questions(evaluation: Evaluation, year: int, at_stake: Stakes) -> tuple[Question, ...]:
    """All questions of a year: first what leaves a facility undetermined, and by weight within.

    Those whose weight is not known come last in their class.
    """
    asked: list[Question] = []
    for ask in (
        open_traps,
        missing_months,
        missing_inputs,
        activity_without_report,
        unused_measurements,
        implausible_intensities,
    ):
        asked += ask(evaluation, year, at_stake)
    return tuple(sorted(asked, key=lambda q: (_class_of(kind_of(q)), q.weight is None, -(q.weight or 0.0), q.id)))


def open_traps(evaluation: Evaluation, year: int, at_stake: Stakes) -> Iterator[Question]:
    """The questions of the intake about rows of this year, or of no year.

    A question about several rows names the first: it counts in every year from that one on.
    """
    for question in evaluation.city.questions:
        if question.table not in _TABLES_OF_FACILITIES:
            continue
        first = _year_of(question.key)
        if first is not None and (first > year or (first < year and question.rows == 1)):
            continue
        facility = question.subject.removeprefix("facility:")
        yield Question(
            id=question.id,
            to=question.subject,
            asks=question.asks,
            about=f"{question.table} {question.key.replace(';', ', ')}",
            weight=at_stake.of.get(facility),
            unit=UNIT,
        )


def missing_months(evaluation: Evaluation, year: int, at_stake: Stakes) -> Iterator[Question]:
    """Facilities that reported electricity for fewer months than they were in operation."""
    short = evaluation.table(FACILITY_YEAR, ("months_reported", "months_expected")).filter(
        nw.col("year") == year, nw.col("months_reported") < nw.col("months_expected")
    )
    gaps = {row["facility_id"]: row for row in rows_of(short.sort("facility_id"))}
    if not gaps:
        return
    reported = evaluation.table(PURCHASED_ENERGY, ("year",)).filter(
        nw.col("year") == year, nw.col("facility_id").is_in(list(gaps))
    )
    there: dict[str, set[int]] = {}
    for row in rows_of(reported):
        there.setdefault(row["facility_id"], set()).add(row["month"].month)
    for facility, row in gaps.items():
        first = 13 - row["months_expected"]
        missing = [month for month in range(first, 13) if month not in there.get(facility, set())]
        months = ", ".join(f"{year}-{month:02d}" for month in missing)
        yield Question(
            id=f"inventory.months.{facility}.{year}",
            to=f"facility:{facility}",
            asks=Text(
                f"Electricity and heat of {year} were reported for {row['months_reported']} of "
                f"{row['months_expected']} months. What were they in {months}?",
                f"{year}年应报{row['months_expected']}个月,仅报{row['months_reported']}个月的电力和热力。"
                f"请补报:{months}。",
            ),
            about=f"purchased_energy {facility}, {year}",
            weight=at_stake.of.get(facility),
            unit=UNIT,
        )


_ASKED_ELSEWHERE = ("electricity and heat of every month of the year",)


def missing_inputs(evaluation: Evaluation, year: int, at_stake: Stakes) -> Iterator[Question]:
    """Other reasons for which a place account is undetermined: to the facility, or once to the bureau."""
    table = evaluation.table(FACILITY_YEAR, ("place_emissions_tco2e",)).filter(
        nw.col("year") == year, nw.col("place_emissions_tco2e").is_null()
    )
    to_bureau: dict[int, list[str]] = {}
    for row in rows_of(table.sort("facility_id")):
        code = row["place_emissions_tco2e__cause"]
        cause = evaluation.cause(code)
        facility = row["facility_id"]
        if cause.kind == "held" or cause.text.en in _ASKED_ELSEWHERE:
            continue
        if cause.who == "bureau":
            to_bureau.setdefault(code, []).append(facility)
            continue
        yield Question(
            id=f"inventory.missing.{facility}.{year}",
            to=f"facility:{facility}",
            asks=Text(
                f"The emissions of {year} cannot be determined: {cause.text.en}.",
                f"{year}年排放量无法确定:{cause.text.zh}。",
            ),
            about=f"facility_year {facility}, {year}",
            weight=at_stake.of.get(facility),
            unit=UNIT,
        )
    for code, facilities in sorted(to_bureau.items()):
        cause = evaluation.cause(code)
        weights = [at_stake.of.get(facility) for facility in facilities]
        known = [weight for weight in weights if weight is not None]
        yield Question(
            id=f"inventory.unset.{code}.{year}",
            to="bureau",
            asks=Text(
                f"{cause.text.en}: the emissions of {len(facilities)} facilities in {year} cannot be determined. "
                "Which value holds?",
                f"{cause.text.zh}:{year}年有{len(facilities)}个设施的排放量无法确定。应采用何值?",
            ),
            about="rulebook",
            weight=sum(known) if known else None,
            unit=UNIT,
        )


def activity_without_report(evaluation: Evaluation, year: int, at_stake: Stakes) -> Iterator[Question]:
    """Facilities with fuel or electricity in the year and no annual report: their activity is in no total."""
    reported = evaluation.city.frame("annual_reports").filter(nw.col("year") == year).select("facility_id")
    active: dict[str, float] = {}
    for entity, column in ((FUEL_USE, "mass_t"), (PURCHASED_ENERGY, "electricity_bought_mwh")):
        table = evaluation.table(entity, ("year", column)).filter(nw.col("year") == year)
        for row in rows_of(table.select("facility_id").unique().join(reported, on="facility_id", how="anti")):
            active[row["facility_id"]] = 0.0
    if not active:
        return
    known = nearest_accounts(evaluation, year, sorted(active))
    for facility in sorted(active):
        yield Question(
            id=f"inventory.report.{facility}.{year}",
            to=f"facility:{facility}",
            asks=Text(
                f"Fuel or electricity of {year} was reported, and no annual report. Was the facility in operation?",
                f"已填报{year}年燃料或电力,但未提交年度报告。该设施当年是否运行?",
            ),
            about=f"annual_reports {facility}, {year}",
            weight=known.get(facility),
            unit=UNIT,
        )


def unused_measurements(evaluation: Evaluation, year: int, at_stake: Stakes) -> Iterator[Question]:
    """Measured factors that are not used because no laboratory report stands behind them.

    The weight is what would change if they were.
    """
    columns = ("year", "measured_ncv_gj", "measured_carbon_t", "evidence", "co2_t", "energy_gj", "carbon_tc")
    amount = nw.coalesce(nw.col("mass_t"), nw.col("volume_10k_nm3"))
    with_ncv = nw.col("co2_t") * amount * nw.col("measured_ncv_gj") / nw.col("energy_gj")
    with_carbon = nw.col("co2_t") * amount * nw.col("measured_carbon_t") / nw.col("carbon_tc")
    fuels = (
        evaluation.table(FUEL_USE, (*columns, "mass_t", "volume_10k_nm3"))
        .filter(
            nw.col("year") == year,
            nw.col("evidence").is_null(),
            ~(nw.col("measured_ncv_gj").is_null() & nw.col("measured_carbon_t").is_null()),
        )
        .with_columns(_change=nw.coalesce(with_carbon, with_ncv) - nw.col("co2_t"))
    )
    processes = (
        evaluation.table(PROCESS_ACTIVITY, ("year", "amount_t", "measured_factor_tco2_per_t", "evidence", "co2_t"))
        .filter(
            nw.col("year") == year,
            nw.col("evidence").is_null(),
            ~nw.col("measured_factor_tco2_per_t").is_null(),
        )
        .with_columns(_change=nw.col("amount_t") * nw.col("measured_factor_tco2_per_t") - nw.col("co2_t"))
    )
    for table, key, zh in ((fuels, "fuel", "燃料"), (processes, "process", "过程")):
        grouped = table.group_by("facility_id", key).agg(nw.len().alias("rows"), total("_change"))
        for row in rows_of(grouped.sort("facility_id", key)):
            facility, what = row["facility_id"], row[key]
            yield Question(
                id=f"inventory.evidence.{facility}.{what}.{year}",
                to=f"facility:{facility}",
                asks=Text(
                    f"Measured factors of the {key} {what} stand in {row['rows']} rows of {year} without a "
                    "laboratory report; the default was used. Which report is behind them?",
                    f"{year}年{zh} {what} 有{row['rows']}行实测值缺少检测报告,已采用缺省值。请提供检测报告编号。",
                ),
                about=f"{key} {facility}, {what}, {year}",
                weight=None if row["_change"] is None else abs(row["_change"]),
                unit=UNIT,
            )


def implausible_intensities(evaluation: Evaluation, year: int, at_stake: Stakes) -> Iterator[Question]:
    """Emissions per value added that stand far from the facilities of the same division."""
    names = ("sector", "place_emissions_tco2e", "value_added_10k_cny")
    table = (
        evaluation.table(FACILITY_YEAR, names)
        .filter(nw.col("year") == year, nw.col("place_emissions_tco2e") > 0, nw.col("value_added_10k_cny") > 0)
        .sort("facility_id")
        .collect("pyarrow")
        .to_arrow()
    )
    emissions = np.array(table.column("place_emissions_tco2e").to_pylist(), dtype=np.float64)
    value_added = np.array(table.column("value_added_10k_cny").to_pylist(), dtype=np.float64)
    facilities, sectors = (table.column(name).to_pylist() for name in ("facility_id", "sector"))
    if not facilities:
        return
    intensity = np.log(emissions / value_added)
    z, middle = robust_z(intensity, sectors)
    for place in np.flatnonzero(np.abs(z) > THRESHOLD):
        usual = float(np.exp(middle[place]))
        times = float(np.exp(intensity[place])) / usual
        facility, sector = facilities[place], sectors[place]
        said_en = f"{times:,.0f} times" if times >= 1 else f"1/{1 / times:,.0f} of"
        said_zh = f"{times:,.0f}倍" if times >= 1 else f"1/{1 / times:,.0f}"
        yield Question(
            id=f"inventory.intensity.{facility}.{year}",
            to=f"facility:{facility}",
            asks=Text(
                f"Emissions per value added in {year} are {said_en} the median of division {sector}. "
                "Are energy and value added in the right units?",
                f"{year}年单位增加值排放为行业{sector}中位数的{said_zh}。能耗与增加值的单位是否正确?",
            ),
            about=f"facility_year {facility}, {year}",
            weight=abs(float(emissions[place]) - usual * float(value_added[place])),
            unit=UNIT,
        )


def kind_of(question: Question) -> str:
    """``months``, ``intensity`` and so on; ``intake`` for what the intake asks."""
    return question.id.split(".")[1] if question.id.startswith("inventory.") else "intake"


def by_kind(asked: Iterable[Question]) -> list[tuple[str, int, float]]:
    """Kind of question, how many, and the sum of their known weights; in the order in which they are asked."""
    found: dict[str, tuple[int, float]] = {}
    for question in asked:
        number, weight = found.get(kind_of(question), (0, 0.0))
        found[kind_of(question)] = (number + 1, weight + (question.weight or 0.0))
    ordered = sorted(found.items(), key=lambda item: (_class_of(item[0]), -item[1][1], item[0]))
    return [(kind, number, weight) for kind, (number, weight) in ordered]


def _class_of(kind: str) -> int:
    return 0 if kind in FIRST_ASKED else 1


def _year_of(key: str) -> int | None:
    """The year that ``facility_id=F1;month=2022-05-01`` speaks of; None where it speaks of none."""
    parts = dict(part.split("=", 1) for part in key.split(";") if "=" in part)
    if "year" in parts:
        return int(parts["year"])
    return int(parts["month"][:4]) if "month" in parts else None
