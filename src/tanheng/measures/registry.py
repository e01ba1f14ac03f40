"""The measures that exist. The run, the report and the command line find them here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from tanheng.measures import dual_control, inventory
from tanheng.measures.assessment import Assessment
from tanheng.measures.base_tables import BASE_TABLES
from tanheng.measures.dual_control import assess as dual_control_assess
from tanheng.measures.dual_control import key_results as dual_control_key_results
from tanheng.measures.dual_control import rules as dual_control_rules
from tanheng.measures.dual_control import tables as dual_control_tables
from tanheng.measures.inventory import assess as inventory_assess
from tanheng.measures.inventory import key_results as inventory_key_results
from tanheng.measures.inventory import rules as inventory_rules
from tanheng.measures.inventory import tables as inventory_tables
from tanheng.measures.key_results import KeyResult
from tanheng.measures.quiet.assessment.reads import READS as QUIET_READS
from tanheng.measures.quiet.sources.reads import READS as QUIET_SOURCES_READ
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.expressions import ParameterValue
from tanheng.policy.plan import Plan
from tanheng.policy.rules import Rule
from tanheng.text import Text
from tanheng.warehouse.schema import Table


@dataclass(frozen=True)
class Measure:
    """A system of the policy: what it reads, its rules, and how it answers for a year.

    ``reads`` are the parameters that its models and its prose take from the rulebook, besides those of its rules.
    ``key_results`` are what a comparison of two rulebooks shows of it first.
    """

    name: str
    title: Text
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    assess: Callable[[Evaluation, int], Assessment]
    reads: tuple[str, ...] = ()
    key_results: tuple[KeyResult, ...] = ()

    @property
    def scenarios(self) -> Path:
        """The folder of its scenarios."""
        return Path(str(files("tanheng.measures"))) / self.name / "scenarios"

    @property
    def docs(self) -> str:
        """The folder under ``docs/`` for what is made from its rules; its guide stands beside it as ``.md``."""
        return f"measures/{self.name.replace('_', '-')}"

    @property
    def pages(self) -> tuple[str, ...]:
        """Its pages under ``docs/``: the guide and the rules. Each has a Chinese one beside it, as ``.zh.md``."""
        return f"{self.docs}.md", f"{self.docs}/rules.md"


MEASURES: tuple[Measure, ...] = (
    Measure(
        "inventory",
        inventory.TITLE,
        inventory_tables.TABLES,
        inventory_rules.RULES,
        inventory_assess.assess,
        (
            *("inventory.fuel_name", "inventory.fuel_name_zh", "inventory.gas_name", "inventory.gas_name_zh"),
            *("inventory.uncertainty_activity", "inventory.uncertainty_factor", "sectors.name_en", "sectors.name_zh"),
        ),
        inventory_key_results.KEY_RESULTS,
    ),
    Measure(
        "dual_control",
        dual_control.TITLE,
        dual_control_tables.TABLES,
        dual_control_rules.RULES,
        dual_control_assess.assess,
        (
            *("dual_control.budget_convergence", "dual_control.budget_convergence_example"),
            *("dual_control.budget_weight", "dual_control.budget_weight_example"),
            *("dual_control.long_term_carbon_intensity_target", "dual_control.stage"),
            *("dual_control.stage_name", "dual_control.stage_name_zh"),
        ),
        dual_control_key_results.KEY_RESULTS,
    ),
)

SCENARIO_CITY = "440300"  # the scenarios of the measures expect what holds in this city; others have their own

ALL_TABLES: tuple[Table, ...] = (*BASE_TABLES, *(table for measure in MEASURES for table in measure.tables))
ALL_RULES: tuple[Rule, ...] = tuple(rule for measure in MEASURES for rule in measure.rules)


def parameters_used(plan: Plan) -> frozenset[str]:
    """The parameters that the rules of a plan take up or that a model reads, also one that is no measure of a run."""
    by_rules = {node.name for planned in plan for node in planned.nodes(ParameterValue)}
    by_models = {name for measure in MEASURES for name in measure.reads}
    return frozenset({*by_rules, *by_models, *QUIET_READS, *QUIET_SOURCES_READ})
