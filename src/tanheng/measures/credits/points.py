"""From grams to points: the exchange rule is the bureau's and stands in the rulebook, not in a methodology."""

from __future__ import annotations

from tanheng.measures.credits.reading import Head
from tanheng.measures.credits.rounding import floored
from tanheng.policy import Entity, Rule, rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.policy.rulebook import Rulebook
from tanheng.text import Text

RATE = "credits.points_per_kg"
POINTS = "points"


def points_rules(entity: Entity, head: Head, book: Rulebook) -> tuple[Rule, ...]:
    """The rule of points for a methodology of the track of persons; none where the scheme has no points."""
    if head.track != "persons" or RATE not in book:
        return ()
    title, parameters = Text("points", "碳积分"), {"points_per_kg": RATE}
    return (rule(entity, title=title, cites="深环规〔2022〕5号", parameters=parameters)(points),)


def points(reduction_g: Expr, points_per_kg: ParameterValue) -> Expr:
    """Points of a person's day: the grams of the day by the exchange rule, whole points only.

    个人当日碳积分:当日减排克数按兑换规则折算,只计整数分。
    """
    return floored(reduction_g.to("kgCO2e") * points_per_kg)
