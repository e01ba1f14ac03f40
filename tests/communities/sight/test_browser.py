"""The noise map in a real browser: it is drawn, it answers, it explains, and nobody meets a barrier on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from tests.communities.sight.kept_study import with_traffic
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor, chromium, site
from tests.portal.shelf import put_city, put_runs

from tanheng.communities.actions import do_keep_study
from tanheng.communities.sight.asking import Asked, changed
from tanheng.communities.sight.legend import DIFFERENCE, LEVELS
from tanheng.people.rights import HOUSE

pytestmark = ON_THE_SITE
__all__ = ["chromium", "site"]
# Without a graphics card a map of this size is drawn within a few seconds, and a busy machine has others to draw.
DRAWN_MS = 60_000


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_city(tmp_path_factory.mktemp("city") / "testville")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def place(
    site: str, study_folder: Path, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The page of a study that the books of the served site have."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        data = tmp_path_factory.mktemp("data")
        patch.setattr("tanheng.communities.studied.data_folder", lambda: data)
        address = do_keep_study(study_folder, acting_user=HOUSE).get_absolute_url()
        connection.close()
        yield address


@pytest.fixture
def officer(place: str, chromium: Any, site: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    size, language = getattr(request, "param", (DESK, "en-GB"))
    visitor = Visitor(chromium, site, size, language)
    visitor.page.set_default_timeout(DRAWN_MS)
    visitor.is_let_in_as("officer")
    under_way: set[str] = set()
    visitor.page.on("request", lambda asked: under_way.add(asked.url))
    visitor.page.on("requestfinished", lambda asked: under_way.discard(asked.url))
    visitor.page.on("requestfailed", lambda asked: under_way.discard(asked.url))
    yield visitor
    # Nothing is asked any more: a chart that the site is still drawing would keep its books open.
    for _ in range(300):
        if not [url for url in under_way if url.startswith(site)]:
            break
        visitor.page.wait_for_timeout(100)
    visitor.leaves()


def sees(officer: Visitor, address: str) -> None:
    """Open the page and wait until the map stands still, drawn."""
    officer.goes(address)
    officer.page.wait_for_selector("#noise-map[data-shown]")
    assert officer.page.get_attribute("#noise-map", "data-shown") != "drawing", "the living map, not the drawing"


def pixels(officer: Visitor) -> set[tuple[int, int, int]]:
    """Colours of the map as it stands on the screen."""
    from io import BytesIO

    from PIL import Image

    found = Image.open(BytesIO(officer.page.locator("#noise-map canvas").first.screenshot())).convert("RGB")
    colours, counts = np.unique(np.asarray(found).reshape(-1, 3), axis=0, return_counts=True)
    return {(int(red), int(green), int(blue)) for red, green, blue in colours[counts > 20]}


def is_drawn(officer: Visitor, colours: tuple[str, ...]) -> set[str]:
    """Which of a scale's colours are on the map; seen from above they are as the legend has them."""
    seen = pixels(officer)
    there = set()
    for colour in colours:
        code = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        if any(max(abs(one - other) for one, other in zip(code, each, strict=True)) <= 3 for each in seen):
            there.add(colour)
    return there


def from_above(officer: Visitor) -> None:
    """Choose the look from above; lines and grid stay away, so that what is coloured is a façade."""
    officer.page.check("[name=noise-view][value='2d']")
    for layer in ("grid", "lines", "monitors"):
        officer.page.uncheck(f"[name=noise-layer][value={layer}]")
    officer.page.wait_for_timeout(1500)


@pytest.mark.parametrize("officer", [(PHONE, "zh-CN"), (DESK, "en-GB")], indirect=True, ids=["phone", "desk"])
def test_nobody_meets_a_barrier(officer: Visitor, place: str) -> None:
    for address in (place, f"{place}?show=Ln&speed=30&ban=1"):
        sees(officer, address)
        officer.is_at_ease()
        officer.meets_no_barrier()
    officer.goes(f"{place}why/0/")
    officer.is_at_ease()
    officer.meets_no_barrier()


def test_facades_stand_on_the_map_in_the_colours_of_their_levels(officer: Visitor, place: str) -> None:
    sees(officer, place)
    loud = {LEVELS.colour_of(level) for level in with_traffic().level("Ld").tolist()}
    from_above(officer)
    there = is_drawn(officer, LEVELS.colours)
    assert len(there & loud) >= 3, "façades of several classes"
    officer.page.uncheck("[name=noise-layer][value=strips]")
    officer.page.wait_for_timeout(1000)
    assert not is_drawn(officer, LEVELS.colours) - {"#FFFFFF"}, "it was façades that were coloured"
    officer.is_at_ease()


