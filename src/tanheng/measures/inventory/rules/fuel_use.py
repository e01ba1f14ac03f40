"""Of fuel burned in a month: its energy and its CO2.

    CO2 = amount x net calorific value x carbon content x oxidised share x 44/12

Each factor is the default of the facility's factor set; a measured one takes its place only where a
laboratory report stands behind it. Combustion CH4 and N2O are not in the Chinese enterprise guidelines and not here.

月度燃料消耗:热量与二氧化碳。

二氧化碳 = 消耗量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12。各因子取设施所用因子集的缺省值;
实测值只有在附检测报告时才替代缺省值。燃烧的甲烷和氧化亚氮不在我国企业核算指南之内,此处不计。
"""

from __future__ import annotations

from tanheng.measures.inventory.entities import FUEL_USE
from tanheng.policy import quantity, rule, when
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_COMBUSTION = "GB/T 32150-2015, 5.2.2 (fuel combustion); IPCC 2006 vol. 2 ch. 2, equation 2.3"
_ENERGY = "GB/T 2589-2020 (standard coal, 29.3076 GJ/tce)"


@rule(FUEL_USE, kind="text", title=Text("factor set", "因子集"))
def factor_set(facility_year: Parent) -> Expr:
    """The factor set of the guideline that the facility follows in this year.

    设施当年适用的核算指南所用的因子集。
    """
    return facility_year.factor_set


@rule(FUEL_USE, kind="text", title=Text("fuel group", "燃料大类"))
def group(fuel_group: ParameterValue, fuel: Expr) -> Expr:
    """coal, oil, gas, waste or biomass.

    煤炭、油品、燃气、废弃物或生物质。
    """
    return fuel_group[fuel]


@rule(FUEL_USE, kind="boolean", title=Text("power station coal", "发电用煤"))
def is_power_coal(facility_year: Parent, group: Expr) -> Expr:
    """Coal of a power station: the power guidelines give it an oxidised share and a carbon content of its own.

    发电企业的燃煤:发电指南为其单独规定碳氧化率和含碳量。
    """
    return facility_year.generates_power & (group == "coal")


@rule(FUEL_USE, kind="boolean", title=Text("counted by volume", "按体积计量"))
def by_volume(mass_t: Expr, volume_10k_nm3: Expr, ncv_volume: ParameterValue, factor_set: Expr, fuel: Expr) -> Expr:
    """What the row gives decides; where it gives neither, the unit in which the factor set knows the fuel.

    以该行所填的量为准;两者均未填时,以因子集中该燃料的计量方式为准。
    """
    return (
        when(mass_t.is_known())
        .then(False)
        .when(volume_10k_nm3.is_known())
        .then(True)
        .otherwise(ncv_volume[factor_set, fuel].is_known())
    )


@rule(FUEL_USE, kind="boolean", title=Text("calorific value measured", "实测热值有效"), cites=_COMBUSTION)
def ncv_is_measured(measured_ncv_gj: Expr, evidence: Expr) -> Expr:
    """A measured net calorific value counts only with its laboratory report.

    实测低位发热量须附检测报告方为有效。
    """
    return measured_ncv_gj.is_known() & evidence.is_known()


@rule(FUEL_USE, kind="boolean", title=Text("carbon content measured", "实测含碳量有效"), cites=_COMBUSTION)
def carbon_is_measured(measured_carbon_t: Expr, evidence: Expr) -> Expr:
    """A measured carbon content counts only with its laboratory report.

    实测含碳量须附检测报告方为有效。
    """
    return measured_carbon_t.is_known() & evidence.is_known()


@rule(FUEL_USE, unit="GJ/t", title=Text("net calorific value by mass", "低位发热量(质量)"), cites=_COMBUSTION)
def ncv_by_mass(
    ncv_is_measured: Expr,
    measured_ncv_gj: Expr,
    is_power_coal: Expr,
    factor_set: Expr,
    fuel: Expr,
    ncv_mass: ParameterValue,
    unmeasured_coal_ncv: ParameterValue,
) -> Expr:
    """Measured with evidence, else the default of the factor set; power station coal has a default of its own.

    有检测报告的取实测值,否则取因子集的缺省值;发电用煤另有缺省值。
    """
    return (
        when(ncv_is_measured)
        .then(measured_ncv_gj / quantity(1, "t"))
        .when(is_power_coal)
        .then(unmeasured_coal_ncv)
        .otherwise(ncv_mass[factor_set, fuel])
    )


