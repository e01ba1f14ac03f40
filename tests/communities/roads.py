"""Communities and complaints in each of their states, by the ways that people go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.communities.sight.kept_study import with_traffic
from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.communities.actions import do_apply_community, do_complain
from tanheng.communities.models import Community, Complaint, Study
from tanheng.communities.studied import studies_folder
from tanheng.people import approvals

OFFICER, APPROVER = ("bureau", "officer"), ("bureau", "approver")
MANAGER = ("emitter", "representative")
DIGEST = "a1" * 32


def a_study() -> Study:
    """The small study, in its folder and in the books."""
    if not (studies_folder() / DIGEST).is_dir():
        with_traffic().save(studies_folder() / DIGEST)
    found: Study = Study.objects.get_or_create(
        digest=DIGEST, defaults={"name": "Quarter by the river", "method": "cnossos", "receivers": 120}
    )[0]
    return found


def by_one(case: Any, step: str, cast: Cast, person: tuple[str, str], **given: str) -> Any:
    take(case, step, acting_user=cast.user(*person), given=given)
    return type(case).objects.get(pk=case.pk)


def by_two(case: Any, step: str, cast: Cast, **given: str) -> Any:
    asked = take(case, step, acting_user=cast.user(*OFFICER), given=given).approval
    assert asked is not None
    approvals.confirm(asked.pk, cast.user(*APPROVER))
    return type(case).objects.get(pk=case.pk)


def applied(cast: Cast) -> Community:
    return do_apply_community(
        cast.organisation("emitter"),
        name="Lakeside",
        address="Futian, Lake Road 1",
        households=800,
        measures="No deliveries at night",
        acting_user=cast.user(*MANAGER),
    )


def evaluated(cast: Cast) -> Community:
    a_study()
    given = {"study": DIGEST[:8], "feature": "", "finding": "Quiet on every side"}
    found: Community = by_one(applied(cast), "evaluate", cast, OFFICER, **given)
    return found


def titled(cast: Cast) -> Community:
    found: Community = by_two(evaluated(cast), "give_title", cast)
    return found


def in_review(cast: Cast) -> Community:
    found: Community = by_one(titled(cast), "hand_in_report", cast, MANAGER, report="A year")
    return found


def ended(cast: Cast) -> Community:
    found: Community = by_two(titled(cast), "end", cast, because="A bar opened")
    return found


def refused(cast: Cast) -> Community:
    found: Community = by_one(applied(cast), "refuse", cast, OFFICER, because="Not lived in")
    return found


def withdrawn(cast: Cast) -> Community:
    found: Community = by_one(applied(cast), "withdraw", cast, MANAGER)
    return found


COMMUNITY_IN = {
    "applied": applied,
    "evaluated": evaluated,
    "titled": titled,
    "review": in_review,
    "ended": ended,
    "refused": refused,
    "withdrawn": withdrawn,
}


def received(cast: Cast) -> Complaint:
    heard = timezone.now() - timedelta(hours=3)
    return do_complain(source="construction", place="Lake Road 3", noticed_at=heard, text="Drilling at night")


def looked_into(cast: Cast) -> Complaint:
    found: Complaint = by_one(received(cast), "look_into", cast, OFFICER)
    return found


def answered(cast: Cast, **given: str) -> Complaint:
    found: Complaint = by_one(looked_into(cast), "give_answer", cast, OFFICER, answer="Stopped", **given)
    return found


def set_aside(cast: Cast) -> Complaint:
    found: Complaint = by_one(received(cast), "set_aside", cast, OFFICER, because="Said before")
    return found


COMPLAINT_IN = {"received": received, "looked_into": looked_into, "answered": answered, "set_aside": set_aside}
