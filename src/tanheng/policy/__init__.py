"""The policy engine: rules, rulebooks, evaluation, explanation, scenarios.

    rules.py (functions)  ──┐
    rulebook (YAML, CSV)  ──┼─> plan: names resolved, units checked, order ──> evaluation: a few queries
    city (tables)         ──┘                                                   └─> explanation

- ``entities``    what rules are about, and the links between them
- ``expressions`` the language that rules are written in
- ``rules``       the ``@rule`` decorator
- ``rulebook``    dated parameters with categories, units, sources and status
- ``plan``        every name resolved and every unit checked, before a single row is read
- ``schedule``    the few steps in which rules are worked out
- ``lowering``    a rule as columns of a query: its value, what is missing, how far it is trusted
- ``relational``  the words in which queries are made, for DuckDB as text (``sql``), for Polars and Spark by Narwhals
- ``evaluation``  rules on a city: ``Evaluation(city, rulebook, rules, on=date).table(entity, names)``
- ``explanation`` why a result is what it is, as a tree (``explanation_tree``), in words, HTML and JSON
- ``compiled``    the same evaluation as machine code, for a city of some size on one machine
- ``scenarios``   inputs and expected results in YAML, the contract with policy people

A result is a value or undetermined. Undetermined is null with a cause, and never becomes a number.
"""

from tanheng.policy.entities import Entity, belongs_to
from tanheng.policy.expressions import (
    largest,
    quantity,
    rank,
    share,
    smallest,
    undetermined,
    when,
)
from tanheng.policy.rules import Rule, rule, rules_of

__all__ = [
    "Entity",
    "Rule",
    "belongs_to",
    "largest",
    "quantity",
    "rank",
    "rule",
    "rules_of",
    "share",
    "smallest",
    "undetermined",
    "when",
]
