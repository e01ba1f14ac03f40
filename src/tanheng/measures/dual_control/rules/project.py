"""Of a fixed-asset project: what it adds and which review it needs. Of a district: its projects.

固定资产投资项目:新增排放与所需审查(项目碳评价);区:其项目。
"""

from __future__ import annotations

from tanheng.measures.base_entities import DISTRICT
from tanheng.measures.dual_control.entities import PROJECT
from tanheng.policy import rule, when
from tanheng.policy.expressions import Children, Expr, ParameterValue
from tanheng.text import Text

_REVIEW = "国家发展改革委令第2号(2023)"
_PLAN = "国办发〔2024〕39号"


@rule(PROJECT, unit="tCO2e/10k CNY", title=Text("carbon per value added", "单位增加值碳排放"), cites=_PLAN)
def carbon_intensity(emissions_tco2e: Expr, value_added_10k_cny: Expr) -> Expr:
    """Expected emissions over expected value added.

    预计排放量除以预计增加值。
    """
    return emissions_tco2e / value_added_10k_cny


@rule(PROJECT, unit="tce/10k CNY", title=Text("energy per value added", "单位增加值能耗"))
def energy_intensity(energy_tce: Expr, value_added_10k_cny: Expr) -> Expr:
    """Expected energy use over expected value added.

    预计能耗除以预计增加值。
    """
    return energy_tce / value_added_10k_cny


@rule(PROJECT, kind="boolean", title=Text("needs an energy review", "需节能审查"), cites=_REVIEW)
def review_due(energy_tce: Expr, review_threshold_energy: ParameterValue) -> Expr:
    """At or above the yearly energy use from which a review of its own is due.

    年综合能耗达到或超过需单独节能审查的下限。
    """
    return energy_tce >= review_threshold_energy


@rule(PROJECT, kind="boolean", title=Text("needs a carbon evaluation", "需碳排放评价"), cites=_PLAN)
def carbon_evaluation_due(review_due: Expr, carbon_evaluation_in_review: ParameterValue) -> Expr:
    """Where an energy review is due and carbon evaluation is part of it.

    需节能审查,且节能审查包含碳排放评价。
    """
    return review_due & (carbon_evaluation_in_review == True)  # noqa: E712  a truth value in the language of rules


@rule(PROJECT, kind="boolean", title=Text("high energy use", "高耗能规模"), cites="粤发改能源〔2021〕368号")
def high_energy_use(energy_tce: Expr, high_energy_project_threshold: ParameterValue) -> Expr:
    """At or above the yearly energy use from which a project of the eight listed industries is one of the two highs.

    八个行业的项目年综合能耗达到或超过“两高”项目下限。
    """
    return energy_tce >= high_energy_project_threshold


@rule(PROJECT, unit="tCO2e", title=Text("emissions once approved", "批复后占用排放"), cites=_PLAN)
def claimed_tco2e(state: Expr, emissions_tco2e: Expr) -> Expr:
    """What an approved project that does not run yet will take of its district's budget.

    已批复、尚未投产的项目将占用的本区预算。
    """
    return when(state == "approved").then(emissions_tco2e).otherwise(0)


@rule(DISTRICT, unit="tCO2e", title=Text("emissions of projects approved", "已批复项目预计排放"), cites=_PLAN)
def approved_projects_tco2e(projects: Children) -> Expr:
    """Expected yearly emissions of projects that are approved and do not run yet; strict, as it binds.

    已批复、尚未投产项目的预计年排放量;因具约束力,任何一项未确定即为未确定。
    """
    return projects.sum("claimed_tco2e")
