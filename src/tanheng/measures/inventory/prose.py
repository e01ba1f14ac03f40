"""The inventory in sentences: the answer first, then how we know, then what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tanheng.measures.assessment import Question
from tanheng.measures.inventory import words
from tanheng.measures.inventory.completeness import by_kind
from tanheng.measures.inventory.findings import Findings
from tanheng.measures.inventory.interval import Errors, Interval
from tanheng.measures.inventory.reconcile import Comparison, OutsideTotal, outside_range
from tanheng.measures.inventory.stakes import Stakes
from tanheng.text import Text

_MEGA = 1e6

METHODS = (
    Text(
        "Fuel: amount × net calorific value × carbon content × oxidised share × 44/12, by the factor set of "
        "the guideline of "
        "the facility's division. A measured value replaces the default only with a laboratory report.",
        "燃料:消耗量×低位发热量×含碳量×氧化率×44/12,采用设施所属行业指南的因子集。实测值须有检测报告方可替代缺省值。",
    ),
    Text(
        "Two accounts: a facility reports with its guideline's GWPs and the grid factor of enterprise "
        "reporting; districts and "
        "city add up the place account, with one set of GWPs and the grid factor for places.",
        "两种口径:企业报告采用其指南的GWP和企业口径电网因子;区与市汇总采用地区口径,即统一的GWP和地区电网因子。",
    ),
    Text(
        "Power is counted once, where it is used: fuel of power plants that supply the grid is in scope 1 "
        "within the city's "
        "bounds and not in the total (GPC 2014). Green electricity counts as ordinary power until a rule says "
        "otherwise.",
        "电力在使用端计一次:向电网供电的电厂燃料计入行政区域内范围一,不计入总量(GPC 2014)。"
        "绿电在无规定前按普通电力计算。",
    ),
    Text(
        "Totals leave out what is undetermined and count it; nothing is filled in. Intervals (95 %) follow "
        "IPCC 2006 vol. 1 "
        "ch. 3, approach 1: meters err each on its own, a default factor errs for all its users at once.",
        "合计不含未确定部分,并列出其数量,不作填补。95%区间按IPCC 2006第1卷第3章方法1:计量误差相互独立,"
        "缺省因子误差对所有使用者同时起作用。",
    ),
    Text(
        "Not in the inventory: CH4 and N2O of combustion, waste water and landfills, and gases that no "
        "facility reports.",
        "未包括:燃烧产生的甲烷和氧化亚氮、污水和填埋,以及无设施填报的气体。",
    ),
)


def headline(findings: Findings, own: Mapping[int, Mapping[str, Interval]], at_stake: Stakes) -> tuple[Text, ...]:
    """The answer in three sentences: the total, the city's bounds, what is open."""
    now, year = findings.now, findings.year
    name, name_zh = findings.city["name"], findings.city["name_zh"]
    if now is None:
        return (Text(f"No facility of {name} has reported for {year}.", f"{name_zh}{year}年尚无设施填报。"),)
    said = [_total(findings, own.get(year, {}).get("emissions"))]
    if None not in (now["scope1_tco2e"], now["grid_supply_tco2e"], now["scope2_tco2e"]):
        scope1, supply = now["scope1_tco2e"] / _MEGA, now["grid_supply_tco2e"] / _MEGA
        bought = now["scope2_tco2e"] / _MEGA
        said.append(
            Text(
                f"Within its bounds {scope1:,.1f} million t were set free (scope 1), {supply:,.1f} of them to make "
                f"power for the grid; electricity and heat bought stand for {bought:,.1f} (scope 2).",
                f"行政区域内直接排放{scope1:,.1f}百万吨(范围一),其中{supply:,.1f}百万吨用于向电网供电;"
                f"外购电力与热力对应{bought:,.1f}百万吨(范围二)。",
            )
        )
    reported, open_ = findings.facilities.num_rows, len(at_stake.of)
    said.append(
        Text(
            f"Of {reported:,} facilities that reported, {open_:,} are undetermined; by their own other years "
            "they would "
            f"add about {at_stake.known / _MEGA:,.2f} million t that are in no total.",
            f"{reported:,}个填报设施中有{open_:,}个排放量未确定;按其他年度估计约{at_stake.known / _MEGA:,.2f}百万吨,"
            "不计入合计。",
        )
    )
    return tuple(said)


def _total(findings: Findings, interval: Interval | None) -> Text:
    now, before, year = findings.now, findings.before, findings.year
    name, name_zh = findings.city["name"], findings.city["name_zh"]
    if now is None or now["emissions_tco2e"] is None:
        return Text(f"The emissions of {name} in {year} are undetermined.", f"{name_zh}{year}年排放量未确定。")
    total = now["emissions_tco2e"] / _MEGA
    en = f"{name} emitted {total:,.1f} million t CO2e in {year}, every kilowatt-hour counted once, where it is used"
    zh = f"{year}年{name_zh}排放{total:,.1f}百万吨二氧化碳当量(每度电在使用端计一次)"
    if interval is not None:
        en += f" (95 % interval {interval.low / _MEGA:,.1f} to {interval.high / _MEGA:,.1f})"
        zh += f",95%区间{interval.low / _MEGA:,.1f}至{interval.high / _MEGA:,.1f}"
    if before is not None and before["emissions_tco2e"]:
        change = 100 * (now["emissions_tco2e"] / before["emissions_tco2e"] - 1)
        direction, direction_zh = ("more", "上升") if change >= 0 else ("less", "下降")
        en += f", {abs(change):.1f} % {direction} than in {year - 1}"
        zh += f",比{year - 1}年{direction_zh}{abs(change):.1f}%"
    return Text(f"{en}.", f"{zh}。")


