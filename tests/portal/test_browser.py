"""The site in a real browser: ways that people take through it, with the policy in force and nothing complained of."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.portal.browser import DESK, ON_THE_SITE, PASSWORD, PHONE, Visitor, code_now, seals
from tests.portal.shelf import LATEST

pytestmark = ON_THE_SITE


def test_an_officer_signs_in_with_a_code_reads_a_run_and_asks_why(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.goes("/accounts/login/")
    visitor.meets_no_barrier()
    page.fill("input[name=login]", "demo-officer")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]:not([form])")
    page.fill("input[name=code]", code_now())
    page.click("main button[type=submit]:not([form])")
    page.wait_for_selector("#todo")
    page.click("nav.places a:has-text('Assessments')")
    page.click("a:has-text('Testville 2024')")
    page.click("article:has-text('Emissions of the city') a[data-panel]")
    page.wait_for_selector("dialog[open] .why summary")
    assert "known sum" in page.inner_text("dialog .why")
    page.keyboard.press("Escape")
    page.click("a:has-text('Greenhouse gas inventory') >> nth=0")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for drawing in page.query_selector_all("[data-picture]"):
        drawing.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-picture]')].every(each => each.dataset.drawn === 'yes')"
    )
    assert page.locator("[data-picture] canvas").count() == 3, "a chart and two maps, drawn without eval"
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    page.click("button[name=language]")
    page.wait_for_selector("h1:has-text('温室气体清单')")
    assert page.get_attribute("html", "lang") == "zh-hans"
    visitor.is_at_ease()
    visitor.leaves()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_transfer_with_its_second_person_and_its_proof(size: tuple[int, int], site: str, chromium: Any):
    visitor = Visitor(chromium, site, size)
    page = visitor.page
    visitor.is_let_in_as("emitter")
    page.click("main a:has-text('New transfer')")
    page.select_option("#from", "EM-1001")
    page.fill("#to", "EM-1002")
    page.select_option("#asset", "SZEA-2024")
    page.fill("#quantity", "0")
    page.click("button:has-text('Ask for the transfer')")
    assert "whole number" in page.inner_text(".invalid")
    # The browser itself notes the answer 422 in its console; that is what it is for.
    visitor.complaints = [said for said in visitor.complaints if "422" not in said]
    page.fill("#quantity", "1,250")
    page.click("button:has-text('Ask for the transfer')")
    page.wait_for_selector("h1:has-text('Request')")
    where = page.url.removeprefix(site)
    visitor.is_at_ease()
    visitor.leaves()
    second = Visitor(chromium, site, size)
    second.is_let_in_as("emitter-second")
    second.goes(where)
    second.meets_no_barrier()
    second.page.click("button:has-text('Confirm')")
    second.page.wait_for_selector("h1:has-text('1,250')")
    assert "waits to be sealed" in second.page.inner_text("#proof")
    seals()
    second.page.reload()
    second.page.click("#check-proof")
    second.page.wait_for_selector("#proof-result.good")
    assert "from this transfer to the signed root" in second.page.inner_text("#proof-result")
    second.is_at_ease()
    second.meets_no_barrier()
    second.leaves()


def test_a_proof_that_was_tampered_with_does_not_check(site: str, chromium: Any):
    """A check that always says yes would be worse than none."""
    visitor = Visitor(chromium, site, DESK)
    visitor.is_let_in_as("auditor")
    visitor.goes("/transfers/")
    visitor.page.click("tbody tr:first-child a")

    def tamper(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'(quantity\\":)(\d)', r"\g<1>9\2", answer.text(), count=1))

    visitor.page.route("**/proof.json", tamper)
    visitor.page.click("#check-proof")
    visitor.page.wait_for_selector("#proof-result.bad")
    visitor.leaves()


def test_with_the_keyboard_alone_one_confirms_what_another_asked(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.is_let_in_as("emitter-second")
    visitor.goes("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "the first stop leads past the navigation"
    page.keyboard.press("Enter")

    def walks_to(words: str) -> None:
        for _step in range(60):
            page.keyboard.press("Tab")
            at = page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")
            if words in at:
                seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert seen != "none", f"one does not see that one stands on {words}"
                return
        raise AssertionError(f"no way to {words} with the Tab key")

    walks_to("Open")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Request')")
    walks_to("Confirm")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('1,500')")
    visitor.is_at_ease()
    visitor.leaves()


PLACES = (
    ("officer", "/"),
    ("officer", "/measures/"),
    ("officer", "/measures/carbon_dual_control/"),
    ("officer", "/runs/"),
    ("officer", f"/runs/{LATEST}/"),
    ("officer", f"/runs/{LATEST}/inventory/tables/largest/"),
    ("officer", "/organisations/"),
    ("officer", "/search/?q=demo"),
    ("officer", "/accounts/2fa/"),
    ("emitter", "/"),
    ("emitter", "/book/"),
    ("emitter", "/book/EM-1001/"),
    ("emitter", "/book/EM-1001/SZEA-2024/"),
    ("emitter", "/transfers/new/"),
    ("emitter-second", "/approvals/"),
    ("auditor", "/audit-trail/"),
)


@pytest.mark.parametrize(("size", "language"), [(DESK, "en-GB"), (PHONE, "zh-CN")], ids=["desk", "phone"])
def test_no_page_is_a_barrier(size: tuple[int, int], language: str, site: str, chromium: Any):
    visitors: dict[str, Visitor] = {}
    for name, path in PLACES:
        if name not in visitors:
            visitors[name] = Visitor(chromium, site, size, language)
            visitors[name].is_let_in_as(name)
        visitors[name].goes(path)
        visitors[name].is_at_ease()
        visitors[name].meets_no_barrier()
    for visitor in visitors.values():
        visitor.leaves()


def test_without_scripts_one_reads_and_asks(site: str, chromium: Any):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(site)
    page.click('button[value="demo-officer"]')
    page.goto(f"{site}/runs/{LATEST}/")
    page.click("article:has-text('Emissions of the city') a[data-panel]")
    assert "known sum" in page.inner_text(".why")
    page.goto(f"{site}/runs/{LATEST}/inventory/")
    assert page.locator("figure img").count() == 3, "charts stand there as drawings"
    drawn = page.request.get(site + page.locator("figure img").first.get_attribute("src"))
    assert drawn.ok and drawn.text().startswith("<svg")
    context.close()


def test_a_planted_barrier_and_a_planted_style_are_noticed(site: str, chromium: Any):
    """Else all of the above would say nothing."""
    visitor = Visitor(chromium, site, DESK)
    visitor.goes("/")
    visitor.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input type=text>')")
    with pytest.raises(AssertionError, match="label"):
        visitor.meets_no_barrier()
    visitor.is_at_ease()
    visitor.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')"
    )
    with pytest.raises(AssertionError, match="Content Security Policy"):
        visitor.is_at_ease()
    visitor.leaves()
