"""A bureau, a developer, two bodies that validate and verify, a stranger; and projects taken to any state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from tanheng.cases.models import Case
from tanheng.cases.taking import take
from tanheng.credits.filing.actions import do_begin_methodology
from tanheng.credits.filing.methodology_cases import MethodologyCase
from tanheng.credits.projects.actions import (
    do_apply,
    do_begin_report,
    do_define_programme,
    do_propose_accreditation,
    do_put_values,
)
from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.models import Accreditation, Programme, Project, Report
from tanheng.ledger.actions import do_open_account
from tanheng.ledger.models import Balance
from tanheng.people import approvals
from tanheng.people.models import Membership, Organisation, Role, User
from tanheng.people.rights import HOUSE

CARTONS, WIND = "sz_milk_cartons", "ccer_offshore_wind"
ORGANISATIONS = (
    ("bureau", "bureau", ""),
    ("branch", "district_branch", "440305"),
    ("developer", "developer", "440305"),
    ("stranger", "developer", "440306"),
    ("validator", "verifier", ""),
    ("verifier", "verifier", ""),
)
PATH_OF_PROJECT = ("submit", "validate", "register")
PATH_OF_REPORT = ("submit", "verify", "review", "issue")
GIVEN: dict[tuple[str, str], dict[str, str]] = {
    ("projects", "submit"): {"accreditation": "VB-1"},
    ("projects", "validate"): {"opinion": "in order"},
    ("projects", "send_back"): {"findings": "the baseline is missing"},
    ("projects", "refuse"): {"because": "not in the city"},
    ("reports", "submit"): {"accreditation": "VB-2"},
    ("reports", "verify"): {"tonnes": "2025=1615", "opinion": "in order"},
    ("reports", "send_back"): {"findings": "weights are missing"},
    ("reports", "return_it"): {"because": "weights are missing"},
    ("reports", "refuse"): {"because": "no reduction"},
    ("reports", "record"): {"tonnes": "2025=1000"},
    ("reports", "correct"): {"over_issued": "2025=15"},
    ("reports", "reverse"): {},
}


@dataclass
class House:
    """Everybody, by organisation and role; what they do is done as them, with the second person where one is needed."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[tuple[str, str], User] = field(default_factory=dict)

    def user(self, organisation: str, role: str) -> User:
        # A user as a request has it: what it holds is not loaded yet.
        return User.objects.get(pk=self.users[organisation, role].pk)

    def take(self, case: Case, name: str, organisation: str, role: str, **given: str) -> Any:
        """Take a step; where it waits for a second person, the bureau's approver confirms it."""
        asked = given or GIVEN.get((case.SLUG, name), {})
        taken = take(case, name, acting_user=self.user(organisation, role), given=asked, reason="because")
        if taken.approval is not None:
            approvals.confirm(taken.approval.pk, self.user("bureau", "approver"))
        return type(case)._default_manager.get(pk=case.pk)

    def apply(self, **other: Any) -> Project:
        fields = {
            "name": "Cartons of Nanshan",
            "methodology": CARTONS,
            "version": "v1",
            "first": date(2025, 1, 1),
            "last": date(2029, 12, 31),
            "description": "Milk cartons of schools are collected and pulped.",
            "place_name": "Nanshan",
            "devices": ("pulper 1",),
            "estimated_t": 1600,
        }
        description = Description(**{**fields, **other})
        return do_apply(
            self.organisations["developer"], description, acting_user=self.user("developer", "representative")
        )

    def project(self, state: str = "registered", **other: Any) -> Project:
        """A project in a state that lies on the straight way, or one step beside it."""
        project = self.apply(**other)
        way = {"draft": 0, "submitted": 1, "validated": 2, "registered": 3, "suspended": 3, "closed": 3}.get(state, 0)
        for name in PATH_OF_PROJECT[:way]:
            project = self.take(project, name, *WHO["projects", name])
        beside = {"suspended": "suspend", "closed": "close", "withdrawn": "withdraw"}
        if state == "refused":
            project = self.take(self.take(project, "submit", *WHO["projects", "submit"]), "refuse", "bureau", "officer")
        elif state in beside:
            project = self.take(project, beside[state], *WHO["projects", beside[state]])
        assert project.state == state
        return project

    def begin(self, project: Project, first: date = date(2025, 1, 1), last: date = date(2025, 12, 31)) -> Report:
        return do_begin_report(project, first, last, acting_user=self.user("developer", "representative"))

    def filled(self, project: Project | None = None, values: str = "project,year,cartons_t\nM1,2025,1000\n") -> Report:
        """A draft with values: a thousand tonnes of cartons, 1,615 t by the methodology."""
        report = self.begin(project or self.project())
        return do_put_values(report, values, acting_user=self.user("developer", "representative"))

    def report(self, state: str = "issued", project: Project | None = None) -> Report:
        """A report in a state of the way through verification, or one step beside it."""
        report = self.filled(project)
        beside = {"corrected": "correct", "reversed": "reverse", "refused": "refuse", "withdrawn": "withdraw"}
        way = {"draft": 0, "submitted": 1, "verified": 2, "reviewed": 3, "issued": 4, "corrected": 4, "reversed": 4}
        for name in PATH_OF_REPORT[: way.get(state, 1)]:
            report = self.take(report, name, *WHO["reports", name])
        if state in beside:
            report = self.take(report, beside[state], *WHO["reports", beside[state]])
        assert report.state == state
        return report

    def held(self, number: str, asset: str = "SZPHCER") -> int:
        found = Balance.objects.filter(account__number=number, asset__code=asset).first()
        return found.posted if found is not None else 0


