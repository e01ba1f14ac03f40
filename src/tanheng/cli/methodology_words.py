"""What ``tanheng methodology`` says, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tanheng.measures.credits.crediting import Total
from tanheng.measures.credits.event_files import REASONS, Intake
from tanheng.measures.credits.methodology import STANDING_WORDS, Methodology
from tanheng.measures.credits.scenarios import Tried
from tanheng.measures.credits.trying import Comparison, Side
from tanheng.measures.credits.versions import differences
from tanheng.text import Language, Text

_COMPLETE = Text("complete", "完整")
_UNSET = Text("not found: {names}", "未找到:{names}")
_SINCE = Text("since {day}", "自 {day}")
_NO_SINCE = Text("first day not found", "生效日期未找到")
_EVENTS = Text(
    "{read:,} events: {counted:,} count, {copies:,} are copies", "事件 {read:,} 件:计入 {counted:,},重复 {copies:,}"
)
_REFUSED = Text("  refused {events:,}: {reason}, e.g. {examples}", "  拒收 {events:,}:{reason},例如 {examples}")
_DETERMINED = Text("{name}: {amount:,} {unit} in {rows:,} results", "{name}:{amount:,} {unit},共 {rows:,} 条结果")
_NO_RESULT = Text("{name}: no result", "{name}:无结果")
_POINTS = Text("  {points:,} points", "  碳积分 {points:,}")
_POINTS_MISSING = Text("  points undetermined {rows:,}: {why}", "  碳积分未确定 {rows:,}:{why}")
_MISSING = Text("  undetermined {rows:,}: {why}", "  未确定 {rows:,}:{why}")
_CHANGE = Text("change {amount:+,} {unit} ({share})", "变化 {amount:+,} {unit}({share})")
_WHO = Text(
    "{gain:,} gain, {lose:,} lose, {same:,} stay, {unknown:,} cannot be told",
    "受益 {gain:,},受损 {lose:,},不变 {same:,},无法判断 {unknown:,}",
)
_MOST = Text("  {subject}  {before:,} -> {after:,}", "  {subject}  {before:,} -> {after:,}")

_KINDS = {
    "value": Text("value", "数值"),
    "formula": Text("formula", "公式"),
    "monitored": Text("monitored", "监测"),
}


def listed(methodologies: Iterable[Methodology], language: Language) -> Iterator[str]:
    """A line for each."""
    for each in methodologies:
        unset = ", ".join(name.partition(".")[2] for name in each.unset)
        gaps = _UNSET.format(names=unset) if unset else _COMPLETE
        day = each.since.day
        since = _NO_SINCE if day is None else _SINCE.format(day=day)
        words = (STANDING_WORDS[each.standing], since, gaps)
        said = "; ".join(word.in_language(language) for word in words)
        yield f"{each.id} {each.version}  {each.names.in_language(language)}  ({said})"


def tested(tried: Tried) -> Iterator[str]:
    """What came of the scenarios of a methodology."""
    bad = [outcome for outcome in tried.outcomes if outcome.differences]
    yield f"{tried.methodology.name}: {len(tried.outcomes) - len(bad)} of {len(tried.outcomes)} scenarios as expected"
    for outcome in bad:
        yield f"  {outcome.scenario.name} ({outcome.scenario.file}:{outcome.scenario.line})"
        for difference in outcome.differences:
            found = difference.result("en")
            yield f"    {difference.expected.rule}: expected {difference.wanted}, found {found}"
    for name in tried.untried:
        yield f"  no scenario tries {name}"


def intake_lines(intake: Intake, language: Language) -> Iterator[str]:
    """What became of the events."""
    said = _EVENTS.format(read=intake.read, counted=intake.counted, copies=intake.copies)
    yield said.in_language(language)
    for each in intake.refused:
        reason = REASONS[each.reason].in_language(language)
        said = _REFUSED.format(events=each.events, reason=reason, examples=", ".join(each.examples) or "-")
        yield said.in_language(language)


def total_line(methodology: Methodology, amount: int, rows: int, language: Language) -> str:
    """The sum of what is determined; where nothing is, there is no sum, which would be read as zero."""
    if not rows:
        return _NO_RESULT.format(name=methodology.name).in_language(language)
    said = _DETERMINED.format(name=methodology.name, amount=amount, unit=methodology.unit, rows=rows)
    return said.in_language(language)


def missing_lines(undetermined: Mapping[str, int], language: Language) -> Iterator[str]:
    """What is not, by reason."""
    for why, rows in undetermined.items():
        yield _MISSING.format(rows=rows, why=why).in_language(language)


def points_lines(total: Total, language: Language) -> Iterator[str]:
    """Points, and why there are none."""
    if total.person_days > sum(total.points_undetermined.values()):
        yield _POINTS.format(points=total.points).in_language(language)
    for why, rows in total.points_undetermined.items():
        yield _POINTS_MISSING.format(rows=rows, why=why).in_language(language)


def one_side(side: Side, language: Language) -> Iterator[str]:
    """What a methodology comes to on data."""
    if side.intake is not None:
        yield from intake_lines(side.intake, language)
    yield total_line(side.methodology, side.reduction, side.determined, language)
    yield from missing_lines(side.undetermined, language)


def compared(comparison: Comparison, language: Language) -> Iterator[str]:
    """Two methodologies on the same data."""
    for difference in differences(comparison.before.methodology, comparison.after.methodology):
        old, new = difference.before or "-", difference.after or "-"
        yield f"{_KINDS[difference.kind].in_language(language)} {difference.name}: {old} -> {new}"
    yield from one_side(comparison.before, language)
    yield from one_side(comparison.after, language)
    before, after = comparison.before.reduction, comparison.after.reduction
    share = f"{(after - before) / before:+.2%}" if before else "-"
    unit = comparison.after.methodology.unit
    yield _CHANGE.format(amount=after - before, unit=unit, share=share).in_language(language)
    counts = {name: getattr(comparison, name) for name in ("gain", "lose", "same", "unknown")}
    yield _WHO.format(**counts).in_language(language)
    for change in comparison.most:
        said = _MOST.format(subject=change.subject, before=change.before, after=change.after)
        yield said.in_language(language)
