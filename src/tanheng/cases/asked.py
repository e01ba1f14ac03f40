"""What a request for a second person asks for, in words: the step, the case, and what was given with it."""

from __future__ import annotations

from dataclasses import dataclass

from tanheng.cases.steps import CASES, steps_of
from tanheng.people.models import Approval
from tanheng.text import Text


@dataclass(frozen=True)
class AskedStep:
    """A step that waits for a second person, or waited. ``given`` are what was asked for with what was written."""

    title: Text
    does: Text
    kind: Text
    called: str
    url: str
    given: tuple[tuple[Text, str], ...]
    reason: str


def asked_step(approval: Approval) -> AskedStep | None:
    """In words; None where it asks for something else than a step of a case."""
    cases, _dot, rest = approval.action.partition(".")
    slug, _dot, name = rest.partition(".")
    model = CASES.get(slug) if cases == "cases" else None
    step = steps_of(model).get(name) if model is not None else None
    if model is None or step is None:
        return None
    payload = approval.payload
    case = model()
    case.pk = payload["case"]
    given = [(each, payload["given"].get(each.name, "")) for each in step.asks]
    return AskedStep(
        step.title,
        step.does,
        model.NAME,
        str(payload["called"]),
        case.get_absolute_url(),
        tuple((each.label, dict(each.choices).get(value, value)) for each, value in given if value),
        str(payload["reason"]),
    )
