"""Each role opens each page; what a page costs; what it must not carry."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.portal.shelf import COMPARED, LATEST, WHY

from tanheng.jobs.actions import do_start_job
from tanheng.jobs.models import Job
from tanheng.jobs.worker import work_off
from tanheng.ledger.models import Account, Queued, Transfer
from tanheng.people.models import Approval, AuditEntry, Kind, Organisation, User
from tanheng.people.templatetags.deeds import DEEDS
from tanheng.portal.board import coverage
from tanheng.portal.concerns import CONCERNS
from tanheng.portal.demo import PREFIX
from tanheng.submissions.models import Submission

pytestmark = pytest.mark.usefixtures("town")

EVERYBODY = frozenset(
    [
        "officer",
        "approver",
        "auditor",
        "admin",
        "branch",
        "emitter",
        "emitter-second",
        "emitter-admin",
        "power",
        "developer",
        "app",
        "verifier",
        "bank",
        "park",
        "plant",
        "inspector",
    ]
)
AUTHORITY = frozenset({"officer", "approver", "auditor", "branch"})  # those who read assessments
ADMINISTRATORS = frozenset({"admin", "emitter-admin"})  # they look after people, not after property
HOLDS = EVERYBODY - ADMINISTRATORS
REPRESENTATIVES = frozenset(["emitter", "power", "developer", "app", "verifier", "bank", "park", "plant", "inspector"])
OF_THE_EMITTER = frozenset({"emitter", "emitter-second"})
HAND_IN = AUTHORITY | OF_THE_EMITTER | {"power"}  # those who have to do with the city's tables

# page: who may open it, and what the others are told
PAGES: dict[str, tuple[frozenset[str], int]] = {
    "home": (EVERYBODY, 0),
    "search": (EVERYBODY, 0),
    "measures": (EVERYBODY, 0),
    "measure": (EVERYBODY, 0),
    "organisations": (EVERYBODY, 0),
    "approvals": (EVERYBODY, 0),
    "runs": (AUTHORITY, 403),
    "run": (AUTHORITY, 403),
    "part": (AUTHORITY, 403),
    "run_table": (AUTHORITY, 403),
    "picture": (AUTHORITY, 403),
    "drawing": (AUTHORITY, 403),
    "why": (AUTHORITY, 403),
    "map": (AUTHORITY, 403),
    "map_data": (AUTHORITY, 403),
    "map_outlines": (AUTHORITY, 403),
    # That there is an organisation, an account or a request is itself nobody else's business.
    "organisation": (AUTHORITY | OF_THE_EMITTER | ADMINISTRATORS, 404),
    "accounts": (HOLDS, 403),
    "account": (AUTHORITY | OF_THE_EMITTER, 404),
    "statement": (AUTHORITY | OF_THE_EMITTER, 404),
    "transfers": (HOLDS, 403),
    "transfer": (AUTHORITY | OF_THE_EMITTER | {"power"}, 404),
    "proof": (AUTHORITY | OF_THE_EMITTER | {"power"}, 404),
    "new_transfer": (REPRESENTATIVES | {"officer"}, 403),
    "approval": (OF_THE_EMITTER | {"approver", "auditor", "emitter-admin"}, 404),
    "audit_trail": (ADMINISTRATORS | {"auditor"}, 403),
    "jobs": (EVERYBODY, 0),
    # The officer's own; the bureau's administrator looks after everybody's, and takes nobody's file away.
    "job": (frozenset({"officer", "admin"}), 404),
    "job_file": (frozenset({"officer"}), 404),
    "routines": (frozenset({"officer", "admin"}), 403),
    "new_run": (frozenset({"officer"}), 403),
    "policy": (frozenset({"admin"}), 403),
    "comparisons": (AUTHORITY, 403),
    "new_comparison": (frozenset({"officer"}), 403),
    "comparison": (AUTHORITY, 403),
    "comparison_part": (AUTHORITY, 403),
    "comparison_table": (AUTHORITY, 403),
    "comparison_picture": (AUTHORITY, 403),
    "comparison_drawing": (AUTHORITY, 403),
    "submissions": (HAND_IN, 403),
    "submission_table": (HAND_IN, 403),
    "empty_table": (HAND_IN, 403),
    "new_submission": (frozenset({"officer", "branch", "emitter", "power"}), 403),
    # Another emitter is not told that there is such a table.
    "submission": (HAND_IN - {"power"}, 403),
    "submission_findings": (HAND_IN - {"power"}, 403),
    "submission_file": (HAND_IN - {"power"}, 403),
}
OF_ONE_TABLE = frozenset({"submission", "submission_findings", "submission_file"})
FILES = frozenset(
    [
        *("picture", "drawing", "proof", "job_file", "comparison_picture", "comparison_drawing"),
        *("empty_table", "submission_findings", "submission_file", "map_data", "map_outlines"),
    ]
)


def address(page: str) -> str:
    given: dict[str, Any] = {
        "measure": {"key": "carbon_dual_control"},
        "run": {"address": LATEST},
        "why": {"address": LATEST},
        "part": {"address": LATEST, "measure": "inventory"},
        "run_table": {"address": LATEST, "measure": "inventory", "name": "largest"},
        "picture": {"address": LATEST, "measure": "inventory", "name": "by_district"},
        "drawing": {"address": LATEST, "measure": "inventory", "name": "by_year"},
        "map_data": {"address": LATEST, "measure": "inventory", "name": "plants"},
        "map_outlines": {"address": LATEST, "name": "districts"},
        "organisation": {"organisation": Organisation.objects.get(name__contains="Demo Electronics").pk},
        "account": {"number": "EM-1001"},
        "statement": {"number": "EM-1001", "asset": "SZEA-2024"},
        "transfer": {"transfer": _between_the_emitters()},
        "proof": {"transfer": _between_the_emitters()},
        "approval": {"approval": Approval.objects.get(state="pending").pk},
        "comparison": {"address": COMPARED},
        "comparison_part": {"address": COMPARED, "measure": "inventory"},
        "comparison_table": {"address": COMPARED, "measure": "inventory", "name": "largest"},
        "comparison_picture": {"address": COMPARED, "measure": "inventory", "name": "by_district"},
        "comparison_drawing": {"address": COMPARED, "measure": "inventory", "name": "by_year"},
        "submission_table": {"name": "fuel_use"},
        "empty_table": {"name": "fuel_use", "format": "xlsx"},
        "submission": {"submission": Submission.objects.get().pk},
        "submission_findings": {"submission": Submission.objects.get().pk, "format": "csv"},
        "submission_file": {"submission": Submission.objects.get().pk},
        "job": {"job": _of_the_officer() if page == "job" else None},
        "job_file": {"job": _of_the_officer() if page == "job_file" else None},
    }
    found = reverse(page, kwargs=given.get(page))
    return {"why": f"{found}?asks={WHY}", "search": f"{found}?q=demo"}.get(page, found)


def _between_the_emitters() -> int:
    rows = Transfer.objects.filter(from_account__number="EM-1002", to_account__number="EM-1001", kind=1)
    return rows.earliest("pk").pk


def _of_the_officer() -> int:
    """A file that the officer asked for and has got."""
    known = Job.objects.filter(kind="export").first()
    if known is not None:
        return known.pk
    officer = User.objects.get(username=f"{PREFIX}officer")
    job = do_start_job("export", {"what": "ledger", "format": "csv"}, acting_user=officer)
    work_off()
    return job.pk


def signed_in(name: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    assert client.post(reverse("demo_sign_in"), {"username": PREFIX + name}).status_code == 302
    return client


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_everybody_opens_their_pages_and_no_others(name: str):
    client, wrong = signed_in(name), {}
    for page, (allowed, otherwise) in PAGES.items():
        expected = 200 if name in allowed else 403 if name in ADMINISTRATORS and page in LEDGER else otherwise
        expected = 404 if name == "power" and page in OF_ONE_TABLE else expected
        status = client.get(address(page)).status_code
        if status != expected:
            wrong[page] = (status, expected)
    assert wrong == {}


# Who sees no accounts at all is told so, whichever account it is.
LEDGER = frozenset({"account", "statement", "transfer", "proof", "new_transfer"})


def test_a_stranger_is_asked_to_sign_in_everywhere_but_at_the_door():
    client = Client()
    for page in PAGES:
        response = client.get(address(page))
        if page == "home":
            assert response.status_code == 200
        else:
            assert response.status_code == 302 and response["Location"].startswith("/accounts/login/"), page


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_little(page: str, django_assert_max_num_queries: Any):
    """Each statement is a way to the database and back; a page that asks per row dies with the second year."""
    who = next(name for name in ("officer", "auditor", "emitter", "admin") if name in PAGES[page][0])
    client, where = signed_in(who), address(page)
    client.get(where)
    with django_assert_max_num_queries(12):
        assert client.get(where).status_code == 200


INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", [page for page in PAGES if page not in FILES])
def test_a_page_carries_no_script_and_no_style_of_its_own(page: str, language: str):
    """What came in with a table must be text, and the policy forbids what stands within a page."""
    who = next(name for name in ("officer", "auditor", "emitter", "admin") if name in PAGES[page][0])
    response = signed_in(who, language).get(address(page))
    html = response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert not (found := INLINE.search(html)), html[max(0, found.start() - 80) : found.end() + 80]
    assert f'<html lang="{language}">' in html
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//(?!example\.org)", html), "nothing comes from elsewhere"


def test_names_of_a_table_stay_text():
    html = signed_in("officer").get(address("run_table")).content.decode()
    assert "&lt;script&gt;alert(1)" in html and "<script>alert(1)" not in html


def test_a_figure_that_is_missing_says_why_and_no_number():
    html = signed_in("officer").get(address("run")).content.decode()
    card = html[html.index("Carbon budget left") :][:400]
    assert "Undetermined" in card and "is not published" in card


def test_a_run_that_is_none_and_a_way_out_of_the_folder_are_not_there():
    client = signed_in("officer")
    for where in ("/runs/0000/", "/runs/..%2f..%2fetc/", f"/runs/{LATEST}/nothing/", f"/runs/{LATEST}/why/?asks=x%20y"):
        assert client.get(where).status_code == 404, where
    assert client.get(f"/runs/{LATEST}/inventory/tables/..%2f..%2fmanifest/").status_code == 404


def test_a_folder_that_is_no_run_hides_no_other(shelf: Any):
    (shelf / "broken").mkdir()
    (shelf / "broken" / "manifest.json").write_text("{}")
    try:
        assert LATEST in signed_in("officer").get(address("runs")).content.decode()
    finally:
        (shelf / "broken" / "manifest.json").unlink()
        (shelf / "broken").rmdir()


def test_the_board_shows_every_measure_whose_text_was_found_and_invents_no_figure():
    html = signed_in("emitter").get(address("measures")).content.decode()
    assert html.count('class="card measure') == 28
    assert "The 34 measures" in html and "Text not found: 6" in html
    # Without rules there is no figure: only one measure is worked out.
    assert html.count("worked") >= 1 and html.count("text only; nothing is worked out yet") > 15


def test_home_begins_with_what_needs_doing():
    asked = signed_in("emitter-second").get("/").content.decode()
    assert asked.index("What needs doing") < asked.index("Accounts</h2>") < asked.index("Where the city stands")
    bureau = signed_in("officer").get("/").content.decode()
    assert (
        bureau.index("What needs doing") < bureau.index("Where the city stands <small") < bureau.index("Accounts</h2>")
    )
    assert "Lin Fang asks for your word" in asked
    assert "Your request waits for a second person" in signed_in("emitter").get("/").content.decode()
    assert "has not accepted the invitation" in signed_in("emitter-admin").get("/").content.decode()
    assert "A reservation of 5,000" in signed_in("power").get("/").content.decode()
    officer = signed_in("officer").get("/").content.decode()
    assert "Undetermined: Carbon budget left" in officer and "1 open question" in officer
    assert "open question" not in signed_in("power").get("/").content.decode(), "what others reported is not theirs"


def test_a_transfer_that_no_opening_waits_for_does_not_break_the_home_page():
    """An opening that never comes stands in the books as infinity, which Python cannot read."""
    account = Account.objects.get(number="EM-1001")
    asked = {"to": account.pk, "asset": 1}
    Queued.objects.create(due_at=datetime(2030, 1, 7, 9, tzinfo=UTC), asked=asked, from_account=account)
    client = signed_in("emitter")
    assert "it is tried from 2030-01-07 17:00" in client.get("/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_queued SET due_at = 'infinity'")
    for where in ("/", "/transfers/", "/book/EM-1001/"):
        assert "the calendar has no opening for it" in client.get(where).content.decode(), where


def test_whoever_comes_finds_the_measures_that_concern_them():
    assert {*CONCERNS} | {Kind.BUREAU, Kind.DISTRICT_BRANCH} == {*Kind}, "who is not told of any measure reads them all"
    known = {each.measure.key for each in coverage().measures}
    assert {key for keys in CONCERNS.values() for key in keys} <= known
    plant = signed_in("plant").get("/").content.decode()
    assert "/measures/wastewater_co_treatment/" in plant and "/measures/inspection_once/" not in plant


def test_what_was_done_is_told_in_words():
    written = re.compile(r'(?:door|record)\(\s*"([a-z_]+\.[a-z_]+)"')
    source = Path(__file__).parents[2] / "src/tanheng"
    actions = {found for file in source.rglob("*.py") for found in written.findall(file.read_text("utf-8"))}
    actions |= {*AuditEntry.objects.values_list("action", flat=True)}
    assert actions - {*DEEDS} == set(), "an entry that is shown by its name in the program"
    html = signed_in("emitter-admin", "zh-hans").get("/").content.decode()
    assert not re.search(r"(people|ledger)\.[a-z_]+", html[html.index("近期操作") :])


def test_a_bank_sees_what_is_pledged_to_it():
    html = signed_in("bank").get("/").content.decode()
    assert "pledged to you" in html and "20,000" in html


def test_two_explanations_stand_side_by_side_and_what_differs_is_marked():
    html = signed_in("officer").get(address("comparison_part")).content.decode()
    reasons = html[html.index("Two explanations side by side") :]
    assert "0.4419 t" in reasons and "0.38 t" in reasons and 'class="line differs"' in reasons


def test_a_comparison_is_no_run_and_a_run_no_comparison():
    client = signed_in("officer")
    assert client.get(f"/compare/{LATEST}/").status_code == 404
    assert COMPARED not in client.get(address("runs")).content.decode()
    assert COMPARED in client.get(address("comparisons")).content.decode()


def test_what_is_to_be_mended_stands_on_the_home_page_of_who_sent_it():
    assert "1 fault to mend: Fuel burned" in signed_in("emitter").get("/").content.decode()
    assert "to mend" not in signed_in("power").get("/").content.decode()


def test_search_finds_what_one_may_see_and_nothing_else():
    def found(name: str, words: str) -> str:
        return signed_in(name).get("/search/", {"q": words}).content.decode()

    assert "EM-1001" in found("officer", "em-10") and "EM-1002" in found("officer", "em-10")
    assert "EM-1002" not in found("emitter", "em-10").replace('value="em-10', "")
    assert "Quiet communities" in found("bank", "quiet")
    assert LATEST in found("officer", "2024") and LATEST not in found("bank", "2024")
    assert "Nothing fits" in found("bank", "zzzz")


def test_nobody_is_let_in_without_a_password_where_it_is_no_demonstration(settings: Any):
    settings.TANHENG_DEMO = False
    assert Client().post(reverse("demo_sign_in"), {"username": "demo-officer"}).status_code == 404
    assert "demo-officer" not in Client().get("/").content.decode()


def test_not_even_a_demonstration_lets_in_who_is_not_of_it():
    User.objects.create_user("real", password="correct horse battery staple")
    assert Client().post(reverse("demo_sign_in"), {"username": "real"}).status_code == 404


def test_no_link_of_a_page_leads_nowhere():
    client, seen, dead = signed_in("auditor"), set[str](), {}
    for page in ("home", "measures", "measure", "run", "part", "organisation", "account", "transfer", "approvals"):
        html = client.get(address(page)).content.decode()
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', html):
            if link not in seen:
                seen.add(link)
                status = client.get(link.replace("&amp;", "&")).status_code
                if status not in (200, 302):
                    dead[link] = status
    assert dead == {} and len(seen) > 40


def test_typing_and_pages_need_the_same_address():
    """What a script asks for while one types is the page itself, so that it can be kept and sent on."""
    html = signed_in("officer").get(address("accounts"), {"type": "cash", "q": "EM-1002"}).content.decode()
    rows = html[html.index('id="rows"') :]
    assert "EM-1002-C" in rows and "EM-1001-C" not in rows and 'hx-push-url="true"' in html


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Public register", "Statistics of carbon inclusion")), ("zh-hans", ("公开登记簿", "碳普惠统计"))],
)
def test_who_is_not_signed_in_finds_the_public_registers(language: str, words: tuple[str, str]):
    visitor = Client(headers={"accept-language": language})
    text = visitor.get("/").content.decode()
    for name, said in zip(("register", "statistics"), words, strict=True):
        assert f'<a href="{reverse(name)}">{said}</a>' in text
        assert visitor.get(reverse(name)).status_code == 200
