"""Why emissions changed: LMDI of the broad sectors, chained year by year, and of homes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tanheng.measures import masses
from tanheng.measures.assessment import Chart, Table
from tanheng.measures.base_tables import BROAD_SECTORS
from tanheng.measures.charting import Row, chart
from tanheng.measures.dual_control import charts, words
from tanheng.measures.dual_control.budget import rounded_to_sum
from tanheng.measures.dual_control.constant_prices import implicit_deflator
from tanheng.measures.dual_control.lmdi import Decomposition, carbon_decomposition, chain, decompose
from tanheng.measures.dual_control.parts.part import Column, Part, amounts, table
from tanheng.measures.dual_control.situation import Situation, as_floats
from tanheng.text import LANGUAGES, Text

_HOMES = ("population", "per_head")
_METHOD = Text(
    "Decomposition: LMDI-I (Ang 2005), additive, chained year by year; parts add up to the change without a rest. "
    "Value added of sectors is deflated with the city's GDP deflator.",
    "分解方法:LMDI-I加法形式(Ang 2005)逐年链式计算,各因素之和等于总变化,无残差;各产业增加值按全市GDP平减指数折算。",
)


@dataclass(frozen=True)
class Causes:
    """Effects in tonnes, in the order of ``words.FACTORS``, from the first year to the last."""

    first: int
    last: int
    start: float
    end: float
    steps: tuple[Decomposition, ...]
    homes: tuple[Decomposition, ...] | None
    sectors: tuple[str, ...]

    @property
    def effects(self) -> dict[str, float]:
        whole = chain(self.steps)
        found = dict(zip(whole.factors, map(float, whole.additive), strict=True))
        if self.homes is not None:
            homes = chain(self.homes)
            found |= dict(zip(homes.factors, map(float, homes.additive), strict=True))
        return found


def part(situation: Situation) -> Part:
    """The waterfall from the first year whose sectors are known to the last."""
    title = Text("Why emissions changed", "排放变化的原因")
    found = causes(situation)
    if isinstance(found, Text):
        return Part(
            title, (Text(f"There is no decomposition: {found.en}.", f"无法分解:{found.zh}。"),), methods=(_METHOD,)
        )
    effects = found.effects
    largest = max((name for name in effects), key=lambda name: effects[name])
    smallest = min((name for name in effects), key=lambda name: effects[name])
    said = Text(
        f"From {found.first} to {found.last} emissions changed by {masses.change(found.end - found.start).en}. "
        f"{words.FACTORS[largest].en.capitalize()} raised them most ({masses.change(effects[largest]).en}), "
        f"{words.FACTORS[smallest].en} lowered them most ({masses.change(effects[smallest]).en}).",
        f"{found.first}至{found.last}年排放变化{masses.change(found.end - found.start).zh}。"
        f"拉动最大的因素为{words.FACTORS[largest].zh}({masses.change(effects[largest]).zh}),"
        f"抑制最大的因素为{words.FACTORS[smallest].zh}({masses.change(effects[smallest]).zh})。",
    )
    return Part(
        title,
        (said, *_limits(situation, found)),
        charts=(_waterfall(found),),
        tables=(_by_year(found), _by_sector(found)),
        methods=(_METHOD,),
    )


def causes(situation: Situation) -> Causes | Text:
    """The decomposition, or what it lacks."""
    years = _years(situation)
    if len(years) < 2:
        return Text(
            "two successive years with value added, energy and emissions of the same sectors are needed",
            "需要至少连续两年、相同产业的增加值、能耗和排放数据",
        )
    sectors = _sectors(situation, years)
    steps = []
    for before, after in pairwise(years):
        try:
            steps.append(carbon_decomposition(_rows(situation, sectors, before), _rows(situation, sectors, after)))
        except ValueError as error:
            return Text(f"{before} to {after}: {error}", f"{before}至{after}年:数据不满足分解条件({error})")
    homes = _homes(situation, sectors, years)
    start, end = (_total(situation, year) for year in (years[0], years[-1]))
    if homes is None:
        start, end = steps[0].start, steps[-1].end
    return Causes(years[0], years[-1], start, end, tuple(steps), homes, sectors)


def _years(situation: Situation) -> list[int]:
    """The last unbroken run of years in which the same sectors are known, homes apart."""
    known = {year: _known_sectors(situation, year) for year in situation.reported_years}
    run: list[int] = []
    for year in sorted(known, reverse=True):
        if not known[year] or (run and (year != run[-1] - 1 or known[year] != known[run[0]])):
            break
        run.append(year)
    return run[::-1]


def _known_sectors(situation: Situation, year: int) -> frozenset[str]:
    names = ("value_added_100m_cny", "controlled_tce", "controlled_tco2e")
    if year not in _deflators(situation):
        return frozenset()
    return frozenset(
        sector
        for sector in BROAD_SECTORS
        if all(situation.sectors.figure(name, situation.city_id, sector, year).number is not None for name in names)
    )


def _sectors(situation: Situation, years: list[int]) -> tuple[str, ...]:
    known = _known_sectors(situation, years[0])
    return tuple(sector for sector in BROAD_SECTORS if sector in known)


def _rows(situation: Situation, sectors: tuple[str, ...], year: int) -> tuple[list[float], list[float], list[float]]:
    def of(name: str) -> list[float]:
        figures = (situation.sectors.figure(name, situation.city_id, sector, year) for sector in sectors)
        return [float(figure.value) for figure in figures]

    deflator = _deflators(situation)[year]
    return [value / deflator for value in of("value_added_100m_cny")], of("controlled_tce"), of("controlled_tco2e")


def _deflators(situation: Situation) -> dict[int, float]:
    """The city's price level by reported year, 1 now; years that growth does not chain to now are left out."""
    years = situation.reported_years
    gdp = [situation.figure("gdp_100m_cny", year).number for year in years]
    growth = [situation.figure("gdp_growth_pct", year).number for year in years]
    if situation.now not in years:
        return {}
    levels = implicit_deflator(years, as_floats(gdp), as_floats(growth), situation.now)
    return {year: float(level) for year, level in zip(years, levels, strict=True) if np.isfinite(level)}


