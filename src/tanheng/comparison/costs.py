"""What a change costs: the results in money, each amount told once."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.comparison.columns import percent, worded
from tanheng.comparison.compared import Compared
from tanheng.comparison.differences import Difference
from tanheng.report.figures import figure
from tanheng.report.typography import capital
from tanheng.text import Text


def costs_of(compared: Compared) -> tuple[Difference, ...]:
    """The results in money. One that only adds up others of them over a link is left out: its parts say more."""
    money = {each.result.item: each for each in compared.differences if each.result.is_money}
    return tuple(
        each
        for item, each in money.items()
        if not any(crosses and part in money for part, crosses in compared.plan.reaches(*item).items())
    )


def cost_in_words(cost: Difference) -> Text:
    """``Charge (plant in a year): 11.00 CNY before, 14.00 CNY after, 3.00 CNY more (+27.27%).``"""
    total, unit = cost.totals(), cost.result.unit
    large = max((abs(side) for side in (total.before, total.after) if side is not None), default=0.0)
    was, now = (
        worded(None) if side is None else figure(side, unit, 2, as_large_as=large).text
        for side in (total.before, total.after)
    )
    english = [f"{capital(cost.result.named.en)}: {was.en} before, {now.en} after"]
    chinese = [f"{cost.result.named.zh}:变更前 {was.zh},变更后 {now.zh}"]
    for text in _moves(cost, large):
        english.append(text.en)
        chinese.append(text.zh)
    left_out = total.undetermined_after
    rest = Text(f"; {left_out:,} undetermined left out", f";另有 {left_out:,} 个未确定,未计入") if left_out else None
    return Text(
        f"{', '.join(english)}{rest.en if rest else ''}.",
        f"{','.join(chinese)}{rest.zh if rest else ''}。",
    )


def _moves(cost: Difference, large: float) -> Iterator[Text]:
    """What is more or less where both sides are known, and what only became known or unknown."""
    total, unit = cost.totals(), cost.result.unit
    if total.change:
        by = figure(abs(total.change), unit, 2, as_large_as=large).text
        share = percent(total.before, total.change)
        part = "" if share is None else f" ({share:+.2f}%)".replace("-", "−")
        more = total.change > 0
        yield Text(f"{by.en} {'more' if more else 'less'}{part}", f"{'增加' if more else '减少'} {by.zh}{part}")
    for value, en, zh in (
        (total.newly_determined, "newly determined", "为新确定"),
        (total.newly_undetermined, "no longer determined", "变为未确定"),
    ):
        if value:
            amount = figure(value, unit, 2, as_large_as=large).text
            yield Text(f"{amount.en} {en}", f"{amount.zh}{zh}")
