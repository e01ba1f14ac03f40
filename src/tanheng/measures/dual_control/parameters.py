"""Parameters of the rulebook for the models, with status and reason, as results of rules have them."""

from __future__ import annotations

from datetime import date

from tanheng.measures.dual_control.results import Figure
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text


def parameter(evaluation: Evaluation, name: str, on: date, *keys: str) -> Figure:
    """The value in force, undetermined where it is unset or the rulebook knows no such category."""
    shown = f"{name}[{', '.join(keys)}]" if keys else name
    cell = evaluation.rulebook[name].at(on, *keys)
    if cell is None or cell.value is None:
        return Figure(None, Text(f"{shown} is not published", f"{shown} 尚未公布"))
    return Figure(cell.value, None, cell.status)


def latest(evaluation: Evaluation, name: str, on: date, *keys: str) -> tuple[Figure, date | None]:
    """The last value published by ``on``, with the date from which it was in force, even if it is no longer."""
    cells = [
        cell
        for cell in evaluation.rulebook[name].cells
        if cell.keys == keys and cell.value is not None and cell.start <= on
    ]
    if not cells:
        return parameter(evaluation, name, on, *keys), None
    last = max(cells, key=lambda cell: cell.start)
    return Figure(last.value, None, last.status), last.start
