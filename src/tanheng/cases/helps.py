"""What stands beside the form of a step: made from what the step declares."""

from __future__ import annotations

from tanheng.cases.models import Case
from tanheng.cases.steps import steps_of
from tanheng.text import Text
from tanheng.web.helping import Asked, Help, declare_help

REASON = "reason"
_WHY = Asked(
    REASON,
    Text("Reason or note", "理由或说明"),
    Text(
        "It is kept with the step, for ever. Who is affected reads it; of a public step anybody does.",
        "与该步骤一并永久保存;当事方可以查阅,公开的步骤任何人均可查阅。",
    ),
)


def declare(model: type[Case]) -> None:
    """Called once for each kind of case, when its app starts."""
    for each in steps_of(model).values():
        asked = (*(given.asked for given in each.asks), _WHY)
        declare_help(Help(f"cases.{model.SLUG}.{each.name}", each.title, each.does, asked))
