"""Everybody of the demonstration, and a stranger, tries every page: reads it, and sends it an empty form.

The pages are those of the resolver: one that has no line in ``GIVEN`` fails here, and so does one whose table in
docs/pages.md says something else than the site. ``TANHENG_WRITE_DOCS=1`` writes the table anew, to be looked through.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache as kept
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.communities.sight.kept_study import keep
from tests.portal.shelf import COMPARED, FACILITIES, LATEST, WHY
from tests.portal.test_pages import _between_the_emitters, _of_the_officer, signed_in

from tanheng.cases.models import Passage
from tanheng.communities.models import Community, Complaint, Monitor, Study
from tanheng.communities.studied import studies_folder
from tanheng.credits.filing.models import MethodologyCase, PublicComment, SceneCase
from tanheng.credits.intake.models import Application, ApplicationKey, Batch, WorkedOut
from tanheng.credits.overlaps.models import FoundOverlap
from tanheng.credits.points.models import Good, Mandate
from tanheng.credits.projects.models import Accreditation, Issuance, Project, Report
from tanheng.credits.register.models import Certificate, Neutrality, OffsetUse
from tanheng.decisions.actions import do_publish_decisions
from tanheng.ledger.models import Queued, Reservation, TrustedAccount
from tanheng.people.actions import do_create_token
from tanheng.people.models import Approval, Invitation, Membership, Organisation, User
from tanheng.people.rights import HOUSE
from tanheng.portal.demo_books import CAST
from tanheng.portal.office.records import SHOWN
from tanheng.submissions.models import Submission

pytestmark = pytest.mark.usefixtures("town")
TABLE = Path(__file__).parents[2] / "docs" / "pages.md"
STRANGER = "nobody"
PEOPLE = [STRANGER, *(username for _kind, _name, _district, people in CAST for username, _called, _role in people)]

STATEMENTS = 12  # of a page, at most

# Of libraries, each with a right or a sign-in of its own; the API has a table of its own.
NOT_OURS = ("api", "accounts/", "static/")
RUN = {"address": LATEST}
PART = {**RUN, "measure": "inventory"}
COMPARISON = {"address": COMPARED}

QUIET_LISTS = (
    "quiet",
    "noise_studies",
    "new_noise_study",
    "communities",
    "communities_csv",
    "import_communities",
    "community_reviews",
    "new_community",
    "complaints",
    "complaints_csv",
    "complaint_places",
    "new_complaint",
    "noise_monitors",
    "take_in_monitors",
)
STUDY_PAGES = ("noise_study", "show_noise_study", "noise_layers", "noise_levels", "noise_drawing")
MONITOR_PAGES = ("noise_monitor", "noise_monitor_hours", "show_noise_monitor")
# What anybody reads of the quiet city: what is public of it, and one's own complaint.
OPEN_QUIET = frozenset(
    {"quiet", "noise_monitors", "noise_studies", "communities", "communities_csv", "new_complaint", "own_complaint"}
)

CREDIT_LISTS = (
    *("credits", "methodologies", "new_methodology", "scenes", "new_scene", "projects", "new_project", "reports"),
    *("accreditations", "new_accreditation", "applications", "new_application", "workings_out", "new_working_out"),
    *("mine", "my_statement", "my_data", "new_key", "link_code", "erase_me", "leave", "shop"),
    *("points", "grant_points", "cancel_points", "erase_person", "goods", "new_good"),
    *("overlaps", "claims", "registries", "new_registry_table", "register", "show_holder", "new_retirement"),
    *("statistics", "neutralities", "new_neutrality", "offset_uses", "new_offset_use"),
)

# What is published, and where a resident comes in with a key.
OPEN_CREDITS = frozenset(
    {
        "statistics_drawing",
        "certificate_transfer_proof",
        "methodology",
        "projects",
        "certificate",
        "scenes",
        "shop",
        "statistics_picture",
        "comment_methodology",
        "units",
        "certificate_proof",
        "register",
        "methodologies",
        "credits",
        "reports",
        "accreditations",
        "issuance_proof",
        "accreditation",
        "certificate_paper",
        "unit",
        "certificate_qr",
        "mine",
        "statistics",
        "workflow",
    }
)

# Each page that is ours, with what its address needs: all of it is the emitter's where it is anybody's.
GIVEN: dict[str, Any] = {
    "home": {},
    "search": {},
    "interface": {},
    "interface_subject": {"subject": "ledger"},
    "set_language": {},
    "measures": {},
    "measure": {"key": "carbon_dual_control"},
    "runs": {},
    "new_run": {},
    "run": RUN,
    "why": RUN,
    "part": PART,
    "run_table": {**PART, "name": "largest"},
    "picture": {**PART, "name": "by_district"},
    "drawing": {**PART, "name": "by_year"},
    "publish_decisions": PART,
    "map": {},
    "map_data": {**PART, "name": "plants"},
    "map_outlines": {**RUN, "name": "districts"},
    "comparisons": {},
    "new_comparison": {},
    "comparison": COMPARISON,
    "comparison_part": {**COMPARISON, "measure": "inventory"},
    "comparison_table": {**COMPARISON, "measure": "inventory", "name": "largest"},
    "comparison_picture": {**COMPARISON, "measure": "inventory", "name": "by_district"},
    "comparison_drawing": {**COMPARISON, "measure": "inventory", "name": "by_year"},
    "submissions": {},
    "new_submission": {},
    "submission_table": {"name": "fuel_use"},
    "empty_table": {"name": "fuel_use", "format": "xlsx"},
    "submission": lambda: {"submission": _submitted()},
    "mend_submission": lambda: {"submission": _submitted()},
    "decide_submission": lambda: {"submission": _submitted()},
    "submission_findings": lambda: {"submission": _submitted(), "format": "csv"},
    "submission_file": lambda: {"submission": _submitted()},
    "decisions": {},
    "decision": lambda: {"decision": _made("_published")},
    "decision_proof": lambda: {"decision": _made("_published")},
    "withdraw_decision": lambda: {"decision": _made("_published")},
    **{name: {} for name in (*CREDIT_LISTS, *QUIET_LISTS)},
    **{name: lambda: {"digest": _study()} for name in STUDY_PAGES},
    "noise_why": lambda: {"digest": _study(), "receiver": 0},
    "noise_picture": lambda: {"digest": _study(), "name": "exposure"},
    "noise_picture_drawing": lambda: {"digest": _study(), "name": "exposure"},
    **{name: lambda: {"digest": _study()} for name in ("noise_study_monitors", "noise_study_monitors_csv")},
    **{name: lambda: {"monitor": _monitor()} for name in MONITOR_PAGES},
    "noise_monitor_picture": lambda: {"monitor": _monitor(), "name": "days"},
    "noise_monitor_drawing": lambda: {"monitor": _monitor(), "name": "days"},
    "community": lambda: {"community": Community.objects.latest("pk").pk},
    "community_paper": lambda: {"community": Community.objects.latest("pk").pk, "language": "en"},
    "complaint": lambda: {"complaint": Complaint.objects.earliest("pk").pk},
    "own_complaint": lambda: {"word": Complaint.objects.earliest("pk").word},
    "workflow": {"slug": "projects"},
    "take_step": lambda: {"slug": "projects", "case": _project("submitted"), "name": "validate"},
    "passage_proof": lambda: {"passage": Passage.objects.filter(kind="projects", public=False).earliest("pk").pk},
    "methodology": lambda: {"methodology": _methodology("comment")},
    "revise_methodology": lambda: {"methodology": _methodology("published")},
    "give_opinion": lambda: {"methodology": _methodology("filed")},
    "comment_methodology": lambda: {"methodology": _methodology("comment")},
    "try_methodology": lambda: {"methodology": _methodology("published")},
    "methodology_trial": {"trial": 1},
    "show_comment": lambda: {"comment": PublicComment.objects.get().pk},
    "scene": lambda: {"scene": SceneCase.objects.get(state="applied").pk},
    "project": lambda: {"project": _project("submitted")},
    "change_project": lambda: {"project": _project("submitted")},
    "new_report": lambda: {"project": _project("registered")},
    "report": lambda: {"report": Report.objects.get(state="submitted").pk},
    "report_values": lambda: {"report": Report.objects.get(state="submitted").pk},
    "settle_correction": {"correction": 1},
    "issuance_proof": lambda: {"issuance": Issuance.objects.get().pk},
    "accreditation": lambda: {"accreditation": Accreditation.objects.earliest("pk").pk},
    "application": lambda: {"application": _application()},
    "application_keys": lambda: {"application": _application()},
    "revoke_application_key": lambda: {"application": _application(), "key": ApplicationKey.objects.get().pk},
    "application_batch": lambda: {"application": _application(), "batch": Batch.objects.latest("pk").pk},
    "worked_out": lambda: {"working": WorkedOut.objects.get().pk},
    "worked_out_why": lambda: {"working": WorkedOut.objects.get().pk},
    "my_day": {"day": date(2026, 1, 1)},
    "withdraw_mandate": lambda: {"mandate": Mandate.objects.earliest("pk").pk},
    "redeem": lambda: {"good": Good.objects.get().pk},
    "persons": lambda: {"application": _application()},
    "enrol_person": lambda: {"application": _application()},
    "change_good": lambda: {"good": Good.objects.get().pk},
    "give_back": {"redemption": 1},
    "overlap": lambda: {"overlap": FoundOverlap.objects.earliest("pk").pk},
    "registry_table": {"table": 1},
    "unit": lambda: {"asset": "SZPHCER", "first": 1},
    "units": lambda: {"asset": "SZPHCER", "first": 1, "last": 10},
    "certificate": lambda: {"number": _certificate()},
    "certificate_paper": lambda: {"number": _certificate(), "language": "en"},
    "certificate_qr": lambda: {"number": _certificate()},
    "certificate_proof": lambda: {"number": _certificate()},
    "certificate_transfer_proof": lambda: {"number": _certificate()},
    "statistics_picture": {"name": "by_year"},
    "statistics_drawing": {"name": "by_year"},
    "neutrality": lambda: {"case": Neutrality.objects.get().pk},
    "offset_use": lambda: {"case": OffsetUse.objects.get().pk},
    "organisations": {},
    "organisation": lambda: {"organisation": _emitter()},
    "facility": lambda: {"organisation": _emitter(), "facility": FACILITIES[0]},
    "facility_why": lambda: {"organisation": _emitter(), "facility": FACILITIES[0]},
    "invite": lambda: {"organisation": _emitter()},
    "member": lambda: {
        "organisation": _emitter(),
        "membership": Membership.objects.get(user__username="demo-emitter-second").pk,
    },
    "accept_invitation": {},
    "revoke_invitation": lambda: {"invitation": Invitation.objects.earliest("pk").pk},
    "tokens": {},
    "revoke_token": lambda: {"token": _made("_token")},
    "block_user": lambda: {"user": User.objects.get(username="demo-emitter").pk},
    "accounts": {},
    "open_account": {},
    "account": {"number": "EM-1001"},
    "trusted": {"number": "EM-1001"},
    "distrust": lambda: {"number": "EM-1001", "trust": TrustedAccount.objects.earliest("pk").pk},
    "turn_account": {"number": "EM-1001"},
    "statement": {"number": "EM-1001", "asset": "SZEA-2024"},
    "transfers": {},
    "new_transfer": {},
    "reserve": {},
    "retire": {},
    "transfer": lambda: {"transfer": _between_the_emitters()},
    "proof": lambda: {"transfer": _between_the_emitters()},
    "end_reservation": lambda: {"transfer": Reservation.objects.get(purpose="pledge").transfer_id},
    "withdraw": lambda: {"queued": _made("_queued")},
    "approvals": {},
    "approval": lambda: {"approval": Approval.objects.earliest("pk").pk},
    "decide": lambda: {"approval": Approval.objects.earliest("pk").pk},
    "ask_export": {},
    "jobs": {},
    "routines": {},
    "job": lambda: {"job": _of_the_officer()},
    "job_file": lambda: {"job": _of_the_officer()},
    "cancel_job": lambda: {"job": _of_the_officer()},
    "audit_trail": {},
    "policy": {},
    "policy_take": {},
    "demo_sign_in": {},
    "office:index": {},
    **{f"office:{model._meta.app_label}_{model._meta.model_name}_changelist": {} for model in SHOWN},
}
# The rest of the back office: what django-unfold brings beside the records; all of it is behind the same door.
OFFICE_TOO = {
    "office:app_list": {"app_label": "people"},
    "office:search": {},
    "office:login": {},
    "office:logout": {},
    "office:password_change": {},
    "office:password_change_done": {},
    "office:autocomplete": {},
    "office:jsi18n": {},
    "office:view_on_site": {"content_type_id": 1, "object_id": 1},
    **{f"office:{model._meta.app_label}_{model._meta.model_name}_change": {"object_id": "0"} for model in SHOWN},
}
QUERY = {"why": f"?asks={WHY}", "search": "?q=demo", "facility_why": "?rule=place_emissions_tco2e"}


def _made(name: str) -> int:
    """Something that is made once for all who try it."""
    found: int = globals()[name]()
    return found


def _methodology(state: str) -> int:
    return MethodologyCase.objects.filter(state=state).earliest("pk").pk


def _project(state: str) -> int:
    return Project.objects.get(state=state).pk


def _application() -> int:
    return Application.objects.get().pk


def _certificate() -> str:
    return Certificate.objects.get().number


def _submitted() -> int:
    return Submission.objects.get().pk


def _emitter() -> int:
    return Organisation.objects.get(name__contains="Demo Electronics").pk


@cache
def _published() -> int:
    """Not public, about the city: so nobody but the authority reads it."""
    done = do_publish_decisions(LATEST, "inventory", ["warn-city-2024"], reason="test", public=False, acting_user=HOUSE)
    return done.rows[0].pk


def _study() -> str:
    """A small one, for the authority alone."""
    known = Study.objects.first()
    if known is not None:
        return str(known.digest)
    digest = keep(studies_folder())
    Study.objects.create(digest=digest, name="small", method="cnossos", receivers=1)
    return digest


def _monitor() -> int:
    """Of the emitter, not public."""
    told = {"lon": 114.0, "lat": 22.5, "height_m": 4.0, "purpose": "road", "name": "At the gate"}
    return Monitor.objects.get_or_create(organisation_id=_emitter(), identifier="M-1", defaults=told)[0].pk


@cache
def _token() -> int:
    return do_create_token("x", ["ledger:read"], acting_user=User.objects.get(username="demo-emitter"))[0].pk


@cache
def _queued() -> int:
    from tanheng.ledger.models import Account

    account = Account.objects.get(number="EM-1001")
    transfer = {"kind": 1, "from": account.pk, "to": account.pk, "asset": 1, "quantity": 1, "purpose": "transfer"}
    asked = {**transfer, "reason": "", "pending": None}
    from django.utils import timezone

    return Queued.objects.create(
        from_account=account, asked=asked, due_at=timezone.now(), organisation_id=account.owner_id, origin=""
    ).pk


def ours() -> Iterator[str]:
    """The names of the pages, as the resolver knows them."""

    def within(patterns: list[Any], space: str, path: str) -> Iterator[str]:
        for each in patterns:
            here = f"{path}{each.pattern}"
            if here.startswith(NOT_OURS) or here.startswith("^static"):
                continue
            if isinstance(each, URLResolver):
                yield from within(each.url_patterns, f"{each.namespace}:" if each.namespace else space, here)
            elif isinstance(each, URLPattern) and each.name:
                yield f"{space}{each.name}"

    yield from within(list(get_resolver().url_patterns), "", "")


def address(page: str) -> str:
    given = {**GIVEN, **OFFICE_TOO}[page]
    return reverse(page, kwargs=given() if callable(given) else given) + QUERY.get(page, "")


def test_every_page_of_the_resolver_has_its_line():
    known, there = set(GIVEN) | set(OFFICE_TOO), set(ours())
    assert there - known == set(), "pages without a line in GIVEN: say what their address needs"
    assert known - there == set(), "lines of pages that there are no more"


def _sign(response: Any) -> str:
    where = response.get("Location", "")
    if response.status_code == 302 and where.startswith("/accounts/login/"):
        return "→"
    return {405: "", 403: "✗", 404: "·"}.get(response.status_code, "●" if response.status_code < 500 else "FAULT")


def tried(name: str, asked: dict[tuple[str, str], int]) -> dict[str, str]:
    """What one of them sees of each page: one sign for reading, one for sending; and what reading asks the database."""
    client = Client(headers={"accept-language": "en"}) if name == STRANGER else signed_in(name)
    signs = {}
    for page in GIVEN:
        where = address(page)
        with transaction.atomic():
            # A page that everybody signs in at would change who this is.
            visitor = Client(headers={"accept-language": "en"}) if page == "demo_sign_in" else client
            with CaptureQueriesContext(connection) as statements:
                read = _sign(visitor.get(where))
            if len(statements) > STATEMENTS:
                # What is worked out once and kept: the next who comes finds it.
                with CaptureQueriesContext(connection) as statements:
                    visitor.get(where)
            asked[name, page] = len(statements)
            transaction.set_rollback(True)
        with transaction.atomic():
            sent = _sign(visitor.post(where.partition("?")[0], {}))
            transaction.set_rollback(True)
        signs[page] = f"{read or '–'}{'' if not sent else ' ' + sent.replace('●', '✎')}"
    return signs


def written(everybody: dict[str, dict[str, str]]) -> str:
    """The table as it stands in docs."""
    lines = [
        "# Who opens which page",
        "",
        "Written by `TANHENG_WRITE_DOCS=1 pytest tests/portal/test_each_role_each_page.py` from the site itself, and",
        "held against it by every run of the tests. The people are those of `make serve`; a column is one of them.",
        "表由测试自网站生成并逐次核对;每列为演示中的一位用户。",
        "",
        "The first sign is reading, the second sending a form: ● opens, ✎ may send, ✗ refused (403), · not there for",
        "them (404), → asked to sign in, – is not read. What is asked of is the emitter's, Demo Electronics, and a",
        "decision that is not public.",
        "",
        f"| page | {' | '.join(PEOPLE)} |",
        f"| --- |{' --- |' * len(PEOPLE)}",
        *(f"| `{page}` | {' | '.join(everybody[name][page] for name in PEOPLE)} |" for page in GIVEN),
        "",
    ]
    return "\n".join(lines)


def test_the_table_of_who_opens_which_page_is_true():
    for made in (_published, _token, _queued):
        made.cache_clear()
    asked: dict[tuple[str, str], int] = {}
    everybody = {name: tried(name, asked) for name in PEOPLE}
    kept.clear()
    assert not [(name, page) for name in PEOPLE for page, sign in everybody[name].items() if "FAULT" in sign]
    assert {what: count for what, count in asked.items() if count > STATEMENTS} == {}
    now = written(everybody)
    if os.environ.get("TANHENG_WRITE_DOCS"):
        TABLE.write_text(now, "utf-8")
    said = TABLE.read_text("utf-8").splitlines()
    assert [line for line in now.splitlines() if line not in said] == []
    assert said == now.splitlines()


def test_a_stranger_reads_no_page_but_the_door_the_register_and_the_way_in():
    client, open_to_all = Client(), set()
    for page in {**GIVEN, **OFFICE_TOO}:
        if page in ("demo_sign_in", "set_language"):
            continue
        # There are more pages than a stranger may open at once.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM web_rate")
        response = client.get(address(page))
        if response.status_code == 200:
            open_to_all.add(page)
    assert open_to_all == {
        "home",
        "decisions",
        "accept_invitation",
        "interface",
        "interface_subject",
        *OPEN_CREDITS,
        *OPEN_QUIET,
    }


@pytest.mark.parametrize("page", OFFICE_TOO)
def test_nothing_of_the_back_office_is_for_others(page: str):
    for name in ("officer", "emitter", "emitter-admin"):
        status = signed_in(name).get(address(page)).status_code
        assert status in (403, 404) or page in ("office:login", "office:logout"), (name, status)
