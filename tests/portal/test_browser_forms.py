"""Forms in a real browser: coming in, a passkey, a decision with its second person and its proof, the back office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor, seals
from tests.portal.shelf import LATEST

pytestmark = ON_THE_SITE
PASSWORD = "a horse that is correct"
ENGLISH, CHINESE = "en-GB", "zh-CN"


@pytest.fixture(autouse=True)
def _no_tls() -> Iterator[None]:
    """The tests' site is reached without TLS, on the machine itself."""
    with override_settings(MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN=True):
        yield


def a_phone_with_a_passkey(page: Any) -> None:
    """A virtual authenticator of Chromium's own, which knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def link_of(email: str) -> str:
    found = next(each for each in reversed(mail.outbox) if each.to == [email])
    link = re.search(r"https?://[^/]+(/invitations/accept/\?key=\S+)", str(found.body))
    assert link is not None
    return link[1]


def test_somebody_is_invited_comes_in_makes_a_passkey_and_signs_in_with_it(site: str, chromium: Any):
    administrator = Visitor(chromium, site, DESK)
    administrator.is_let_in_as("emitter-admin")
    administrator.page.click("main a:has-text('Demo Electronics')")
    administrator.page.fill("#email", "wei@example.org")
    administrator.page.select_option("#role", "reader")
    administrator.page.click("button:has-text('Invite')")
    administrator.page.wait_for_selector(".alert:has-text('wei@example.org')")
    administrator.is_at_ease()
    administrator.leaves()

    visitor = Visitor(chromium, site, PHONE)
    page = visitor.page
    a_phone_with_a_passkey(page)
    visitor.goes(link_of("wei@example.org"))
    assert "key=" not in page.url
    visitor.meets_no_barrier()
    page.fill("#username", "wei")
    page.fill("#name", "Wei")
    page.fill("#password", PASSWORD)
    page.fill("#again", "something else")
    page.click("main form button:has-text('Come in')")
    assert "differ" in page.inner_text(".invalid")
    assert page.input_value("#username") == "wei", "what was written is not lost"
    visitor.complaints = [said for said in visitor.complaints if "422" not in said]
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("main form button:has-text('Come in')")
    page.wait_for_url("**/accounts/2fa/")
    visitor.goes("/accounts/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url("**/webauthn/add/")
    page.fill("input[name=name]", "phone")
    if page.locator("input[name=passwordless]").count():
        page.check("input[name=passwordless]")
    page.click("main form button")
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    visitor.is_at_ease()
    page.click("details.person summary")
    page.click("details.person button")
    page.wait_for_selector("a[href='/accounts/login/']")
    visitor.goes("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_selector("details.person:has-text('Wei')", state="attached")
    visitor.is_at_ease()
    visitor.leaves()


WORDS = {
    ENGLISH: ("Publish", "Confirm", "the same, word for word", "Withdraw the decision"),
    CHINESE: ("发布", "确认", "逐字一致", "撤回该决定"),
}


@pytest.mark.parametrize(
    ("size", "language", "facility"), [(DESK, ENGLISH, "F00001"), (PHONE, CHINESE, "F00001")], ids=["desk", "phone"]
)
def test_a_decision_is_published_by_two_and_its_proof_is_checked(
    size: tuple[int, int], language: str, facility: str, site: str, chromium: Any
):
    publish, confirm, same, withdraw = WORDS[language]
    officer = Visitor(chromium, site, size, language)
    page = officer.page
    officer.is_let_in_as("officer")
    officer.goes(f"/runs/{LATEST}/inventory/#decisions")
    # One whose figure is undetermined cannot be chosen.
    assert page.locator("input[name=decisions][value=list-F00002]").is_disabled()
    page.check(f"input[name=decisions][value=list-{facility}]")
    page.fill("#reason", "over 3000 t, twice")
    officer.meets_no_barrier()
    page.click(f"#decisions button:has-text('{publish}')")
    page.wait_for_url("**/approvals/*/")
    where = page.url.removeprefix(site)
    assert facility in page.inner_text("main")
    officer.is_at_ease()

    second = Visitor(chromium, site, size, language)
    second.is_let_in_as("approver")
    second.goes(where)
    second.meets_no_barrier()
    second.page.click(f"button:has-text('{confirm}')")
    second.page.wait_for_url("**/decisions/*/")
    decision = second.page.url.removeprefix(site)
    assert same in second.page.inner_text("main")
    seals()
    second.page.reload()
    second.page.click("#check-proof")
    second.page.wait_for_selector("#proof-result.good")
    second.is_at_ease()
    second.meets_no_barrier()
    second.leaves()

    # Whom it is about finds it at home, and a stranger in the register.
    about = Visitor(chromium, site, size, language)
    about.is_let_in_as("emitter")
    assert facility in about.page.inner_text("main .todo")
    about.goes(decision)
    about.is_at_ease()
    about.leaves()
    stranger = Visitor(chromium, site, size, language)
    stranger.goes("/decisions/")
    stranger.page.click(f"a[href='{decision}'] >> nth=0")
    stranger.page.click("#check-proof")
    stranger.page.wait_for_selector("#proof-result.good")
    stranger.is_at_ease()
    stranger.meets_no_barrier()
    stranger.leaves()

    # So that the next one finds it unpublished: two persons withdraw it.
    officer.goes(decision)
    page.fill("#reason", "corrected")
    page.click(f"button:has-text('{withdraw}')")
    page.wait_for_url("**/approvals/*/")
    asked = page.url.removeprefix(site)
    officer.leaves()
    approver = Visitor(chromium, site, size, language)
    approver.is_let_in_as("approver")
    approver.goes(asked)
    approver.page.click(f"button:has-text('{confirm}')")
    approver.page.wait_for_selector(".alert-warning:has-text('corrected')")
    approver.is_at_ease()
    approver.leaves()


def walks_to(page: Any, wanted: str) -> None:
    """With the Tab key alone to what the selector names."""
    for _step in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert shown != "none", f"one does not see that one stands on {wanted}"
            return
    raise AssertionError(f"no way to {wanted} with the Tab key")


def test_with_the_keyboard_alone_an_officer_publishes_a_warning(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.is_let_in_as("officer")
    visitor.goes(f"/runs/{LATEST}/inventory/publish/")
    walks_to(page, "input[name=decisions][value=warn-city-2024]")
    page.keyboard.press("Space")
    walks_to(page, "#reason")
    page.keyboard.type("41% of the fall")
    walks_to(page, "#decisions button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/decisions/*/")
    assert "Early warning, yellow" in page.inner_text("h1")
    visitor.is_at_ease()
    visitor.leaves()


def test_without_scripts_one_asks_for_a_retirement_and_trusts_an_account(site: str, chromium: Any):
    context = chromium.new_context(java_script_enabled=False, locale=ENGLISH)
    page = context.new_page()
    page.goto(site)
    page.click('button[value="demo-emitter"]')
    page.goto(f"{site}/transfers/retire/")
    page.select_option("#from", "EM-1001")
    page.select_option("#asset", "PHCER")
    page.fill("#quantity", "25")
    page.fill("#beneficiary", "City marathon")
    page.click("main form button:has-text('Ask for')")
    assert "it is needed" in page.inner_text(".invalid")
    assert page.input_value("#beneficiary") == "City marathon"
    page.fill("#reason", "Marathon of 2024")
    page.click("main form button:has-text('Ask for')")
    assert "for City marathon: Marathon of 2024" in page.inner_text("main")
    page.goto(f"{site}/book/EM-1001/trusted/")
    page.fill("#trusted", "DV-2001")
    page.click("button:has-text('Add it')")
    assert "DV-2001" in page.inner_text("main .todo")
    context.close()


FORMS = (
    ("officer", "/book/open/"),
    ("officer", "/book/EM-1001/state/"),
    ("emitter", "/transfers/reserve/"),
    ("emitter", "/transfers/retire/"),
    ("emitter", "/book/EM-1001/trusted/"),
    ("emitter", "/tokens/"),
    ("emitter", "/accounts/sessions/"),
    ("emitter", "/organisations/3/"),
    ("emitter", "/organisations/3/facilities/F00001/"),
    ("officer", "/decisions/"),
)


@pytest.mark.parametrize(("size", "language"), [(DESK, ENGLISH), (PHONE, CHINESE)], ids=["desk", "phone"])
def test_no_form_is_a_barrier(size: tuple[int, int], language: str, site: str, chromium: Any):
    from tanheng.people.models import Organisation

    emitter = Organisation.objects.get(name__contains="Demo Electronics").pk
    visitors: dict[str, Visitor] = {}
    for name, path in FORMS:
        if name not in visitors:
            visitors[name] = Visitor(chromium, site, size, language)
            visitors[name].is_let_in_as(name)
        visitors[name].goes(path.replace("/organisations/3/", f"/organisations/{emitter}/"))
        visitors[name].is_at_ease()
        visitors[name].meets_no_barrier()
    for visitor in visitors.values():
        visitor.leaves()


@pytest.mark.parametrize(("size", "language"), [(DESK, ENGLISH), (PHONE, CHINESE)], ids=["desk", "phone"])
def test_the_back_office_runs_under_its_policy(size: tuple[int, int], language: str, site: str, chromium: Any):
    visitor = Visitor(chromium, site, size, language)
    missing: list[str] = []
    visitor.page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    visitor.is_let_in_as("auditor")
    for path in ("/office/", "/office/people/auditentry/", "/office/ledger/account/"):
        visitor.goes(path)
        visitor.page.wait_for_selector("html:not([x-cloak])", state="attached")
        assert missing == []
        visitor.is_at_ease()
    visitor.page.locator("table tbody a:visible").first.click()
    visitor.page.wait_for_url("**/change/")
    assert visitor.page.locator("main input[type=submit], #content button[name=_save]").count() == 0
    visitor.is_at_ease()
    visitor.leaves()
