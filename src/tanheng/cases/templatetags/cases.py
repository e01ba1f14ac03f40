"""Tags for the page of a case: what can be done, what was done, where it stands."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from tanheng.cases.access import access_passages, access_requests
from tanheng.cases.asked import AskedStep, asked_step
from tanheng.cases.diagram import diagram
from tanheng.cases.models import Case
from tanheng.cases.steps import steps_of
from tanheng.cases.taking import open_steps
from tanheng.people.models import Approval, User
from tanheng.web.templatetags.page import said

register = template.Library()


@register.simple_tag
def workflow_of(case: Case) -> SafeString:
    """The drawing of its workflow, with the state that it is in."""
    return diagram(type(case), case.state)


@register.inclusion_tag("cases/open_steps.html")
def steps_for(case: Case, user: Any) -> dict[str, Any]:
    """The steps that a reader may take now, as links to their forms."""
    return {"case": case, "steps": open_steps(case, user if isinstance(user, User) else None)}


@register.inclusion_tag("cases/passages.html", takes_context=True)
def passages_of(context: dict[str, Any], case: Case, everything: bool = False) -> dict[str, Any]:
    """What happened to it; with ``everything`` also what is not public, where the reader may see that."""
    reader = context.get("user")
    everything = everything and case.seen_whole_by(reader if isinstance(reader, User) else None)
    declared = steps_of(type(case))
    rows = [
        {
            "passage": row,
            "title": said(declared[row.step].title) if row.step in declared else "",
            "to": said(case.STATES.get(row.target, row.target)),
        }
        for row in access_passages(case, everything=everything)
    ]
    return {"rows": rows, "everything": everything}


@register.inclusion_tag("cases/requests.html", takes_context=True)
def requests_of(context: dict[str, Any], case: Case) -> dict[str, Any]:
    """What was asked a second person for about it, and what that person decided; nothing for who may not see it."""
    reader = context.get("user")
    rows = access_requests(case, reader if isinstance(reader, User) else None)
    return {"rows": [(each, asked_step(each)) for each in rows]}


@register.filter(name="asked_step")
def asked_step_of(approval: Approval) -> AskedStep | None:
    """The step that a request asks for, in words; None for a request of another kind."""
    return asked_step(approval)