def _total(situation: Situation, year: int) -> float:
    return float(situation.figure("controlled_tco2e", year).value)


def _homes(situation: Situation, sectors: tuple[str, ...], years: list[int]) -> tuple[Decomposition, ...] | None:
    """Homes: the city without its sectors, by people and emissions per head; None where people are not known."""
    factors = []
    for year in years:
        people = situation.figure("population_10k", year).number
        emissions = _total(situation, year) - sum(_rows(situation, sectors, year)[2])
        if not people or emissions < 0:
            return None
        factors.append(np.array([[people], [emissions / people]]))
    return tuple(decompose(_HOMES, a, b) for a, b in pairwise(factors))


def _limits(situation: Situation, found: Causes) -> Iterator[Text]:
    base = situation.figure("base_year").value
    if base is not None and found.first > base:
        yield Text(
            f"It begins in {found.first} and not in {base}: value added of the sectors is not known before.",
            f"分解自{found.first}年而非{base}年起:此前的产业增加值未知。",
        )
    absent = [words.SECTORS[sector] for sector in BROAD_SECTORS if sector not in found.sectors]
    if absent:
        named = words.listed(absent)
        yield Text(
            f"Without the {named.en}, of which nothing was reported.",
            f"未包括{named.zh}:没有填报数据。",
        )
    if found.homes is None:
        yield Text("Homes are left out: the population of a year is not known.", "未包括居民部分:有年份人口未知。")


