"""Each role of each organisation tries each step in each state; what comes of it stands in the table below.

The table says who takes a step and in which states, from the procedure and not from the code: everybody else is
refused whatever the state is, and who may take it is told the state where it is not the time. ``waits`` means that a
second person has to confirm.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from tests.credits.projects.house import GIVEN, House

from tanheng.cases.models import Case
from tanheng.cases.steps import steps_of
from tanheng.cases.taking import take
from tanheng.credits.projects.actions import (
    do_apply_from_record,
    do_begin_report_from_record,
    do_propose_accreditation,
)
from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.models import Accreditation, Project, Report
from tanheng.people.models import User
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

TABLE = """
accreditations accredit   bureau/officer            waits  proposed
accreditations suspend    bureau/officer            done   accredited
accreditations reinstate  bureau/officer            waits  suspended
accreditations end        bureau/officer            done   proposed accredited suspended
projects       submit     developer/representative  done   draft
projects       withdraw   developer/representative  done   draft submitted validated
projects       send_back  validator/representative  done   submitted
projects       validate   validator/representative  done   submitted
projects       register   bureau/officer            waits  validated
projects       take_over  bureau/officer            waits  draft
projects       refuse     bureau/officer            done   submitted validated
projects       suspend    bureau/officer            done   registered
projects       resume     bureau/officer            done   suspended
projects       close      bureau/officer            done   registered suspended
reports        submit     developer/representative  done   draft
reports        withdraw   developer/representative  done   draft submitted verified
reports        send_back  verifier/representative   done   submitted
reports        verify     verifier/representative   done   submitted
reports        review     bureau/officer            done   verified
reports        return_it  bureau/officer            done   verified reviewed
reports        refuse     bureau/officer            done   submitted verified reviewed
reports        record     bureau/officer            waits  draft
reports        issue      bureau/officer            waits  reviewed recorded
reports        correct    bureau/officer            waits  issued corrected
reports        reverse    bureau/officer            waits  issued corrected
"""
ROWS = [line.split(maxsplit=4) for line in TABLE.strip().splitlines()]
EXPECTED = {(slug, step): (who, outcome, states.split()) for slug, step, who, outcome, states in ROWS}
# While nobody was chosen yet, or is no longer, nobody validates or verifies.
NOBODY = {("projects", "draft"), ("projects", "withdrawn"), ("reports", "draft"), ("reports", "recorded")}
KINDS: tuple[type[Case], ...] = (Accreditation, Project, Report)


def made(house: House, slug: str, state: str) -> Any:
    if slug == "projects":
        return house.project(state)
    if slug == "reports":
        return recorded(house) if state == "recorded" else house.report(state)
    found = Accreditation.objects.get(number="VB-2")
    if state == "proposed":
        body = house.organisations["verifier"]
        methods = ["sz_milk_cartons"]
        return do_propose_accreditation(
            body, "VB-9", ["validation"], methods, date(2025, 1, 1), date(2030, 1, 1), acting_user=HOUSE
        )
    for step in {"suspended": ["suspend"], "ended": ["end"]}.get(state, []):
        take(found, step, acting_user=HOUSE)
    return Accreditation.objects.get(pk=found.pk)


def recorded(house: House) -> Report:
    description = Description("Old farm", "sz_milk_cartons", "v1", date(2024, 1, 1), date(2026, 12, 31), source="list")
    project = do_apply_from_record(house.organisations["developer"], description, acting_user=HOUSE)
    take(project, "take_over", acting_user=HOUSE)
    project = Project.objects.get(pk=project.pk)
    report = do_begin_report_from_record(project, date(2025, 1, 1), date(2025, 12, 31), "list", acting_user=HOUSE)
    take(report, "record", acting_user=HOUSE, given={"tonnes": "2025=1000"})
    return Report.objects.get(pk=report.pk)


class Undone(Exception):
    """So that every role finds the same state."""


def tried(case: Case, step: str, user: User) -> str:
    outcome = "done"
    try:
        with transaction.atomic():
            taken = take(case, step, acting_user=user, given=GIVEN.get((case.SLUG, step), {}))
            outcome = "waits" if taken.approval is not None else "done"
            raise Undone
    except Undone:
        return outcome
    except Refused as refused:
        return refused.code
    except InputRejected as rejected:
        return rejected.problems[0].code


def test_the_table_names_every_step() -> None:
    assert EXPECTED.keys() == {(model.SLUG, name) for model in KINDS for name in steps_of(model)}


@pytest.mark.parametrize(("slug", "state"), [(model.SLUG, state) for model in KINDS for state in model.STATES])
def test_who_may_take_which_step_when(house: House, slug: str, state: str) -> None:
    case = made(house, slug, state)
    assert case.state == state
    wrong = []
    for (organisation, role), user in house.users.items():
        for (kind, step), (who, outcome, states) in EXPECTED.items():
            if kind != slug:
                continue
            is_it = who == f"{organisation}/{role}"
            if is_it and organisation in ("validator", "verifier") and (slug, state) in NOBODY:
                is_it = False
            wanted = "people.refused" if not is_it else outcome if state in states else "cases.E002"
            found = tried(case, step, user)
            if found != wanted:
                wrong.append(f"{organisation}/{role} {step} of {state}: {found}, not {wanted}")
    assert wrong == []


def test_what_was_not_on_a_public_record_is_not_taken_over(house: House) -> None:
    """Two officers cannot take a developer's own draft past its validation, nor a report past its verification."""
    for case, given in (
        (house.project("draft"), {}),
        (house.filled(house.project(devices=("other",))), {"tonnes": "5"}),
    ):
        name = "take_over" if isinstance(case, Project) else "record"
        with pytest.raises(InputRejected) as refused:
            house.take(case, name, "bureau", "officer", **given)
        assert refused.value.problems[0].code == "projects.E023"
