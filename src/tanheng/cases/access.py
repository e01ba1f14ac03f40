"""Who reads cases: each kind says so itself, and the passages follow the case."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from tanheng.cases.models import Case, Passage
from tanheng.cases.steps import CASES
from tanheng.people.rights import Actor


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
