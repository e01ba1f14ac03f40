"""Something of everything below ``/api/credits``: the emitter's, an operator's, the bureau's. By the real actions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone
from tests.communities.sight.kept_study import keep
from tests.people.cast import Cast

from tanheng.cases.models import Case
from tanheng.cases.taking import take
from tanheng.communities.actions import do_apply_community
from tanheng.communities.models import Monitor, Study
from tanheng.communities.studied import studies_folder
from tanheng.credits.filing.actions import (
    do_apply_scene,
    do_begin_methodology,
    do_comment_methodology,
    do_give_opinion,
)
from tanheng.credits.filing.folders import texts_of
from tanheng.credits.filing.models import Trial
from tanheng.credits.intake.actions import do_create_key, do_register_application, do_take_events
from tanheng.credits.intake.working_out import work_out
from tanheng.credits.overlaps.actions import do_claim, do_import_registry_table, do_look_for
from tanheng.credits.overlaps.claims import ClaimIn, Holder
from tanheng.credits.points.actions import do_enrol_person, do_offer_good, do_redeem
from tanheng.credits.points.shop import GoodIn
from tanheng.credits.projects.actions import (
    do_apply,
    do_apply_from_record,
    do_begin_report,
    do_begin_report_from_record,
    do_define_programme,
)
from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.models import Correction
from tanheng.credits.register.cases import do_begin_neutrality, do_begin_offset
from tanheng.credits.register.retirement import do_retire_credits
from tanheng.ledger.actions import do_issue_units, do_transfer
from tanheng.ledger.results import Code
from tanheng.people.models import Membership, Organisation, Role, User
from tanheng.people.rights import HOUSE

CARTONS, CREDIT, YEAR = "sz_milk_cartons", "SZPHCER", 2025
OPERATOR = "operator"
# Of a registry elsewhere: a project whose numbers are made up, and one of which nothing can be read.
REGISTRY = (
    "ID,Name,Proponent,Project Type,AFOLU Activities,Methodology,Status,Country/Area,"
    "Estimated Annual Emission Reductions,Region,Project Registration Date,Crediting Period Start Date,"
    "Crediting Period End Date\n"
    '7001,Landfill Gas,Made-up Gas Ltd,Waste,,ACM0001,Registered,China,"56,373",Asia,2020-05-01,2019-01-01,2028-12-31\n'
)
DESCRIPTION: dict[str, Any] = {
    "name": "Cartons of Nanshan",
    "methodology": CARTONS,
    "version": "v1",
    "first": date(YEAR, 1, 1),
    "last": date(YEAR + 4, 12, 31),
    "description": "Milk cartons of schools are collected and pulped.",
    "place_name": "Nanshan",
}


def join_operator(cast: Cast) -> None:
    """An operator of an app, with who acts for it and who reads, and a body that verifies."""
    for name, kind, district in ((OPERATOR, "app_operator", "440305"), ("verifier", "verifier", "")):
        cast.organisations[name] = Organisation.objects.create(kind=kind, name=name, district=district)
    for role in ("representative", "reader"):
        user = User.objects.create_user(f"{role}_of_{OPERATOR}", name=f"{role} of {OPERATOR}")
        Membership.objects.create(user=user, organisation=cast.organisation(OPERATOR), role=Role(role))
        cast.users[OPERATOR, role] = user


def make_credits(cast: Cast, points: str) -> tuple[dict[str, dict[str, object]], str]:
    """What path parameters stand for, by the beginning of the address, and the key of a person."""
    known = {"/api/credits/filing": _filing(cast), "/api/credits/projects": _projects(cast)}
    served, key = _application(cast, points)
    known |= served
    known |= _overlaps(cast) | _register(cast)
    scene = known["/api/credits/filing"]["scene"]
    # The scene of the emitter stands for all cases.
    known["/api/credits/cases"] = {"kind": "scenes", "case": scene, "step": "withdraw"}
    applied = do_apply_community(
        cast.organisation("emitter"), name="Lakeside", address="x", households=8, measures="x", acting_user=HOUSE
    )
    known["/api/quiet"] = {"kind": "communities", "case": applied.pk, "step": "withdraw"}
    digest = keep(studies_folder())
    Study.objects.create(digest=digest, name="small", method="cnossos", receivers=1)
    known["/api/quiet"] |= {"digest": digest, "receiver": 0}
    stands = {"lon": 114.0, "lat": 22.5, "height_m": 4.0, "purpose": "road"}
    monitor = Monitor.objects.create(organisation=cast.organisation("emitter"), identifier="M-1", **stands)
    known["/api/quiet"] |= {"monitor": monitor.pk}
    return known, key


def _step(case: Case, name: str, **given: str) -> Any:
    take(case, name, acting_user=HOUSE, given=given)
    return type(case)._default_manager.get(pk=case.pk)


def _filing(cast: Cast) -> dict[str, object]:
    """Two methodologies in force, one of the emitter that experts are heard on, one that anybody may comment."""
    bureau, emitter, representative = (
        cast.organisation("bureau"),
        cast.organisation("emitter"),
        cast.user("emitter", "representative"),
    )
    for identifier in (CARTONS, "sz_public_transport"):
        case = do_begin_methodology(identifier, "v1", organisation=bureau, acting_user=HOUSE)
        _step(case, "take_over", notice="notice of the bureau")
    filed = do_begin_methodology("sz_paperless_banking", "v1", organisation=emitter, acting_user=representative)
    take(filed, "file", acting_user=representative)
    opened = do_begin_methodology("sz_shared_bicycle", "v1", organisation=emitter, acting_user=HOUSE)
    opened = _step(opened, "file")
    second = User.objects.create_user("expert2", name="expert2")
    Membership.objects.create(user=second, organisation=bureau, role="expert")
    for expert in (cast.user("bureau", "expert"), second):
        do_give_opinion(opened, "for", "Good.", acting_user=expert)
    opened = _step(opened, "assess", answer="x")
    today = timezone.localdate()
    opened = _step(opened, "open_comment", **{"from": str(today), "until": str(today + timedelta(days=30))})
    comment = do_comment_methodology(opened, "What of helmets?")
    trial = Trial.objects.create(
        case=filed, by=representative, job=0, data="x", data_digest="0" * 64, result={"made up": True}
    )
    scene = do_apply_scene(
        emitter,
        name="Commuting to the works",
        scene="public_transport",
        place="Nanshan",
        behaviour="Comes by metro",
        data_protection="Pseudonyms only",
        acting_user=representative,
    )
    texts = {"methodology.yaml": texts_of(filed)["methodology.yaml"].replace("version: v1", "version: v9")}
    return {
        "methodology": filed.pk,
        "open_methodology": opened.pk,
        "comment": comment.pk,
        "trial": trial.pk,
        "scene": scene.pk,
        "texts": texts,
        "identifier": "sz_distributed_pv",
        "version": "v1",
    }


def _projects(cast: Cast) -> dict[str, object]:
    """A draft with nothing; and one taken over, with an issuance, a correction that is owed, and a report begun."""
    emitter, representative = cast.organisation("emitter"), cast.user("emitter", "representative")
    do_define_programme("shenzhen", "SZPH", CREDIT, name=CREDIT, acting_user=HOUSE)
    draft = do_apply(emitter, Description(**DESCRIPTION), acting_user=representative)
    project = do_apply_from_record(emitter, Description(**DESCRIPTION, source="a public record"), acting_user=HOUSE)
    project = _step(project, "take_over")
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    issued = do_begin_report_from_record(project, first, last, "a public record", acting_user=HOUSE)
    issued = _step(_step(issued, "record", tonnes=f"{YEAR}=1000"), "issue")
    project.refresh_from_db()
    account = project.account.number
    # What was moved on cannot be taken back at once.
    assert do_transfer(account, "A1", CREDIT, 1000, acting_user=HOUSE).code == Code.OK
    _step(issued, "correct", over_issued=f"{YEAR}=15")
    report = do_begin_report(project, date(YEAR + 1, 1, 1), date(YEAR + 1, 12, 31), acting_user=representative)
    return {
        "project": draft.pk,
        "public_project": project.pk,
        "report": report.pk,
        "issuance": issued.issuances.get().pk,
        "correction": Correction.objects.get().pk,
        "verifier": cast.organisation("verifier").pk,
        "account": "A1",
        "methodology": CARTONS,
        "version": "v1",
        "values": f"project,year,cartons_t\nM1,{YEAR + 1},1000\n",
    }


def _application(cast: Cast, points: str) -> tuple[dict[str, dict[str, object]], str]:
    """An application of the operator, connected, a person with points and what it used, a day worked out."""
    operator, acting = cast.organisation(OPERATOR), cast.user(OPERATOR, "representative")
    made = do_register_application(
        operator, "Rides", ["public_transport"], about="reads the gates", protection="pseudonyms", acting_user=acting
    )
    made = _step(made, "test")
    key, _text = do_create_key(made, "server", acting_user=acting)
    enrolled = do_enrol_person(made, "R00001", acting_user=acting)
    assert enrolled.key is not None
    person = enrolled.person
    do_take_events(made, trips(person.pseudonym), sender=acting)
    made = _step(made, "connect")
    batch, _again = do_take_events(made, trips(person.pseudonym), sender=acting)
    yesterday = timezone.localdate() - timedelta(days=1)
    working = work_out(yesterday, yesterday, acting_user=HOUSE, tell=lambda *said: None)
    assert do_issue_units(points, person.account.number, 100, acting_user=HOUSE).code == Code.OK
    good = do_offer_good(GoodIn("票", "Ticket", 5, 20), offered_by=None, acting_user=HOUSE)
    redemption = do_redeem(person, good, 1, key="k")
    common: dict[str, object] = {"application": made.pk, "person": str(person.pseudonym)}
    intake = common | {"working": working.pk, "key": key.pk, "batch": batch.pk, "operator": operator.pk}
    shop = common | {"good": good.pk, "redemption": redemption.pk, "mandate": enrolled.mandate.pk, "run": working.pk}
    return {"/api/credits/applications": intake, "/api/credits/points": shop}, enrolled.key


def trips(person: object, event: str = "T1") -> bytes:
    """A line about yesterday, whatever day it is."""
    at = datetime.combine(timezone.localdate() - timedelta(days=1), datetime.min.time()) + timedelta(hours=8)
    trip = {
        "event_id": event,
        "person": str(person),
        "at": f"{at:%Y-%m-%dT%H:%M:%S}+08:00",
        "scene": "public_transport",
        "mode": "metro",
        "quantity": 10,
        "unit": "km",
    }
    return json.dumps(trip).encode()


def _overlaps(cast: Cast) -> dict[str, dict[str, object]]:
    """A device that two claim, and a table of another registry."""
    device = [ClaimIn("device", "INV-0001", date(2026, 1, 1), date(2035, 12, 31), activity="sz_distributed_pv")]
    do_claim(Holder("project", "X-1", "Buses", cast.organisation("emitter")), device, acting_user=HOUSE)
    other = Holder("project", "X-2", "Other buses", cast.organisation("other emitter"))
    (found,) = do_look_for(other, device, acting_user=HOUSE)
    with TemporaryDirectory() as folder:
        place = Path(folder) / "table.csv"
        place.write_text(REGISTRY, encoding="utf-8")
        table = do_import_registry_table("verra", place, as_of=date(2026, 1, 1), name="table.csv", acting_user=HOUSE)
    return {"/api/credits/overlaps": {"overlap": found.pk}, "/api/credits/overlaps/registries": {"table": table.pk}}


def _register(cast: Cast) -> dict[str, dict[str, object]]:
    emitter = cast.organisation("emitter")
    done = do_retire_credits("A1", CREDIT, 5, beneficiary="Guests", purpose="heating", named=False, acting_user=HOUSE)
    (certificate,) = done.certificates
    neutrality = do_begin_neutrality(emitter, "Fair", date(YEAR, 3, 1), date(YEAR, 3, 2), acting_user=HOUSE)
    offset = do_begin_offset(emitter, YEAR, acting_user=HOUSE)
    return {
        "/api/credits/register": {"number": certificate.number, "asset": CREDIT, "serial": 1},
        "/api/credits/register/neutrality": {"case": neutrality.pk},
        "/api/credits/register/offsets": {"case": offset.pk},
    }


def known_at(
    address: str, everywhere: Mapping[str, object], below: Mapping[str, dict[str, object]]
) -> dict[str, object]:
    """What names stand for at an address: some mean something else there; the longest beginning has the last word."""
    found = dict(everywhere)
    for prefix in sorted(below, key=len):
        if address.startswith(prefix):
            found |= below[prefix]
    return found