def who(findings: Findings) -> tuple[Text, ...]:
    """How few facilities make how much."""
    values = np.array(findings.facilities.column("place_emissions_tco2e").to_pylist(), dtype=np.float64)
    values = np.sort(values[np.isfinite(values) & (values > 0)])[::-1]
    if len(values) < 10:
        return ()
    total = values.sum()
    half = int(np.searchsorted(np.cumsum(values), total / 2)) + 1
    return (
        Text(
            f"The ten largest facilities make {values[:10].sum() / total:.0%} of what facilities emit, the "
            f"{half:,} largest half of it.",
            f"最大的10个设施占设施排放的{values[:10].sum() / total:.0%},最大的{half:,}个设施占一半。",
        ),
    )


def beside(findings: Findings, outside: list[OutsideTotal], compared: tuple[Comparison, ...]) -> tuple[Text, ...]:
    """Ours against the newest outside totals, and the gap in each year that both have."""
    known = [item for item in compared if item.ours is not None]
    recent = outside_range(outside)
    said: list[Text] = []
    if recent is not None and findings.now is not None and findings.now["scope1_co2_t"] is not None:
        low, high, first, last = recent
        ours = findings.now["scope1_co2_t"] / _MEGA
        said.append(
            Text(
                f"The newest outside totals ({first} to {last}) range from {low / _MEGA:,.1f} to "
                f"{high / _MEGA:,.1f} million t CO2; "
                f"this inventory has {ours:,.1f} for {findings.year}.",
                f"最新外部数据({first}至{last}年)为{low / _MEGA:,.1f}至{high / _MEGA:,.1f}百万吨二氧化碳;"
                f"本清单{findings.year}年为{ours:,.1f}百万吨。",
            )
        )
    for item in known:
        assert item.gap_t is not None and item.gap_share is not None
        inside = item.verdict == "inside"
        said.append(
            Text(
                f"{item.outside.publisher} {item.outside.year}: the gap is {item.gap_t / _MEGA:+,.2f} million t "
                f"({item.gap_share:+.1%}), {'inside' if inside else 'outside'} our interval.",
                f"{item.outside.publisher} {item.outside.year}年:"
                f"差额{item.gap_t / _MEGA:+,.2f}百万吨({item.gap_share:+.1%}),"
                f"{'在' if inside else '超出'}本清单区间{'内' if inside else ''}。",
            )
        )
    if not said:
        said.append(Text("No outside total is in the tables.", "表中没有外部发布值。"))
    return tuple(said)


def errors(findings: Findings, errors_of: Errors) -> tuple[Text, ...]:
    """How wide the interval is, what makes it so, and how sure the change is."""
    interval = errors_of.intervals.get(findings.year, {}).get("emissions")
    if interval is None or interval.relative is None:
        return (
            Text(
                "The interval is undetermined: a half width that it needs is not set.",
                "区间未确定:缺少所需的不确定度参数。",
            ),
        )
    kind, share = max(interval.shares.items(), key=lambda item: (item[1], item[0]))
    label = words.ERROR_KINDS[kind]
    said = [
        Text(
            f"The 95 % interval is ±{interval.relative:.1%}. Of its variance {share:.0%} comes from one source: "
            f"{label.en}. It does not contain what is undetermined, nor what nobody reports.",
            f"95%区间为±{interval.relative:.1%},其方差的{share:.0%}来自{label.zh}。"
            "区间不包含未确定部分和无人填报的排放。",
        )
    ]
    first = findings.years[0]["year"]
    change = errors_of.change(first, findings.year) if first < findings.year else None
    if change is not None:
        low, high = change.change - change.half_width, change.change + change.half_width
        said.append(
            Text(
                f"The change since {first} is {change.change:+.1f} % (95 % interval {low:+.1f} to {high:+.1f}):"
                " factors "
                "err alike in both years and hardly count, amounts err anew each year.",
                f"与{first}年相比变化{change.change:+.1f}%(95%区间{low:+.1f}至{high:+.1f}):因子误差在两年中方向相同,"
                "影响很小;活动数据误差各年独立。",
            )
        )
    return tuple(said)


def open_facilities(at_stake: Stakes) -> tuple[Text, ...]:
    """What being undetermined means."""
    if not at_stake.of:
        return (Text("Every facility that reported is determined.", "所有填报设施均已确定。"),)
    return (
        Text(
            "An undetermined facility is in no total, and never counts as zero. The list of questions says "
            "what each answer is worth.",
            "未确定设施不计入合计,也不按零计算。疑问清单列出每个答复涉及的排放量。",
        ),
    )


def to_do(asked: Sequence[Question]) -> tuple[Text, ...]:
    """What to have answered: first what leaves a facility undetermined."""
    said = []
    for kind, number, weight in by_kind(asked):
        label = words.QUESTION_KINDS.get(kind, Text(kind, kind))
        weighed = Text("", "")
        if weight >= 500:
            thousand = f"{weight / 1e3:,.0f}"
            weighed = (
                Text(f"; about {thousand} thousand t CO2e hang on them", f";涉及约{thousand}千吨二氧化碳当量")
                if kind in words.FIRST_ASKED
                else Text(
                    f"; {thousand} thousand t CO2e lie between what was counted and what would be usual",
                    f";计入值与通常水平相差{thousand}千吨二氧化碳当量",
                )
            )
        said.append(
            Text(
                f"Have {number:,} question(s) answered: {label.en}{weighed.en}.",
                f"办理{number:,}个疑问:{label.zh}{weighed.zh}。",
            )
        )
    return tuple(said)
