"""Of a gas held in equipment in a year: what leaked.

Weighed top-ups tell: what was filled in, less what was taken out, replaces what was lost. Where nothing was
weighed, the charge times the usual leak rate of the class of equipment stands in.

年度设备用气:泄漏量。

以称重的补充量为准:补充量减回收量即为泄漏量。未称重的,以充注量乘以该类设备的年泄漏率代替。
"""

from __future__ import annotations

from tanheng.measures.inventory.entities import REFRIGERANT
from tanheng.policy import rule, undetermined, when
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_LEAKS = "IPCC 2006 vol. 3 ch. 7, approaches A (leak rates) and B (mass balance)"


@rule(REFRIGERANT, kind="boolean", title=Text("top-up weighed", "补充量已称重"), cites=_LEAKS)
def is_weighed(topped_up_kg: Expr) -> Expr:
    """The gas topped up in the year was weighed.

    当年补充的气体经过称重。
    """
    return topped_up_kg.is_known()


@rule(REFRIGERANT, unit="kg", title=Text("gas leaked", "泄漏量"), cites=_LEAKS)
def emitted_kg(
    held: Expr,
    is_weighed: Expr,
    topped_up_kg: Expr,
    recovered_kg: Expr,
    charge_kg: Expr,
    equipment: Expr,
    leak_rate: ParameterValue,
) -> Expr:
    """Top-up less recovery when weighed, else charge times leak rate.

    More recovered than topped up means that equipment was emptied for good, and then the balance
    needs the gas that it still holds.

    经称重的,为补充量减回收量;否则为充注量乘以年泄漏率。

    回收多于补充,说明有设备被排空停用,此时核算还需要设备中现存的气体量。
    """
    return (
        when(held.is_known())
        .then(undetermined("an answer to the open question about this row", "kg", zh="本行疑问尚待答复"))
        .when(~is_weighed)
        .then(charge_kg * leak_rate[equipment])
        .when(topped_up_kg >= recovered_kg)
        .then(topped_up_kg - recovered_kg)
        .otherwise(
            undetermined(
                "gas held at the end of the year (more was recovered than topped up)",
                "kg",
                zh="年末设备存量(回收量大于补充量)",
            )
        )
    )


@rule(REFRIGERANT, unit="tCO2e", title=Text("CO2e of gas leaked", "泄漏气体当量"), cites=_LEAKS)
def co2e_t(emitted_kg: Expr, facility_year: Parent, gas: Expr, gwp: ParameterValue) -> Expr:
    """Enterprise account: with the GWPs of the facility's guideline.

    企业口径:采用设施所适用指南的GWP。
    """
    return emitted_kg.to("t") * gwp[facility_year.gwp_set_in_force, gas]


@rule(REFRIGERANT, unit="tCO2e", title=Text("CO2e of gas leaked, place", "泄漏气体当量(地区口径)"), cites=_LEAKS)
def place_co2e_t(emitted_kg: Expr, facility_year: Parent, gas: Expr, gwp: ParameterValue) -> Expr:
    """Place account: with the one set of GWPs of the place's inventory.

    地区口径:采用地区清单统一的GWP。
    """
    return emitted_kg.to("t") * gwp[facility_year.place_gwp_set, gas]
