"""Runs started and watched in a real browser, with a worker that is a process of its own, and one that is killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from tests.jobs.worker_process import comes_to, started
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor
from tests.portal.shelf import put_runs

pytestmark = [*ON_THE_SITE, pytest.mark.city]
EXAMPLE = Path(__file__).parents[2] / "examples" / "shenzhen"
LONG_MS = 120_000


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shelf of its own: runs are put on it here."""
    return put_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example city with a fiftieth of its enterprises."""
    from tanheng.example_city import make_city

    folder = tmp_path_factory.mktemp("city") / "shenzhen"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("demonstration"))
    make_city(folder, scale=0.02)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _at_work(site: str, city: Path, django_db_blocker: Any) -> Iterator[None]:
    with override_settings(TANHENG_CITY=str(city)):
        yield
    # Tables of the queue are none of Django's models, so nobody else empties them.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


@pytest.fixture
def surroundings(city: Path, shelf: Path) -> dict[str, str]:
    """What a worker of this house is told by its environment."""
    return {"TANHENG_CITY": str(city), "TANHENG_RUNS": str(shelf), "TANHENG_DEMO": "1"}


def asks_for(page: Any, year: int) -> None:
    page.click("main a:has-text('Start a run')")
    page.select_option("#year", str(year))
    page.click("button:has-text('Start the run')")
    page.wait_for_selector("#progress")


@pytest.mark.parametrize(("size", "year"), [(DESK, 2023), (PHONE, 2023)], ids=["desk", "phone"])
def test_an_officer_starts_a_run_watches_it_and_reads_its_assessment(
    size: tuple[int, int], year: int, site: str, chromium: Any, surroundings: dict[str, str]
):
    visitor = Visitor(chromium, site, size)
    page = visitor.page
    visitor.is_let_in_as("officer")
    page.click("main a:has-text('Start a run')")
    assert "Testville 2024" in page.inner_text("aside"), "what stands already is shown"
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    visitor.goes("/")
    asks_for(page, year)
    assert page.inner_text("#progress .tag") == "waiting"
    # What is asked for twice is one job, and home says that it is under way.
    where = page.url
    visitor.goes("/")
    assert "Assessment of the city" in page.inner_text(".todo")
    asks_for(page, year)
    assert page.url == where
    page.evaluate("window.sameDocument = true")
    with started(**surroundings):
        comes_to(lambda: int(page.inner_text(".bar-said").removesuffix(" %")) >= 20, 60)
        visitor.is_at_ease()
        visitor.meets_no_barrier()
        page.wait_for_selector("#progress a:has-text('Open what came of it')", timeout=LONG_MS)
    assert page.evaluate("window.sameDocument") is True, "watched without loading the page again"
    assert page.inner_text("#progress .tag") == "done"
    visitor.is_at_ease()
    page.click("#progress a:has-text('Open what came of it')")
    page.wait_for_selector(f"h1:has-text('Shenzhen {year}')")
    assert "demonstration" in page.inner_text(".lead")
    visitor.is_at_ease()
    visitor.leaves()


def test_without_scripts_a_run_is_started_and_watched_as_well(site: str, chromium: Any, surroundings: dict[str, str]):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(site)
    page.click('button[value="demo-officer"]')
    asks_for(page, 2023)
    with started(**surroundings):
        # The page loads itself again by its own head; nobody presses anything.
        page.wait_for_selector("#progress a:has-text('Open what came of it')", timeout=LONG_MS)
    page.click("#progress a:has-text('Open what came of it')")
    page.wait_for_selector("h1:has-text('Shenzhen 2023')")
    context.close()


def test_a_killed_workers_run_is_taken_up_again_and_the_page_says_so(
    site: str, chromium: Any, shelf: Path, surroundings: dict[str, str]
):
    visitor = Visitor(chromium, site, DESK, "zh-CN")
    page = visitor.page
    visitor.is_let_in_as("officer")
    page.click("main a:has-text('发起测算')")
    page.select_option("#year", "2020")
    page.click("button:has-text('开始测算')")
    page.wait_for_selector("#progress")
    with started(**surroundings) as first:
        comes_to(lambda: list(shelf.glob(".partial-*")), 60)
        first.kill()
        first.wait()
        assert list(shelf.glob(".partial-*")), "it was in the middle"
        with started(**surroundings):
            page.wait_for_selector("#progress li:has-text('重新开始')", timeout=LONG_MS)
            visitor.meets_no_barrier()
            page.wait_for_selector("#progress a:has-text('打开结果')", timeout=LONG_MS)
    assert list(shelf.glob(".partial-*")) == [], "what the killed one left is cleared away"
    visitor.is_at_ease()
    page.click("#progress a:has-text('打开结果')")
    page.wait_for_selector("h1:has-text('深圳 2020')")
    visitor.leaves()


def test_a_job_is_cancelled_from_its_page(site: str, chromium: Any):
    visitor = Visitor(chromium, site, PHONE)
    page = visitor.page
    visitor.is_let_in_as("officer")
    asks_for(page, 2021)
    page.click("button:has-text('Cancel the job')")
    page.wait_for_selector("#progress .tag.cancelled")
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    visitor.goes("/jobs/")
    assert "cancelled" in page.inner_text("tbody tr >> nth=0")
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    page.click("main a:has-text('What the house does by itself')")
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    visitor.leaves()


def test_a_statement_is_taken_away_by_who_asked(site: str, chromium: Any, surroundings: dict[str, str]):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.is_let_in_as("emitter")
    visitor.goes("/book/EM-1001/SZEA-2024/")
    page.click("button:has-text('As a table (CSV)')")
    page.wait_for_selector("#progress")
    with started(**surroundings):
        page.wait_for_selector("#progress a:has-text('Open what came of it')", timeout=LONG_MS)
    with page.expect_download() as download:
        page.click("#progress a:has-text('Open what came of it')")
    assert download.value.suggested_filename == "statement-EM-1001-SZEA-2024.csv"
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.startswith("at,transfer,with,purpose,reason,quantity,balance_after,unit\n") and "EM-1002" in text
    visitor.leaves()
