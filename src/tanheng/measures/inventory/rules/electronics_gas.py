"""Of an etching or cleaning gas used in a year: what leaves the stack, as itself and as by-products.

    emitted    = (1 - h) x used x (1 - U) x (1 - a x d)
    by-product = (1 - h) x used x B      x (1 - a x d of the by-product)

h is the heel left in the container, U the share destroyed or turned over in the process, B the mass of by-product
formed per mass fed, a the share fed to tools with abatement and d what abatement destroys. d is a credit: the guideline
gives it for the gases of its table 6.6 and for devices that are kept well, and a gas without it gets none.

年度刻蚀与清洗用气:排出的气体自身及副产物。

气体 =(1 − h)× 用量 ×(1 − U)×(1 − a × d);副产物 =(1 − h)× 用量 × B ×(1 − a × 副产物的 d)。

其中 h 为气瓶残余比例,U 为工艺中分解或转化的比例,B 为单位进气生成的副产物,a 为接入尾气处理的比例,d 为尾气处理的
去除率。d 是一种减扣:指南只对其表6.6所列气体和维护良好的设备给出,未列的气体不予减扣。
"""

from __future__ import annotations

from tanheng.measures.inventory.entities import ELECTRONICS_GAS
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_TIER_2 = "IPCC 2006 vol. 3 ch. 6, equations 6.2 to 6.6 (Tier 2a and 2b), tables 6.3 to 6.6"


def _after_abatement(abated_share: Expr, destroyed: Expr) -> Expr:
    """1 - a x d. What abatement destroys is credited where a share is published for the gas, else none is."""
    return 1 - abated_share * destroyed.or_else(0)


@rule(ELECTRONICS_GAS, unit="kg", title=Text("gas fed to the tools", "进入工艺腔的气体"), cites=_TIER_2)
def fed_kg(used_kg: Expr, electronics_heel: ParameterValue) -> Expr:
    """Gas used less the heel left in the containers.

    用气量减去气瓶中的残余。
    """
    return used_kg * (1 - electronics_heel)


@rule(ELECTRONICS_GAS, unit="kg", title=Text("gas emitted", "气体排放量"), cites=_TIER_2)
def emitted_kg(
    fed_kg: Expr,
    process: Expr,
    gas: Expr,
    abated_share: Expr,
    electronics_emitted_share: ParameterValue,
    electronics_destruction: ParameterValue,
) -> Expr:
    """The gas itself: fed x (1 - U) x (1 - a x d).

    气体自身:进气量 ×(1 − U)×(1 − a × d)。
    """
    left = _after_abatement(abated_share, electronics_destruction[gas])
    return fed_kg * electronics_emitted_share[process, gas] * left


@rule(ELECTRONICS_GAS, unit="kg", title=Text("CF4 formed", "副产CF4"), cites=_TIER_2)
def byproduct_cf4_kg(
    fed_kg: Expr,
    process: Expr,
    gas: Expr,
    abated_share: Expr,
    electronics_byproduct_cf4: ParameterValue,
    electronics_destruction: ParameterValue,
) -> Expr:
    """CF4 formed from the gas fed and not destroyed.

    由进气生成且未被去除的CF4(四氟化碳)。
    """
    left = _after_abatement(abated_share, electronics_destruction["CF4"])
    return fed_kg * electronics_byproduct_cf4[process, gas] * left


@rule(ELECTRONICS_GAS, unit="kg", title=Text("C2F6 formed", "副产C2F6"), cites=_TIER_2)
def byproduct_c2f6_kg(
    fed_kg: Expr,
    process: Expr,
    gas: Expr,
    abated_share: Expr,
    electronics_byproduct_c2f6: ParameterValue,
    electronics_destruction: ParameterValue,
) -> Expr:
    """C2F6 formed from the gas fed and not destroyed.

    由进气生成且未被去除的C2F6(六氟乙烷)。
    """
    left = _after_abatement(abated_share, electronics_destruction["C2F6"])
    return fed_kg * electronics_byproduct_c2f6[process, gas] * left


@rule(ELECTRONICS_GAS, unit="kg", title=Text("CHF3 formed", "副产CHF3"), cites=_TIER_2)
def byproduct_chf3_kg(
    fed_kg: Expr,
    process: Expr,
    gas: Expr,
    abated_share: Expr,
    electronics_byproduct_chf3: ParameterValue,
    electronics_destruction: ParameterValue,
) -> Expr:
    """CHF3 formed from the gas fed and not destroyed.

    由进气生成且未被去除的CHF3(三氟甲烷)。
    """
    left = _after_abatement(abated_share, electronics_destruction["HFC23"])
    return fed_kg * electronics_byproduct_chf3[process, gas] * left


@rule(ELECTRONICS_GAS, unit="kg", title=Text("C3F8 formed", "副产C3F8"), cites=_TIER_2)
def byproduct_c3f8_kg(
    fed_kg: Expr,
    process: Expr,
    gas: Expr,
    abated_share: Expr,
    electronics_byproduct_c3f8: ParameterValue,
    electronics_destruction: ParameterValue,
) -> Expr:
    """C3F8 formed from the gas fed and not destroyed.

    由进气生成且未被去除的C3F8(八氟丙烷)。
    """
    left = _after_abatement(abated_share, electronics_destruction["C3F8"])
    return fed_kg * electronics_byproduct_c3f8[process, gas] * left


@rule(
    ELECTRONICS_GAS, unit="tCO2e", title=Text("CO2e of the gas and its by-products", "用气与副产物当量"), cites=_TIER_2
)
def co2e_t(
    emitted_kg: Expr,
    byproduct_cf4_kg: Expr,
    byproduct_c2f6_kg: Expr,
    byproduct_chf3_kg: Expr,
    byproduct_c3f8_kg: Expr,
    facility_year: Parent,
    gas: Expr,
    gwp: ParameterValue,
) -> Expr:
    """Enterprise account: gas and by-products with the GWPs of the facility's guideline.

    企业口径:用气与副产物,采用设施所适用指南的GWP。
    """
    set_ = facility_year.gwp_set_in_force
    return (
        emitted_kg.to("t") * gwp[set_, gas]
        + byproduct_cf4_kg.to("t") * gwp[set_, "CF4"]
        + byproduct_c2f6_kg.to("t") * gwp[set_, "C2F6"]
        + byproduct_chf3_kg.to("t") * gwp[set_, "HFC23"]
        + byproduct_c3f8_kg.to("t") * gwp[set_, "C3F8"]
    )


@rule(
    ELECTRONICS_GAS,
    unit="tCO2e",
    title=Text("CO2e of the gas and its by-products, place", "用气与副产物当量(地区口径)"),
    cites=_TIER_2,
)
def place_co2e_t(
    emitted_kg: Expr,
    byproduct_cf4_kg: Expr,
    byproduct_c2f6_kg: Expr,
    byproduct_chf3_kg: Expr,
    byproduct_c3f8_kg: Expr,
    facility_year: Parent,
    gas: Expr,
    gwp: ParameterValue,
) -> Expr:
    """Place account: with the one set of GWPs of the place's inventory.

    地区口径:采用地区清单统一的GWP。
    """
    set_ = facility_year.place_gwp_set
    return (
        emitted_kg.to("t") * gwp[set_, gas]
        + byproduct_cf4_kg.to("t") * gwp[set_, "CF4"]
        + byproduct_c2f6_kg.to("t") * gwp[set_, "C2F6"]
        + byproduct_chf3_kg.to("t") * gwp[set_, "HFC23"]
        + byproduct_c3f8_kg.to("t") * gwp[set_, "C3F8"]
    )
