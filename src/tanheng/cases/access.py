"""Who reads cases: each kind says so itself, and the passages follow the case."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from tanheng.cases.models import Case, Passage
from tanheng.cases.steps import CASES, steps_of
from tanheng.cases.taking import request_name
from tanheng.people.models import Approval
from tanheng.people.rights import Actor, may


class NoCase(ObjectDoesNotExist):
    """There is no such case, or not for this reader; pages answer as for any record that is not there."""


def access_case(user: Actor | None, slug: str, key: int) -> Case:
    """One case of a kind.

    Raises
    ------
    NoCase
        When it is not there, or not for this reader.
    """
    model = CASES.get(slug)
    found = model.visible_to(user).filter(pk=key).first() if model is not None else None
    if found is None:
        raise NoCase(slug, key)
    return found


def access_passages(case: Case, *, everything: bool) -> QuerySet[Passage]:
    """The passages of a case that one may read, the first first; without ``everything`` the public ones."""
    rows = Passage.objects.filter(kind=case.SLUG, case=case.pk).select_related("by", "second_by").order_by("pk")
    return rows if everything else rows.filter(public=True)


def access_requests(case: Case, user: Actor | None) -> QuerySet[Approval]:
    """What was asked a second person for about a case, the latest first.

    To be read by who sees such cases in the organisation that takes the step: what the bureau considers is not told
    to who applied before it is done.
    """
    model = type(case)
    names = [
        request_name(model, each.name)
        for each in steps_of(model).values()
        if each.second_person and user is not None and may(user, model.SEE, case.owner(each))
    ]
    if not names:
        return Approval.objects.none()
    found = Approval.objects.filter(action__in=names, payload__case=case.pk)
    return found.select_related("requested_by", "decided_by").order_by("-pk")
