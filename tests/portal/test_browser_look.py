"""The map by pointer, by keyboard and without WebGL; nothing held back by the browser on any page of any role."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor
from tests.portal.shelf import EARLIER, LATEST
from tests.portal.test_pages import EVERYBODY

pytestmark = ON_THE_SITE
READY = "#map[data-shown]"


def _walks_to(page: Any, wanted: str) -> None:
    """With the Tab key, to what the selector names."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no way to {wanted} with the Tab key")


@pytest.mark.parametrize(("size", "language"), [(DESK, "en-GB"), (PHONE, "zh-CN")], ids=["desk", "phone"])
def test_a_place_on_the_map_opens_its_figure_and_the_figure_says_why(
    size: tuple[int, int], language: str, site: str, chromium: Any
):
    visitor = Visitor(chromium, site, size, language)
    page = visitor.page
    visitor.is_let_in_as("officer")
    visitor.goes("/map/")
    page.wait_for_selector(READY)
    canvas = page.locator("#map canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2 + 40)
    page.wait_for_selector("#map-chosen:not([hidden])")
    # South-east of the middle of the four squares.
    assert page.inner_text("#map-chosen h3") == ("South" if language == "en-GB" else "南区")
    assert page.inner_text("#map-chosen .amount") == ("12.00 Mt CO₂e" if language == "en-GB" else "1,200 万吨CO₂当量")
    assert "district_year%3Ad1" in page.get_attribute("#map-chosen a", "href")
    page.click("#map-chosen a")
    page.wait_for_selector("dialog[open]")
    assert "district_year:d1,2024 total_tco2e" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    visitor.leaves()


def test_the_keyboard_alone_leads_to_the_map_over_it_and_to_the_reasons(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.is_let_in_as("officer")
    _walks_to(page, "nav.places a[href='/map/']")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    _walks_to(page, "#map canvas")
    for _step in range(2):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(500)
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    page.wait_for_selector("#map-chosen:not([hidden])")
    assert page.inner_text("#map-chosen h3") == "Harbour", "the map moved to the north-west"
    _walks_to(page, "#map-chosen a")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert "district_year:d2" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    _walks_to(page, ".map-show[data-id='d0']")
    page.keyboard.press("Enter")
    assert page.inner_text("#map-chosen h3") == "North"
    visitor.is_at_ease()
    visitor.leaves()


def test_layer_year_and_search_change_without_a_new_page(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.is_let_in_as("officer")
    visitor.goes("/map/")
    page.wait_for_selector(READY)
    page.evaluate("window.stayed = true")
    page.select_option("#map-layer", "inventory.plants")
    page.wait_for_selector("#map[data-shown$='plants.geojson']")
    assert page.locator("#map-legend circle").count() == 3 and "2000 places" in page.inner_text("#map-table")
    page.focus("#map-year")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(f"#map[data-shown*='{EARLIER}']")
    assert page.input_value("#map-run") == EARLIER and f"run={EARLIER}" in page.url
    page.fill("#map-q", "plant 1234")
    page.wait_for_function("() => document.querySelectorAll('#map-table tbody tr').length === 1")
    page.click(".map-show")
    assert page.inner_text("#map-chosen h3") == "Demo plant 1234"
    assert page.evaluate("window.stayed") is True
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    visitor.leaves()


def test_without_webgl_the_drawing_stands_in_the_maps_place(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    page.add_init_script(
        """const before = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return String(kind).startsWith("webgl") ? null : before.call(this, kind, ...rest);
        };"""
    )
    visitor.is_let_in_as("officer")
    visitor.goes("/map/")
    page.wait_for_selector("#map[data-shown='drawing'] img")
    page.wait_for_function("() => document.querySelector('#map img').naturalWidth > 100")
    assert "WebGL" in page.inner_text("#map-failed") and page.locator("#map-table tbody tr").count() == 4
    page.select_option("#map-layer", "inventory.plants")
    page.wait_for_function("() => document.querySelector('#map img').src.includes('plants')")
    assert not any("maplibre" in url for url in visitor.asked), "what cannot run is not loaded"
    visitor.is_at_ease()
    visitor.leaves()


def test_without_scripts_a_form_a_drawing_and_a_table_say_the_same(site: str, chromium: Any):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(site)
    page.click('button[value="demo-branch"]')
    page.goto(f"{site}/map/")
    page.select_option("#map-layer", "inventory.plants")
    page.fill("#map-q", "P0007")
    page.click("#map-form button")
    assert page.inner_text("#map-table tbody tr").strip().startswith("Demo plant 0007")
    assert page.request.get(site + page.get_attribute("#map img", "src")).text().startswith("<svg")
    page.click("#map-table tbody a")
    assert "plant:P0007,2024 plant_tco2e" in page.inner_text("main")
    context.close()


def test_the_map_comes_after_the_page(site: str, chromium: Any):
    """Its program is larger than all pages together; who waits for it waits with the page read."""
    visitor = Visitor(chromium, site, DESK)
    visitor.is_let_in_as("officer")
    visitor.goes("/map/")
    visitor.page.wait_for_selector(READY)
    loaded = visitor.page.evaluate(
        """() => [performance.getEntriesByType("navigation")[0].loadEventStart,
                 performance.getEntriesByType("resource").filter(each => /maplibre|geojson/.test(each.name))
                     .map(each => each.startTime)]"""
    )
    assert len(loaded[1]) >= 3 and min(loaded[1]) >= loaded[0] > 0
    visitor.leaves()


FURTHER = {
    "officer": (f"/runs/{LATEST}/inventory/", f"/runs/{LATEST}/", "/map/", "/measures/carbon_dual_control/"),
    "emitter": ("/book/EM-1001/", "/book/EM-1001/SZEA-2024/", "/transfers/new/", "/accounts/2fa/"),
}


def test_on_no_page_of_any_role_anything_is_held_back(site: str, chromium: Any):
    """Each goes wherever the navigation leads them; afterwards the list of what browsers reported is empty."""
    for name in sorted(EVERYBODY):
        visitor = Visitor(chromium, site, DESK, "zh-CN")
        visitor.is_let_in_as(name)
        hrefs = visitor.page.eval_on_selector_all("nav.places a", "all => all.map(each => each.getAttribute('href'))")
        for path in (*hrefs, *FURTHER.get(name, ())):
            visitor.goes(path)
        visitor.is_at_ease()
        visitor.leaves()
    admin = Visitor(chromium, site, DESK)
    admin.is_let_in_as("admin")
    admin.goes("/policy-reports/")
    assert "Nothing was held back" in admin.page.inner_text("main")
    admin.meets_no_barrier()
    admin.leaves()


def test_what_is_planted_on_a_page_is_reported_by_the_browser_and_told(site: str, chromium: Any):
    """Else an empty list would say nothing."""
    visitor = Visitor(chromium, site, DESK)
    visitor.is_let_in_as("admin")
    with visitor.page.expect_response("**/policy-reports/take/") as answer:
        visitor.page.evaluate(
            "document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')"
        )
    assert answer.value.status == 204
    visitor.goes("/policy-reports/")
    assert "style-src-attr" in visitor.page.inner_text("main table")
    visitor.leaves()
