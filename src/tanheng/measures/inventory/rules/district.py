"""Of a district: what its facilities inherit from the city.

区:其设施从城市继承的信息。
"""

from __future__ import annotations

from tanheng.measures.base_entities import DISTRICT
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, Parent
from tanheng.text import Text


@rule(DISTRICT, kind="text", title=Text("province", "所在省份"))
def province(city: Parent) -> Expr:
    """The province of the district's city.

    区所属城市的省份。
    """
    return city.province


@rule(DISTRICT, kind="text", title=Text("regional grid", "所在区域电网"))
def grid_region(city: Parent) -> Expr:
    """The regional grid of the district's city.

    区所属城市的区域电网。
    """
    return city.grid_region
