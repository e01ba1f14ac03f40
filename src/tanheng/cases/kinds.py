"""What an app calls for each of its kinds of case when it starts."""

from __future__ import annotations

from tanheng.cases import helps, steps, taking
from tanheng.cases.models import Case


def register(*models: type[Case]) -> None:
    """The kind, the help beside the forms of its steps, and what a second person confirms."""
    for model in models:
        steps.register(model)
        helps.declare(model)
        taking.register_second_persons(model)
