"""The whole way in a real browser: a methodology is filed, a project follows it, credits are issued and retired."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor, for_good, seals

from tanheng.credits.filing.models import MethodologyCase
from tanheng.credits.projects.actions import do_define_programme
from tanheng.people.rights import HOUSE

pytestmark = ON_THE_SITE
YEAR = localdate().year - 1
# 1,250.5 t of cartons times 1.6159 t of each, the published factor, and whole tonnes only.
CARTONS_T, TONNES = "1250.5", 2020


class Role:
    """Somebody of the demonstration with a browser of their own."""

    def __init__(self, chromium: Any, site: str, name: str, size: tuple[int, int] = DESK) -> None:
        self.visitor = Visitor(chromium, site, size)
        self.page = self.visitor.page
        self.visitor.is_let_in_as(name)

    def sends(self, path: str, **fields: str) -> None:
        """Open a form, write into it and send it; wait until another page is there."""
        self.visitor.goes(path)
        self.fills(**fields)

    def fills(self, **fields: str) -> None:
        for name, value in fields.items():
            field = self.page.locator(f"main form [name='{name}']")
            kinds = set(field.evaluate_all("all => all.map(each => each.type)"))
            if kinds == {"select-one"}:
                field.select_option(value)
            elif kinds == {"checkbox"}:
                self.page.check(f"main form [name='{name}'][value='{value}']")
            else:
                field.fill(value)
        with self.page.expect_navigation():
            self.page.click("main form button[type='submit'], main form button:not([type])")
        faults = self.page.locator("main .invalid-feedback, main .alert-danger")
        assert not faults.count(), f"{self.page.url}: {faults.all_inner_texts()}"

    def takes(self, path: str, step: str, **fields: str) -> None:
        """Take a step of a case, as its page offers it."""
        self.visitor.goes(path)
        self.page.click(f"main .actions a:has-text('{step}')")
        self.fills(**fields)

    def confirms(self) -> None:
        """Confirm the one request that waits."""
        self.visitor.goes("/approvals/")
        self.page.click("main table a >> nth=0")
        self.page.click("main button:has-text('Confirm')")
        self.page.wait_for_load_state()

    @property
    def path(self) -> str:
        """Where this one is."""
        return str(self.page.url).removeprefix(self.visitor.site)

    def sees(self, words: str) -> None:
        there = self.page.inner_text("main")
        assert words in there, f"{self.page.url} says: {there[:1500]}"


def the_days_of_comment_go_by() -> None:
    """Nobody waits for them in a test: in the books they were the days before."""
    before = {"comment_from": localdate() - timedelta(2), "comment_until": localdate() - timedelta(1)}
    for_good(lambda: MethodologyCase.objects.filter(state="comment").update(**before))


def test_from_a_new_methodology_to_a_certificate_that_anybody_can_check(site_at_first: str, chromium: Any) -> None:
    """Nine people, each with what the policy gives them to do; at the end a stranger holds the proof."""
    site = site_at_first
    for_good(lambda: do_define_programme("shenzhen", "SZPH", "SZPHCER", name="深圳碳普惠", acting_user=HOUSE))
    names = ("officer", "approver", "developer", "expert", "expert-second", "validator", "verifier")
    officer, approver, developer, expert, second, validator, verifier = (Role(chromium, site, each) for each in names)

    # The methodology: filed, judged by two experts, commented on by anybody, published by two persons.
    developer.sends("/credits/methodologies/new/", methodology="sz_milk_cartons v1")
    methodology = developer.path
    developer.takes(methodology, "File")
    for each in (expert, second):
        each.visitor.goes("/")
        each.sees("sz_milk_cartons v1")
        each.sends(f"{methodology}opinion/", verdict="for", text="Baseline and monitoring are sound.")
    officer.takes(methodology, "Close the assessment")
    officer.takes(methodology, "Open to public comment", **{"from": str(localdate()), "until": str(localdate())})
    stranger = Visitor(chromium, site, PHONE)
    stranger.goes(f"{methodology}comment/")
    stranger.page.fill("main [name='text']", "Please say what counts as a carton.")
    stranger.page.click("main form button")
    stranger.page.wait_for_selector(".alert")
    stranger.is_at_ease()
    the_days_of_comment_go_by()
    officer.takes(methodology, "Publish", **{"from": str(localdate()), "answer": "Of paper, plastic and aluminium."})
    approver.confirms()
    officer.visitor.goes(methodology)
    officer.sees("published")

    # Who may validate and who may verify.
    for body, number, scope in (("Validation", "VVB-1", "validation"), ("Verification", "VVB-2", "verification")):
        officer.visitor.goes("/credits/accreditations/new/")
        officer.page.select_option(
            "[name='organisation']",
            label=officer.page.locator(f"[name='organisation'] option:has-text('Demo {body}')").inner_text(),
        )
        officer.fills(
            number=number,
            scopes=scope,
            methodologies="sz_milk_cartons",
            first=f"{YEAR}-01-01",
            last=f"{YEAR + 3}-12-31",
        )
        officer.takes(officer.path, "Accredit")
        approver.confirms()

    # The project, and a year of it.
    developer.sends(
        "/credits/projects/new/",
        name="Cartons of the schools",
        methodology="sz_milk_cartons v1",
        description="Cartons of milk of two hundred schools.",
        first=f"{YEAR}-01-01",
        last=f"{YEAR + 4}-12-31",
        place_name="Futian",
        place="114.057, 22.543",
        devices="sorting line 1",
        estimated_t="2000",
    )
    project = developer.path
    developer.takes(project, "Submit", accreditation="VVB-1")
    validator.visitor.goes("/")
    validator.sees("Cartons of the schools")
    validator.takes(project, "Validate", opinion="As the methodology asks.")
    officer.takes(project, "Register")
    approver.confirms()
    developer.sends(f"{project}reports/new/", first=f"{YEAR}-01-01", last=f"{YEAR}-12-31")
    report = developer.path
    number = developer.page.locator("main a:has-text('SZPH-')").first.inner_text()
    developer.sends(f"{report}values/", values=f"project,year,cartons_t\n{number},{YEAR},{CARTONS_T}\n")
    developer.sees(f"{TONNES}")
    developer.takes(report, "Submit", accreditation="VVB-2")
    verifier.takes(report, "Verify", tonnes=f"{TONNES}", opinion="Weighbridge tickets agree.")
    officer.takes(report, "Review")
    officer.takes(report, "Issue")
    approver.confirms()

    # Retired: the certificate is everybody's to check.
    developer.visitor.goes("/credits/retire/")
    account = developer.page.locator(f"[name='from'] option:has-text('{number}')").get_attribute("value")
    assert account is not None, developer.page.locator("[name='from']").inner_text()
    developer.fills(
        **{"from": account}, asset="SZPHCER", quantity="20", beneficiary="Two hundred schools", purpose="Sports day"
    )
    approver.confirms()
    seals()
    stranger.goes("/credits/register/?q=Two+hundred")
    stranger.page.locator("main a[href*='/certificates/']").first.click()
    stranger.page.wait_for_selector("#check-proof:visible")
    assert "Two hundred schools" in stranger.page.inner_text("main")
    stranger.page.click("#check-proof")
    stranger.page.wait_for_selector("#proof-result:has-text('signed root')")
    stranger.is_at_ease()
    stranger.meets_no_barrier()
    for each in (officer, approver, developer, expert, second, validator, verifier):
        each.visitor.is_at_ease()
        each.visitor.leaves()
    stranger.leaves()