_DEVELOPER, _OFFICER = ("developer", "representative"), ("bureau", "officer")
_VALIDATOR, _VERIFIER = ("validator", "representative"), ("verifier", "representative")
WHO: dict[tuple[str, str], tuple[str, str]] = {
    ("projects", "submit"): _DEVELOPER,
    ("projects", "withdraw"): _DEVELOPER,
    ("projects", "send_back"): _VALIDATOR,
    ("projects", "validate"): _VALIDATOR,
    ("projects", "register"): _OFFICER,
    ("projects", "take_over"): _OFFICER,
    ("projects", "refuse"): _OFFICER,
    ("projects", "suspend"): _OFFICER,
    ("projects", "resume"): _OFFICER,
    ("projects", "close"): _OFFICER,
    ("reports", "submit"): _DEVELOPER,
    ("reports", "withdraw"): _DEVELOPER,
    ("reports", "send_back"): _VERIFIER,
    ("reports", "verify"): _VERIFIER,
    ("reports", "review"): _OFFICER,
    ("reports", "return_it"): _OFFICER,
    ("reports", "refuse"): _OFFICER,
    ("reports", "record"): _OFFICER,
    ("reports", "issue"): _OFFICER,
    ("reports", "correct"): _OFFICER,
    ("reports", "reverse"): _OFFICER,
    ("accreditations", "accredit"): _OFFICER,
    ("accreditations", "suspend"): _OFFICER,
    ("accreditations", "reinstate"): _OFFICER,
    ("accreditations", "end"): _OFFICER,
}


def make_house() -> House:
    house = House()
    for name, kind, district in ORGANISATIONS:
        house.organisations[name] = Organisation.objects.create(kind=kind, name=name, district=district)
        for role in Role.values:
            user = User.objects.create_user(f"{role}_of_{name}", name=f"{role} of {name}")
            Membership.objects.create(user=user, organisation=house.organisations[name], role=role)
            house.users[name, role] = user
    publish(CARTONS)
    publish(WIND)
    define("shenzhen", "SZPH", "SZPHCER")
    define("ccer", "CCER", "CCER")
    do_open_account("RETIRED", "retirement", None, second_person=False, acting_user=HOUSE)
    for body, number in (("validator", "VB-1"), ("verifier", "VB-2")):
        accredited(house.organisations[body], number)
    return house


def publish(identifier: str, version: str = "v1") -> None:
    """As it was published by notice before the platform was; the long way is tried in tests/credits/filing."""
    bureau = Organisation.objects.get(kind="bureau")
    case = do_begin_methodology(identifier, version, organisation=bureau, acting_user=HOUSE)
    take(case, "take_over", acting_user=HOUSE, given={"notice": "notice of the bureau"})


def as_if_published(case: MethodologyCase, since: date) -> None:
    """A later version, past its case and its dates."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE credit_filing_methodologycase SET state = 'published', in_force_from = %s, published_on = %s "
            "WHERE id = %s",
            [since, since, case.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def define(scheme: str, prefix: str, asset: str) -> Programme:
    return do_define_programme(scheme, prefix, asset, name=asset, acting_user=HOUSE)


def accredited(body: Organisation, number: str, last: date = date(2099, 12, 31)) -> Accreditation:
    found = do_propose_accreditation(
        body, number, ["validation", "verification"], [CARTONS, WIND], date(2020, 1, 1), last, acting_user=HOUSE
    )
    take(found, "accredit", acting_user=HOUSE)
    return Accreditation.objects.get(pk=found.pk)
