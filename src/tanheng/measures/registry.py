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
from tanheng.measures.dual_control import rules as dual_control_rules
from tanheng.measures.dual_control import tables as dual_control_tables
from tanheng.measures.inventory import assess as inventory_assess
from tanheng.measures.inventory import rules as inventory_rules
from tanheng.measures.inventory import tables as inventory_tables
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.rules import Rule
from tanheng.text import Text
from tanheng.warehouse.schema import Table


@dataclass(frozen=True)
class Measure:
    """A system of the policy: what it reads, its rules, and how it answers for a year."""

    name: str
    title: Text
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    assess: Callable[[Evaluation, int], Assessment]

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
    Measure("inventory", inventory.TITLE, inventory_tables.TABLES, inventory_rules.RULES, inventory_assess.assess),
    Measure(
        "dual_control",
        dual_control.TITLE,
        dual_control_tables.TABLES,
        dual_control_rules.RULES,
        dual_control_assess.assess,
    ),
)

ALL_TABLES: tuple[Table, ...] = (*BASE_TABLES, *(table for measure in MEASURES for table in measure.tables))
ALL_RULES: tuple[Rule, ...] = tuple(rule for measure in MEASURES for rule in measure.rules)
