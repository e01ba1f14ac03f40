"""A methodology brought into each of its states by the people whose right it is; and so a scene."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone
from tests.people.cast import Cast

from tanheng.cases.models import Case
from tanheng.cases.taking import Taken, take
from tanheng.credits.filing.actions import do_apply_scene, do_begin_methodology, do_begin_revision, do_give_opinion
from tanheng.credits.filing.folders import texts_of
from tanheng.credits.filing.models import MethodologyCase, SceneCase
from tanheng.people import approvals
from tanheng.people.models import User

TRANSIT = "sz_public_transport"
NOTICE = "Notice of the bureau, December 2021"


def today() -> date:
    return timezone.localdate()


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def by_two(case: Case, step: str, cast: Cast, *, reason: str = "", **given: str) -> Taken:
    """An officer of the bureau asks, its approver confirms."""
    asked = take(case, step, acting_user=cast.user("bureau", "officer"), reason=reason, given=given)
    assert asked.approval is not None
    approvals.confirm(asked.approval.pk, cast.user("bureau", "approver"))
    case.refresh_from_db()
    return asked


def by_one(case: Case, step: str, user: User, **given: str) -> None:
    take(case, step, acting_user=user, given=given)
    case.refresh_from_db()


def drafted(cast: Cast, identifier: str = TRANSIT, whose: str = "developer") -> MethodologyCase:
    filer = cast.user(whose, "officer" if whose == "bureau" else "representative")
    return do_begin_methodology(identifier, "v1", organisation=cast.organisation(whose), acting_user=filer)


def filed(cast: Cast, case: MethodologyCase | None = None) -> MethodologyCase:
    case = case or drafted(cast)
    by_one(case, "file", cast.user("developer", "representative"))
    return case


def heard(cast: Cast, case: MethodologyCase | None = None) -> MethodologyCase:
    case = filed(cast, case) if case is None or case.state == "draft" else case
    for expert in ("expert", "expert2"):
        do_give_opinion(case, "for", "The baseline is conservative.", acting_user=cast.user("bureau", expert))
    return case


def assessed(cast: Cast, case: MethodologyCase | None = None) -> MethodologyCase:
    case = heard(cast, case)
    by_one(case, "assess", cast.user("bureau", "officer"))
    return case


def in_comment(cast: Cast, case: MethodologyCase | None = None) -> MethodologyCase:
    case = assessed(cast, case)
    by_one(case, "open_comment", cast.user("bureau", "officer"), **{"from": day(0), "until": day(30)})
    return case


def past_comment(cast: Cast, case: MethodologyCase | None = None) -> MethodologyCase:
    """As if a month had gone by: the dates are moved, since the clock is the database's own."""
    case = in_comment(cast, case)
    MethodologyCase.objects.filter(pk=case.pk).update(
        comment_from=today() - timedelta(days=31), comment_until=today() - timedelta(days=1)
    )
    case.refresh_from_db()
    return case


def published(cast: Cast, case: MethodologyCase | None = None, first: str = "") -> MethodologyCase:
    case = past_comment(cast, case)
    by_two(case, "publish", cast, **{"from": first or day(0)})
    return case


def taken_over(cast: Cast, identifier: str = TRANSIT, whose: str = "bureau") -> MethodologyCase:
    case = drafted(cast, identifier, whose)
    by_two(case, "take_over", cast, notice=NOTICE)
    return case


def revision(cast: Cast, whose: str = "developer") -> MethodologyCase:
    """Version v2 of public transport: less for the metro, from today."""
    base = MethodologyCase.objects.filter(identifier=TRANSIT, version="v1").first() or taken_over(cast)
    texts = texts_of(base)
    head = (
        texts["methodology.yaml"].replace("version: v1", "version: v2").replace("from: 2022-01-01", f"from: {day(0)}")
    )
    values = texts["parameters.yaml"].replace("2022-01-01:", "2020-01-01:").replace("46.7", "45")
    scenarios = """
- name: a metro trip of mean length
  source: "By hand: 8.6 x 45 = 387 g."
  date: 2025-03-01
  tables:
    person_days: [{person: P1, day: 2025-03-01, metro_km: 8.6}]
  expect:
    person_day:
      - {person: P1, day: 2025-03-01, metro_g: 387, electric_bus_g: 0, reduction_g: 387, points: undetermined}
"""
    sent = {"methodology.yaml": head, "parameters.yaml": values, "scenarios.yaml": scenarios}
    return do_begin_revision(
        base,
        {**sent, "example_values.yaml": "", "example_scenarios.yaml": ""},
        organisation=cast.organisation(whose),
        acting_user=cast.user(whose, "representative"),
    )


def revised(cast: Cast) -> MethodologyCase:
    old = taken_over(cast, whose="developer")
    published(cast, revision(cast), first=day(10))
    old.refresh_from_db()
    return old


def retired(cast: Cast, case: MethodologyCase | None = None) -> MethodologyCase:
    case = published(cast, case)
    by_two(case, "retire", cast, until=day(100))
    return case


def withdrawn(cast: Cast) -> MethodologyCase:
    case = drafted(cast)
    by_one(case, "withdraw", cast.user("developer", "representative"))
    return case


def applied(cast: Cast) -> SceneCase:
    return do_apply_scene(
        cast.organisation("emitter"),
        name="Line 11",
        scene="public_transport",
        place="Shenzhen",
        behaviour="Entries and exits of passengers with a pass.",
        data_protection="Passes are hashed at the gate; rows are kept for a year.",
        acting_user=cast.user("emitter", "representative"),
    )


def scene_assessed(cast: Cast) -> SceneCase:
    case = applied(cast)
    by_one(case, "assess", cast.user("bureau", "expert"), finding="Gates count each trip once.")
    return case


def scene_published(cast: Cast) -> SceneCase:
    case = scene_assessed(cast)
    by_two(case, "publish", cast)
    return case


def scene_in_review(cast: Cast) -> SceneCase:
    case = scene_published(cast)
    by_one(case, "hand_in_report", cast.user("emitter", "representative"), report="Four million trips; no incident.")
    return case


def scene_ended(cast: Cast) -> SceneCase:
    case = scene_published(cast)
    by_one(case, "end", cast.user("bureau", "officer"), because="The line was closed.")
    return case


def scene_refused(cast: Cast) -> SceneCase:
    case = applied(cast)
    by_one(case, "refuse", cast.user("bureau", "officer"), because="Nothing is recorded.")
    return case


def scene_withdrawn(cast: Cast) -> SceneCase:
    case = applied(cast)
    by_one(case, "withdraw", cast.user("emitter", "representative"))
    return case


METHODOLOGY_IN: dict[str, Callable[[Cast], MethodologyCase]] = {
    "draft": drafted,
    "filed": heard,
    "assessed": assessed,
    "comment": past_comment,
    "published": published,
    "revised": revised,
    "retired": retired,
    "withdrawn": withdrawn,
}
SCENE_IN: dict[str, Callable[[Cast], SceneCase]] = {
    "applied": applied,
    "assessed": scene_assessed,
    "published": scene_published,
    "review": scene_in_review,
    "ended": scene_ended,
    "refused": scene_refused,
    "withdrawn": scene_withdrawn,
}
