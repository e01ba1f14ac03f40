"""Of a facility: where it stands.

设施:所在地。
"""

from __future__ import annotations

from tanheng.measures.base_entities import FACILITY
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, Parent
from tanheng.text import Text


@rule(FACILITY, kind="text", title=Text("city", "所在城市"))
def city_id(district: Parent) -> Expr:
    """The city of the facility's district.

    设施所在区所属的城市。
    """
    return district.city_id


@rule(FACILITY, kind="text", title=Text("province", "所在省份"))
def province(district: Parent) -> Expr:
    """The province of the facility's district.

    设施所在区所属的省份。
    """
    return district.province


@rule(FACILITY, kind="text", title=Text("regional grid", "所在区域电网"))
def grid_region(district: Parent) -> Expr:
    """The regional grid of the facility's district.

    设施所在区所属的区域电网。
    """
    return district.grid_region
