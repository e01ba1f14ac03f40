"""The front page of carbon inclusion: what there is, how much of it one may see, and how each kind goes its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tanheng.cases.models import Case
from tanheng.cases.steps import CASES
from tanheng.credits.front import ENTRIES
from tanheng.people.models import User
from tanheng.text import Text


@dataclass
class Shelf:
    """A kind of case: where its list is, and how many are in each state, as far as the reader may see them."""

    slug: str
    name: Text
    list_page: str
    states: list[tuple[Text, int]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """All of them."""
        return sum(count for _state, count in self.states)


@require_safe
def credits(request: HttpRequest) -> HttpResponse:
    """Every kind of case with its counts and its workflow, and the other pages of this part of the house."""
    user = request.user if isinstance(request.user, User) else None
    # What is for anybody comes first.
    entries = [(each, reverse(each.route)) for each in sorted(ENTRIES.values(), key=lambda each: not each.public)]
    entries = [(each, where) for each, where in entries if each.may(user)]
    return render(request, "filing/credits.html", {"section": "credits", "shelves": shelves(user), "entries": entries})


def shelves(user: User | None) -> list[Shelf]:
    """The kinds of cases in their order, counted in one statement."""
    kinds = {slug: model for slug, model in CASES.items() if model.AREA == "credits"}
    found = {slug: Shelf(slug, model.NAME, reverse(model.LIST or slug)) for slug, model in kinds.items()}
    counted = [_counted(model, user) for model in kinds.values()]
    rows = counted[0].union(*counted[1:], all=True)
    counts = {(row["slug"], row["state"]): row["count"] for row in rows}
    for slug, shelf in found.items():
        states = kinds[slug].STATES
        shelf.states = [(words, counts[slug, state]) for state, words in states.items() if (slug, state) in counts]
    return list(found.values())


def _counted(model: type[Case], user: User | None) -> Any:
    # What one may see may come with joins, which would be counted.
    seen = model._default_manager.filter(pk__in=model.visible_to(user).values("pk")).order_by()
    slug = Value(model.SLUG, output_field=CharField())
    return seen.annotate(slug=slug).values("slug", "state").annotate(count=Count("pk"))
