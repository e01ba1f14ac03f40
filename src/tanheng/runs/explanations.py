"""The explanations that a run brings along: of its headline figures, of the weightiest rows of its tables,
of the areas of its maps.

A report carries them, so that a figure can be asked why without the program and the city. Everything else is explained
by ``tanheng explain``, which needs both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tanheng.measures.assessment import Assessment
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.explanation import NothingToExplain, explain_all, read_subject
from tanheng.runs.assessments import DEMONSTRATION_NOTICE, write_json

EXPLANATIONS = "explanations.json"
DEPTH = 4
PARTS = 3  # of every total
ROWS = 6  # of every table
NODES_MOST = 900  # of all trees together: about 300 KB of a page

Tree = Mapping[str, Any]  # as ``Explanation.as_plain`` gives it


def write_explanations(folder: Path, evaluation: Evaluation, assessments: Sequence[Assessment]) -> None:
    """Explain what the report shows first, as much as it has room for."""
    wanted = list(dict.fromkeys(_wanted(assessments)))
    figures = []
    for said in wanted:
        subject, rule = said.split(" ")
        figures.append((*read_subject(evaluation, subject), rule))
    found: dict[str, Tree] = {}
    nodes = 0
    for said, tree in zip(wanted, explain_all(evaluation, figures, depth=DEPTH, parts=PARTS), strict=True):
        if isinstance(tree, NothingToExplain):
            continue  # a year of which the city's tables say nothing: its figures are undetermined, and say so
        plain = without_idle_branches(tree.as_plain())
        nodes += _size(plain)
        if nodes > NODES_MOST:
            break
        found[said] = plain
    made_up = any(assessment.demonstration for assessment in assessments)
    notice = DEMONSTRATION_NOTICE if made_up else None
    write_json(folder / EXPLANATIONS, {"notice": notice, "explanations": found})


def read_explanations(folder: Path) -> Mapping[str, Tree]:
    """The trees of a run by what ``tanheng explain`` takes for them, e.g. ``city_year:440300,2024 emissions_tco2e``."""
    found: Mapping[str, Tree] = json.loads((folder / EXPLANATIONS).read_text("utf-8"))["explanations"]
    return found


def _wanted(assessments: Sequence[Assessment]) -> Iterator[str]:
    """What the report shows first: headline figures, the first rows of tables that can be explained, areas of maps."""
    for assessment in assessments:
        yield from (item.explain for item in assessment.indicators if item.headline and item.explain)
    for assessment in assessments:
        for table in assessment.tables:
            if table.explain is not None:
                yield from (table.explain.format_map(row) for row in table.data.slice(0, ROWS).to_pylist())
    for assessment in assessments:
        for layer in assessment.maps:
            if layer.explain is not None and layer.kind == "areas":
                yield from (layer.explain.format_map(row) for row in layer.data.to_pylist())


def without_idle_branches(tree: Tree) -> Tree:
    """The tree without what lies behind a nought: that nothing was sold is enough to know about the exports."""
    children = tree.get("because", ())
    if not children:
        return tree
    if tree["value"] == 0 and not isinstance(tree["value"], bool):
        kept = [{name: part for name, part in child.items() if name != "because"} for child in children]
        if tree["kind"] == "total":
            return {name: part for name, part in tree.items() if name != "because"}
        return {**tree, "because": kept}
    return {**tree, "because": [without_idle_branches(child) for child in children]}


def _size(tree: Tree) -> int:
    return 1 + sum(_size(child) for child in tree.get("because", ()))