def test_another_traffic_is_answered_on_the_page_and_the_map_shows_the_change(
    officer: Visitor, place: str, study_folder: Path
) -> None:
    page = officer.page
    sees(officer, place)
    before = page.inner_text("#noise-summary .amount >> nth=0")
    page.evaluate("window.sameDocument = true")
    page.click(".noise-what-if summary")
    page.fill("#noise-speed", "30")
    page.check("[name=ban]")
    page.click("button:has-text('Work it out')")
    page.wait_for_selector("#noise-said:has-text('at most 30 km/h')")
    page.wait_for_selector("#noise-map[data-shown*='speed=30'][data-shown$='difference']")
    assert page.evaluate("window.sameDocument") is True, "the page stayed where it was"
    assert "speed=30" in page.url and "ban=1" in page.url, "it can be passed on"
    study = with_traffic()
    after = changed(study, study_folder, Asked(speed=30.0, ban=True)).level("Ld").max()
    shown = page.inner_text("#noise-summary .amount >> nth=0")
    assert shown == f"{after:.1f} dB(A)" and before == f"{study.level('Ld').max():.1f} dB(A)"
    assert "Change" in page.inner_text("#noise-legend h3")
    from_above(officer)
    assert is_drawn(officer, DIFFERENCE.colours[:3]), "quieter façades are blue"
    page.check("[name=noise-of][value=before]")
    page.wait_for_selector("#noise-map[data-shown$='before']")
    loud_before = is_drawn(officer, LEVELS.colours)
    page.check("[name=noise-of][value=after]")
    page.wait_for_selector("#noise-map[data-shown$='after']")
    assert loud_before != is_drawn(officer, LEVELS.colours), "before and after look different"
    officer.is_at_ease()


def test_a_facade_is_chosen_and_says_where_its_level_comes_from(officer: Visitor, place: str) -> None:
    page = officer.page
    sees(officer, place)
    # From the table: the map turns there, and the panel has the table's own figure.
    row = page.locator("#noise-table tbody tr").first
    figure = row.locator("td").nth(1).inner_text().split()[0]
    row.locator(".noise-go").click()
    page.wait_for_selector("#noise-chosen:not([hidden])")
    assert page.inner_text("#noise-chosen .amount") == f"Ld {figure} dB(A)"
    page.wait_for_timeout(1500)
    # By keyboard: what is in the middle of the map, which is now that façade's building.
    page.evaluate("document.getElementById('noise-chosen').hidden = true")
    page.focus("#noise-map canvas")
    page.keyboard.press("Enter")
    page.wait_for_selector("#noise-chosen:not([hidden])")
    # By pointer.
    page.evaluate("document.getElementById('noise-chosen').hidden = true")
    box = page.locator("#noise-map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#noise-chosen:not([hidden])")
    assert "floor" in page.inner_text("#noise-chosen h3")
    page.click("#noise-chosen a")
    page.wait_for_selector("text=What each source brings here")
    assert "Main Road" in page.inner_text("body")
    officer.is_at_ease()


def test_before_and_after_lie_side_by_side_with_a_divider_that_hand_and_keys_move(officer: Visitor, place: str) -> None:
    page = officer.page
    sees(officer, f"{place}?flow=5")
    from_above(officer)
    page.check("[name=noise-of][value=before]")
    page.wait_for_selector("#noise-map[data-shown$='before']")
    before = is_drawn(officer, LEVELS.colours)
    page.check("[name=noise-of][value=after]")
    page.wait_for_selector("#noise-map[data-shown$='after']")
    after = is_drawn(officer, LEVELS.colours)
    assert before - after and after - before, "a twentieth of the traffic"
    page.check("[name=noise-of][value=swipe]")
    page.wait_for_selector("#noise-map[data-shown$='swipe']")
    assert page.locator("#noise-map canvas").count() == 2
    slider = page.locator(".swipe-slider")
    # The whole of either side, and what is cut of the other.
    slider.press("End")
    assert is_drawn(officer, LEVELS.colours) >= before - {"#FFFFFF"}
    slider.press("Home")
    assert is_drawn(officer, LEVELS.colours) >= after - {"#FFFFFF"}
    assert not is_drawn(officer, tuple(before - after)), "before is covered"
    for _ in range(3):
        slider.press("ArrowRight")
    assert slider.input_value() == "3" and "After 97 %" in (slider.get_attribute("aria-valuetext") or "")
    box = page.locator("#noise-map").bounding_box()
    handle = page.locator(".swipe-divider").bounding_box()
    assert box is not None and handle is not None
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 3)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 3, steps=5)
    page.mouse.up()
    assert slider.input_value() == "60"
    # Who moves one side moves both.
    seen_at = page.get_attribute("#noise-map", "data-view")
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -300)
    moved = """was => {
        const views = ['#noise-map', '.noise-over'].map(one => document.querySelector(one).dataset.view);
        return views[0] && views[0] === views[1] && views[0] !== was;
    }"""
    page.wait_for_function(moved, arg=seen_at)
    officer.is_at_ease()
    officer.meets_no_barrier()
    page.check("[name=noise-of][value=difference]")
    page.wait_for_selector("#noise-map[data-shown$='difference']")
    assert page.locator("#noise-map canvas").count() == 1 and not slider.count(), "the buttons do without"
    officer.is_at_ease()