def _waterfall(found: Causes) -> Chart:
    level = found.start
    order = [Text(str(found.first), f"{found.first}年")]
    rows: list[Row] = [_bar(0, order[0], 0.0, found.start, "whole", _in_all(found, found.start))]
    for place, (name, effect) in enumerate(found.effects.items(), start=1):
        kind = "up" if effect >= 0 else "down"
        order.append(words.BAR_LABELS[name])
        rows.append(_bar(place, words.BAR_LABELS[name], level, level + effect, kind, _step(found, effect)))
        level += effect
    order.append(Text(str(found.last), f"{found.last}年"))
    rows.append(_bar(len(rows), order[-1], 0.0, found.end, "whole", _in_all(found, found.end)))
    # The whole bars are cut so that the steps can be seen; the axis says where it begins.
    floor = 0.98 * min(min(row["from"], row["to"]) for row in rows[1:-1])
    for row in (rows[0], rows[-1]):
        row["from"] = floor
    steps = "; ".join(f"{words.FACTORS[name].en} {masses.change(effect).en}" for name, effect in found.effects.items())
    steps_zh = ";".join(f"{words.FACTORS[name].zh}{masses.change(effect).zh}" for name, effect in found.effects.items())
    return chart(
        "waterfall",
        Text(
            f"What changed emissions from {found.first} to {found.last}", f"{found.first}至{found.last}年排放变化分解"
        ),
        rows,
        charts.waterfall(order, max(found.start, found.end)),
        Text(f"A waterfall: {steps}.", f"瀑布图:{steps_zh}。"),
        Text("The axis does not begin at zero.", "纵轴不从零开始。"),
    )


def _in_all(found: Causes, tonnes: float) -> Text:
    """A mass as the waterfall writes it at a bar, without its unit."""
    scales = (masses.MassScale.up_to(max(found.start, found.end), language) for language in LANGUAGES)
    return Text(*(scale.written(tonnes) for scale in scales))


def _step(found: Causes, effect: float) -> Text:
    size, sign = _in_all(found, abs(effect)), "+" if effect >= 0 else "−"
    return Text(f"{sign}{size.en}", f"{sign}{size.zh}")


def _bar(place: int, step: Text, start: float, end: float, kind: str, said: Text) -> Row:
    return {
        "place": place,
        "step_en": step.en,
        "step_zh": step.zh,
        "name_en": step.en.replace("|", " "),
        "name_zh": step.zh.replace("|", ""),
        "from": start,
        "to": end,
        "top": max(start, end),
        "kind": kind,
        "said_en": said.en,
        "said_zh": said.zh,
    }


def _by_year(found: Causes) -> Table:
    """Effects in whole tonnes, a row a factor and a column a year; the rows add up to the change."""
    years = range(found.first, found.last)
    pairs = list(zip(found.steps, found.homes or (None,) * len(found.steps), strict=True))
    names = [*found.steps[0].factors, *(_HOMES if found.homes is not None else ())]
    by_step = []
    for step, homes in pairs:
        effects = [*map(float, step.additive), *(map(float, homes.additive) if homes is not None else ())]
        by_step.append(rounded_to_sum(effects, sum(effects)))
    rows = []
    for i, name in enumerate(names):
        row: dict[str, object] = {"factor": words.FACTORS[name], "whole": sum(tonnes[i] for tonnes in by_step)}
        row |= {f"to_{year + 1}": by_step[n][i] for n, year in enumerate(years)}
        rows.append(row)
    total: dict[str, object] = {"factor": Text("change", "合计"), "whole": sum(sum(tonnes) for tonnes in by_step)}
    rows.append(total | {f"to_{year + 1}": sum(by_step[n]) for n, year in enumerate(years)})
    return table(
        "causes",
        Text("Effects by year", "逐年因素效应"),
        (
            Column("factor", Text("factor", "因素"), "text"),
            *(
                Column(f"to_{year + 1}", Text(f"{year} to {year + 1}", f"{year}至{year + 1}年"), "integer", "tCO2e", 0)
                for year in years
            ),
            Column("whole", Text("whole period", "全期"), "integer", "tCO2e", 0),
        ),
        rows,
    )


def _by_sector(found: Causes) -> Table:
    whole = chain(found.steps)
    rows = [
        {"sector": words.SECTORS[sector], **{name: whole.by_part[k, i] for k, name in enumerate(whole.factors)}}
        for i, sector in enumerate(found.sectors)
    ]
    return table(
        "causes_by_sector",
        Text(f"Effects by sector, {found.first} to {found.last}", f"{found.first}至{found.last}年分产业因素效应"),
        (
            Column("sector", Text("sector", "产业"), "text"),
            *(amounts(name, words.FACTORS[name]) for name in whole.factors),
        ),
        rows,
    )
