"""What stands in a rulebook and wants somebody's look: parameters that nothing uses, examples past their day.

No faults: a run goes on. ``tanheng test-rulebook`` lists them, so that a misspelt name or a forgotten assumption
does not stay.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from tanheng.policy.parameters import Cell, Parameter, Status
from tanheng.policy.rulebook import Rulebook
from tanheng.problems import Problem


def unused(rulebook: Rulebook, used: Collection[str]) -> list[Problem]:
    """Parameters that nothing uses and that do not say what they await; ``used`` are those that something does.

    A parameter that a measure of the catalogue pays by (``money``) waits for that measure. Codes: ``rulebook.W001``
    nobody uses it, ``W002`` it says what it awaits, and is used.
    """
    paid = {name for measure in rulebook.catalogue for name in measure.money}
    found = []
    for name, parameter in rulebook.parameters.items():
        if name in used and parameter.awaits is not None:
            message, hint = "is used, and says that it awaits something", "Delete awaits"
            found.append(Problem("rulebook.W002", parameter.file, parameter.line, name, message=message, hint=hint))
        elif name not in used and name not in paid and parameter.awaits is None:
            message = "is used by no rule and no model"
            hint = "Is the name misspelt? Delete it, or say `awaits:` what will use it"
            found.append(Problem("rulebook.W001", parameter.file, parameter.line, name, message=message, hint=hint))
    return sorted(found)


def stale(rulebook: Rulebook, on: date) -> list[Problem]:
    """``rulebook.W003``: examples in force on the day that should have been looked at again before it."""
    found = []
    for name, parameter in rulebook.parameters.items():
        old = stale_cells(parameter, on)
        if old:
            first = min(old, key=lambda cell: cell.review_by or on)
            many = "" if len(old) == 1 else f", and {len(old) - 1} more"
            message = f"is an example that wanted another look by {first.review_by}{many}"
            hint = "Look for the real value; if there is none still, set review_by anew"
            found.append(Problem("rulebook.W003", first.file, first.line, name, message=message, hint=hint))
    return sorted(found)


def stale_cells(parameter: Parameter, on: date) -> list[Cell]:
    return [
        cell
        for cell in parameter.in_force(on)
        if cell.status is Status.EXAMPLE and cell.review_by is not None and cell.review_by < on
    ]