@rule(FUEL_USE, unit="GJ/10k Nm3", title=Text("net calorific value by volume", "低位发热量(体积)"), cites=_COMBUSTION)
def ncv_by_volume(
    ncv_is_measured: Expr, measured_ncv_gj: Expr, factor_set: Expr, fuel: Expr, ncv_volume: ParameterValue
) -> Expr:
    """Measured with evidence, else the default of the factor set.

    有检测报告的取实测值,否则取因子集的缺省值。
    """
    return when(ncv_is_measured).then(measured_ncv_gj / quantity(1, "10k_Nm3")).otherwise(ncv_volume[factor_set, fuel])


@rule(FUEL_USE, unit="GJ", title=Text("fuel energy", "燃料热量"), cites=_COMBUSTION)
def energy_gj(by_volume: Expr, mass_t: Expr, volume_10k_nm3: Expr, ncv_by_mass: Expr, ncv_by_volume: Expr) -> Expr:
    """Amount times net calorific value.

    消耗量乘以低位发热量。
    """
    return when(by_volume).then(volume_10k_nm3 * ncv_by_volume).otherwise(mass_t * ncv_by_mass)


@rule(FUEL_USE, unit="tce", title=Text("fuel energy in standard coal", "燃料能耗(标准煤)"), cites=_ENERGY)
def energy_tce(energy_gj: Expr, standard_coal: ParameterValue) -> Expr:
    """The same energy as tonnes of coal equivalent.

    同一热量折合为吨标准煤。
    """
    return energy_gj / standard_coal


@rule(FUEL_USE, unit="tC/GJ", title=Text("carbon per unit of energy", "单位热值含碳量"), cites=_COMBUSTION)
def carbon_per_energy(
    is_power_coal: Expr,
    factor_set: Expr,
    fuel: Expr,
    carbon_content: ParameterValue,
    unmeasured_coal_carbon: ParameterValue,
) -> Expr:
    """The default of the factor set; coal of a power station that is not measured has a high one on purpose.

    取因子集的缺省值;发电企业未实测的燃煤取有意定高的数值。
    """
    return when(is_power_coal).then(unmeasured_coal_carbon).otherwise(carbon_content[factor_set, fuel])


@rule(FUEL_USE, unit="tC", title=Text("carbon in the fuel", "燃料含碳"), cites=_COMBUSTION)
def carbon_tc(
    carbon_is_measured: Expr,
    measured_carbon_t: Expr,
    by_volume: Expr,
    mass_t: Expr,
    volume_10k_nm3: Expr,
    energy_gj: Expr,
    carbon_per_energy: Expr,
) -> Expr:
    """Amount times measured carbon content, else energy times the default carbon content.

    消耗量乘以实测含碳量;无实测时,热量乘以缺省单位热值含碳量。
    """
    return (
        when(carbon_is_measured & by_volume)
        .then(volume_10k_nm3 * (measured_carbon_t / quantity(1, "10k_Nm3")))
        .when(carbon_is_measured)
        .then(mass_t * (measured_carbon_t / quantity(1, "t")))
        .otherwise(energy_gj * carbon_per_energy)
    )


@rule(FUEL_USE, title=Text("oxidised share", "碳氧化率"), cites=_COMBUSTION)
def oxidised_share(
    is_power_coal: Expr,
    factor_set: Expr,
    fuel: Expr,
    oxidation: ParameterValue,
    unmeasured_coal_oxidation: ParameterValue,
) -> Expr:
    """Share of the carbon that burns to CO2.

    燃烧后转化为二氧化碳的碳所占比例。
    """
    return when(is_power_coal).then(unmeasured_coal_oxidation).otherwise(oxidation[factor_set, fuel])


