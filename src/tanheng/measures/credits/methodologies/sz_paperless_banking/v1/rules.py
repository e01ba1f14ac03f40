"""Reduction of a day = transactions x paper saved x factor of paper."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_g, floored
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PERSON_DAY

_CITES = "深圳市无纸化金融场景(银行业)碳普惠方法学(试行)"


@rule(PERSON_DAY, unit="kg", title=Text("paper saved", "节约用纸量"), cites=_CITES)
def paper_kg(transactions: Expr, paper_saved: ParameterValue) -> Expr:
    """Transactions times the paper that each saves.

    业务笔数乘以每笔节约用纸量。
    """
    return transactions * paper_saved


@rule(PERSON_DAY, unit="gCO2e", title=Text("reduction of the day", "当日减排量"), cites=_CITES)
def reduction_g(paper_kg: Expr, paper_factor: ParameterValue) -> Expr:
    """Paper saved times its factor, in whole grams.

    节约用纸量乘以排放因子,向下取整至克。
    """
    return floored(as_co2e_g(paper_kg * paper_factor))
