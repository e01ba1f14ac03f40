"""Of an industrial process in a month: the CO2 that its materials set free.

月度工业过程:物料释放的二氧化碳。
"""

from __future__ import annotations

from tanheng.measures.inventory.entities import PROCESS_ACTIVITY
from tanheng.policy import rule, when
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

_PROCESS = "GB/T 32150-2015, 5.2.3 (process emissions); IPCC 2006 vol. 3"


@rule(PROCESS_ACTIVITY, kind="boolean", title=Text("factor measured", "实测因子有效"), cites=_PROCESS)
def factor_is_measured(measured_factor_tco2_per_t: Expr, evidence: Expr) -> Expr:
    """A measured factor counts only with its laboratory report.

    实测因子须附检测报告方为有效。
    """
    return measured_factor_tco2_per_t.is_known() & evidence.is_known()


@rule(PROCESS_ACTIVITY, unit="tCO2", title=Text("CO2 of the process", "过程二氧化碳"), cites=_PROCESS)
def co2_t(
    amount_t: Expr,
    process: Expr,
    factor_is_measured: Expr,
    measured_factor_tco2_per_t: Expr,
    process_factor: ParameterValue,
) -> Expr:
    """Mass of material or product times its factor.

    物料或产品质量乘以其排放因子。
    """
    return (
        when(factor_is_measured)
        .then(amount_t * measured_factor_tco2_per_t)
        .otherwise(amount_t * process_factor[process])
    )