@rule(FUEL_USE, unit="tCO2", title=Text("CO2 of combustion, all carbon", "燃烧二氧化碳(全部)"), cites=_COMBUSTION)
def burned_co2_t(
    carbon_is_measured: Expr,
    factor_set: Expr,
    fuel: Expr,
    energy_gj: Expr,
    carbon_tc: Expr,
    oxidised_share: Expr,
    co2_per_gj: ParameterValue,
    co2_per_carbon: ParameterValue,
) -> Expr:
    """Carbon times oxidised share times 44/12.

    A set that prints one factor per unit of energy (IPCC 2006, GB/T 51366) is used as printed unless
    the carbon is measured.

    含碳量乘以碳氧化率再乘以44/12。

    因子集直接给出单位热值排放因子的(IPCC 2006、GB/T 51366),除有实测含碳量外按所列数值计算。
    """
    printed = co2_per_gj[factor_set, fuel]
    return (
        when(~carbon_is_measured & printed.is_known())
        .then(energy_gj * printed)
        .otherwise(carbon_tc * oxidised_share * co2_per_carbon)
    )


@rule(FUEL_USE, unit="tCO2", title=Text("CO2 of fuel", "燃料燃烧二氧化碳"), cites=_COMBUSTION)
def co2_t(group: Expr, burned_co2_t: Expr) -> Expr:
    """CO2 that counts: the carbon of biomass came from the air and is reported apart.

    计入总量的二氧化碳:生物质的碳来自大气,另行报告。
    """
    return when(group == "biomass").then(0).otherwise(burned_co2_t)


@rule(FUEL_USE, unit="tCO2", title=Text("CO2 of biomass", "生物质燃烧二氧化碳"), cites=_COMBUSTION)
def biogenic_co2_t(group: Expr, burned_co2_t: Expr) -> Expr:
    """For information; in no total.

    供参考,不计入任何总量。
    """
    return when(group == "biomass").then(burned_co2_t).otherwise(0)


@rule(FUEL_USE, unit="tCO2", title=Text("CO2 of coal", "煤炭二氧化碳"))
def coal_co2_t(group: Expr, co2_t: Expr) -> Expr:
    """CO2 of the row when its fuel is of the group coal, else zero.

    燃料属煤炭类时为该行的二氧化碳,否则为零。
    """
    return when(group == "coal").then(co2_t).otherwise(0)


@rule(FUEL_USE, unit="tce", title=Text("energy of coal", "煤炭能耗"))
def coal_tce(group: Expr, energy_tce: Expr) -> Expr:
    """Energy of the row when its fuel is of the group coal, else zero.

    燃料属煤炭类时为该行的能耗,否则为零。
    """
    return when(group == "coal").then(energy_tce).otherwise(0)


@rule(FUEL_USE, unit="tCO2", title=Text("CO2 of oil", "油品二氧化碳"))
def oil_co2_t(group: Expr, co2_t: Expr) -> Expr:
    """CO2 of the row when its fuel is of the group oil, else zero.

    燃料属油品类时为该行的二氧化碳,否则为零。
    """
    return when(group == "oil").then(co2_t).otherwise(0)


@rule(FUEL_USE, unit="tce", title=Text("energy of oil", "油品能耗"))
def oil_tce(group: Expr, energy_tce: Expr) -> Expr:
    """Energy of the row when its fuel is of the group oil, else zero.

    燃料属油品类时为该行的能耗,否则为零。
    """
    return when(group == "oil").then(energy_tce).otherwise(0)


@rule(FUEL_USE, unit="tCO2", title=Text("CO2 of gas", "燃气二氧化碳"))
def gas_co2_t(group: Expr, co2_t: Expr) -> Expr:
    """CO2 of the row when its fuel is of the group gas, else zero.

    燃料属燃气类时为该行的二氧化碳,否则为零。
    """
    return when(group == "gas").then(co2_t).otherwise(0)


@rule(FUEL_USE, unit="tce", title=Text("energy of gas", "燃气能耗"))
def gas_tce(group: Expr, energy_tce: Expr) -> Expr:
    """Energy of the row when its fuel is of the group gas, else zero.

    燃料属燃气类时为该行的能耗,否则为零。
    """
    return when(group == "gas").then(energy_tce).otherwise(0)
