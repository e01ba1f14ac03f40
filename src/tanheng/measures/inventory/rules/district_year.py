"""Of a district in a year: the city it belongs to. Its totals are in ``places``.

区年度:所属城市。
"""

from __future__ import annotations

from tanheng.measures.base_entities import DISTRICT_YEAR
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, Parent
from tanheng.text import Text


@rule(DISTRICT_YEAR, kind="text", title=Text("city", "所在城市"))
def city_id(district: Parent) -> Expr:
    """The city of the district.

    区所属的城市。
    """
    return district.city_id
