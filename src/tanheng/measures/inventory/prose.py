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
from tanheng.measures.masses import CO2, amount, between, change
from tanheng.text import Text

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
        "Totals leave out what is undetermined and count it; nothing is filled in. Intervals (95%) follow "
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
        names = ("scope1_tco2e", "grid_supply_tco2e", "scope2_tco2e")
        scope1, supply, bought = (amount(now[name]) for name in names)
        said.append(
            Text(
                f"Within its bounds {scope1.en} were set free (scope 1), {supply.en} of them to make "
                f"power for the grid; electricity and heat bought stand for {bought.en} (scope 2).",
                f"行政区域内直接排放{scope1.zh}(范围一),其中{supply.zh}用于向电网供电;"
                f"外购电力与热力对应{bought.zh}(范围二)。",
            )
        )
    said.append(_open(findings, at_stake))
    return tuple(said)


def _open(findings: Findings, at_stake: Stakes) -> Text:
    reported, open_, adds = findings.facilities.num_rows, len(at_stake.of), amount(at_stake.known)
    if not open_:
        return Text(f"All {reported:,} facilities that reported are determined.", f"{reported:,}个填报设施均已确定。")
    return Text(
        f"Of {reported:,} facilities that reported, {open_:,} are undetermined; by their own other years they would "
        f"add about {adds.en}, which is in no total.",
        f"{reported:,}个填报设施中有{open_:,}个排放量未确定;按其他年度估计约{adds.zh},不计入合计。",
    )


def _total(findings: Findings, interval: Interval | None) -> Text:
    now, before, year = findings.now, findings.before, findings.year
    name, name_zh = findings.city["name"], findings.city["name_zh"]
    if now is None or now["emissions_tco2e"] is None:
        return Text(f"The emissions of {name} in {year} are undetermined.", f"{name_zh}{year}年排放量未确定。")
    total = amount(now["emissions_tco2e"])
    en = f"{name} emitted {total.en} in {year}, every kilowatt-hour counted once, where it is used"
    zh = f"{year}年{name_zh}排放{total.zh}(每度电在使用端计一次)"
    if interval is not None:
        span = between(interval.low, interval.high)
        en += f" (95% interval {span.en})"
        zh += f",95%区间{span.zh}"
    if before is not None and before["emissions_tco2e"]:
        grown = 100 * (now["emissions_tco2e"] / before["emissions_tco2e"] - 1)
        direction, direction_zh = ("more", "上升") if grown >= 0 else ("less", "下降")
        en += f", {abs(grown):.1f}% {direction} than in {year - 1}"
        zh += f",比{year - 1}年{direction_zh}{abs(grown):.1f}%"
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
        span, ours = between(low, high), amount(findings.now["scope1_co2_t"], CO2)
        said.append(
            Text(
                f"The newest outside totals ({first} to {last}) range from {span.en}; "
                f"this inventory has {ours.en} for {findings.year}.",
                f"最新外部数据({first}至{last}年)为{span.zh};本清单{findings.year}年为{ours.zh}。",
            )
        )
    for item in known:
        assert item.gap_t is not None and item.gap_share is not None
        inside, gap = item.verdict == "inside", change(item.gap_t)
        share = f"{item.gap_share:+.1%}".replace("-", "−")
        said.append(
            Text(
                f"{item.outside.publisher} {item.outside.year}: the gap is {gap.en} ({share}), "
                f"{'inside' if inside else 'outside'} our interval.",
                f"{item.outside.publisher} {item.outside.year}年:差额{gap.zh}({share}),"
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
            f"The 95% interval is ±{interval.relative:.1%}. Of its variance {share:.0%} comes from one source: "
            f"{label.en}. It does not contain what is undetermined, nor what nobody reports.",
            f"95%区间为±{interval.relative:.1%},其方差的{share:.0%}来自{label.zh}。"
            "区间不包含未确定部分和无人填报的排放。",
        )
    ]
    first = findings.years[0]["year"]
    grown = errors_of.change(first, findings.year) if first < findings.year else None
    if grown is not None:
        low, high = grown.change - grown.half_width, grown.change + grown.half_width
        by, least, most = (f"{value:+.1f}".replace("-", "−") for value in (grown.change, low, high))
        said.append(
            Text(
                f"The change since {first} is {by}% (95% interval {least} to {most}): factors err alike in both "
                "years and hardly count, amounts err anew each year.",
                f"与{first}年相比变化{by}%(95%区间{least}至{most}):因子误差在两年中方向相同,"
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
        if weight >= 0.5:
            weighty = amount(weight)
            weighed = (
                Text(f"; about {weighty.en} hang on them", f";涉及约{weighty.zh}")
                if kind in words.FIRST_ASKED
                else Text(
                    f"; {weighty.en} lie between what was counted and what would be usual",
                    f";计入值与通常水平相差{weighty.zh}",
                )
            )
        questions, answered = ("question", "1") if number == 1 else ("questions", f"{number:,}")
        said.append(
            Text(
                f"Have {answered} {questions} answered: {label.en}{weighed.en}.",
                f"办理{number:,}个疑问:{label.zh}{weighed.zh}。",
            )
        )
    return tuple(said)
