"""Cases that wait for somebody: those in a state from which a step of theirs leads on.

A case waits for whoever may take the step that is its way on, and not for who might withdraw or suspend it; which
steps are the way on is said here, one table for all kinds of cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tanheng.cases.steps import BUREAU, CASES, OWN, Step, steps_of
from tanheng.communities.community_cases import REMINDED_DAYS
from tanheng.communities.models import Community
from tanheng.credits.filing.models import ExpertOpinion, MethodologyCase
from tanheng.people.models import User
from tanheng.people.rights import may, reach
from tanheng.portal.waiting import Said, Task, Waiting
from tanheng.web.templatetags.page import said as in_words

# Kind of case: the columns that call one, and the steps that are its way on.
WAY_ON: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "methodologies": (("identifier", "version"), ("file", "assess", "open_comment")),
    "scenes": (("name",), ("assess", "publish", "renew")),
    "accreditations": (("number",), ("accredit",)),
    "projects": (("number", "name"), ("submit", "validate", "register")),
    "reports": (("project__number", "project__name", "turn"), ("submit", "verify", "review", "issue")),
    "applications": (("name",), ("test", "connect")),
    "neutrality": (("subject",), ("apply", "calculate", "approve", "cancel")),
    "offsets": (("year",), ("apply", "hold_against_limit", "accept")),
    "overlaps": (("holder_key", "other_key"), ("confirm",)),
    "communities": (("name",), ("evaluate", "give_title", "hand_in_report", "renew")),
    "complaints": (("place",), ("look_into", "give_answer")),
}
# Steps that can be taken long before anybody waits for them: from when on they do.
IN_TIME: dict[tuple[str, str], Callable[[], Q]] = {
    ("communities", "hand_in_report"): lambda: Community.due_within(REMINDED_DAYS),
}
# Where neither of two steps is more likely than the other, the case itself is what waits.
EITHER_WAY = frozenset({"overlaps"})


def case_tasks(user: User) -> Iterator[Waiting]:
    """What waits for somebody, a kind of case at a time."""
    for slug, (called, way_on) in WAY_ON.items():
        model = CASES[slug]
        declared = steps_of(model)
        found = {
            step: rows & IN_TIME.get((slug, step.name), Q)()
            for step in (declared[name] for name in way_on)
            if (rows := _theirs(step, user)) is not None
        }
        if found:
            yield _waiting(model, called, found)
    if may(user, "methodologies.assess", None):
        yield _opinions(user)


def _theirs(step: Step, user: User) -> Q | None:
    """The cases of which somebody may take a step; None where there can be none."""
    if step.whose == BUREAU:
        return Q(state__in=step.sources) if may(user, step.right, None) else None
    path = "organisation" if step.whose == OWN else step.whose
    reached = reach(user, step.right, organisation=path)
    return None if reached == Q(**{f"{path}__pk__in": []}) else Q(state__in=step.sources) & reached


def _waiting(model: Any, called: tuple[str, ...], found: dict[Step, Q]) -> Waiting:
    def told(said: Said) -> Task:
        step = next(each for each in found if said["state"] in each.sources)
        name = " ".join(str(said[column]) for column in called)
        what = model.NAME if model.SLUG in EITHER_WAY else step.title
        return Task(
            "quiet" if model.AREA == "quiet" else "leaf",
            f"{in_words(what)}: {name}",
            f"{in_words(model.NAME)}, {in_words(model.STATES[said['state']])}",
            model(pk=said["pk"]).get_absolute_url(),
        )

    condition = Q(pk__in=[])
    for each in found.values():
        condition |= each
    says = tuple(dict.fromkeys(("pk", "state", *called)))
    return Waiting(model._default_manager.filter(condition), says, told, "pk")


def _opinions(user: User) -> Waiting:
    """Methodologies that were filed by others and on which an expert has not been heard yet."""

    def told(said: Said) -> Task:
        return Task(
            "question",
            _("Your opinion as an expert: %s") % f"{said['identifier']} {said['version']}",
            in_words(MethodologyCase.STATES["filed"]),
            MethodologyCase(pk=said["pk"]).get_absolute_url(),
        )

    heard = ExpertOpinion.objects.filter(case=OuterRef("pk"), expert=user, digest=OuterRef("digest"))
    rows = MethodologyCase.objects.filter(~Exists(heard), state="filed").exclude(filed_by=user)
    return Waiting(rows, ("pk", "identifier", "version"), told, "pk")
