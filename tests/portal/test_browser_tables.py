"""Tables handed in and rulebooks compared in a real browser, by those who do it, at a desk and on a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor
from tests.portal.shelf import put_runs
from tests.submissions.town import build, fuel

from tanheng.portal.demo_books import NUMBERS

pytestmark = [*ON_THE_SITE, pytest.mark.city]

FAULTY = fuel(
    "OWN-1,2024-01-01,natural_gas,,-12", "OWN-1,2024-02-15,natural_gas,,3", "OWN-2,2024-03-01,natural_gas,,11"
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small city in which two plants are the demonstration's emitter's."""
    return build(tmp_path_factory.mktemp("town") / "testville", NUMBERS["emitter"])


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module", autouse=True)
def _comparisons_of_their_own(
    site: str, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[None]:
    with override_settings(TANHENG_COMPARISONS=str(tmp_path_factory.mktemp("comparisons"))):
        yield
    # Tables of the queue are none of Django's models, so nobody else empties them.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


def works() -> None:
    """As a worker does it, on connections of its own: what a test does itself is never committed."""
    from tanheng.jobs.worker import work_off

    failed: list[BaseException] = []

    def job() -> None:
        try:
            work_off()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=job)
    thread.start()
    thread.join()
    assert failed == []


def file(content: bytes) -> dict[str, Any]:
    return {"name": "燃料.csv", "mimeType": "text/csv", "buffer": content}


REFORM = """\
changes: shenzhen
title: {en: a, zh: b}
from: 2024-01-01
parameters:
  no.such: 1
  inventory.heat_factor: warm
"""
WAYS = [(DESK, "en-GB"), (PHONE, "zh-CN")]


@pytest.mark.parametrize(("size", "language"), WAYS, ids=["desk", "phone"])
def test_a_faulty_table_is_read_mended_handed_in_and_taken_in(
    size: tuple[int, int], language: str, site: str, chromium: Any
):
    visitor = Visitor(chromium, site, size, language)
    page = visitor.page
    visitor.is_let_in_as("emitter")
    visitor.goes("/tables/of/fuel_use/")
    visitor.meets_no_barrier()
    page.click("a.btn-primary[href*='table=fuel_use']")
    visitor.meets_no_barrier()
    page.set_input_files("#file", files=[file(FAULTY)])
    page.click("main form button.btn-primary")
    page.wait_for_selector("#line-2")
    said = page.inner_text("#line-2")
    assert "volume_10k_nm3" in said and "-12" in said
    assert ("must be 0 or more" if language == "en-GB" else "应为不小于 0") in said
    assert "2024-02-01" in page.inner_text("#line-3"), "how to mend it"
    assert page.locator("article.sent-row").count() == 2
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    page.fill("#l2c4", "12")
    page.fill("#l3c1", "2024-02-30")
    page.click("main article ~ p button.btn-primary")
    page.wait_for_selector("#line-3")
    assert page.locator("article.sent-row").count() == 1, "one row is mended, the other is not"
    page.fill("#l3c1", "2024-02-01")
    page.click("main article ~ p button.btn-primary")
    page.wait_for_selector("button[value=hand_in]")
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    page.click("button[value=hand_in]")
    page.wait_for_selector(".tag.waiting")
    where = page.url.removeprefix(site)
    visitor.leaves()
    officer = Visitor(chromium, site, size, language)
    officer.is_let_in_as("officer")
    officer.goes("/")
    officer.page.click(f"main a[href='{where}']")
    officer.page.wait_for_selector("button[value=take]")
    officer.meets_no_barrier()
    officer.page.click("button[value=take]")
    officer.page.wait_for_selector(".tag.taken")
    officer.is_at_ease()
    officer.leaves()


def test_a_file_is_sent_again_as_a_new_version(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.is_let_in_as("emitter")
    visitor.goes("/tables/new/?table=fuel_use")
    page.set_input_files("#file", files=[file(FAULTY)])
    page.click("main form button.btn-primary")
    page.click("a:has-text('Send a new version')")
    page.set_input_files("#file", files=[file(FAULTY.replace(b"-12", b"12").replace(b"02-15", b"02-01"))])
    page.click("main form button.btn-primary")
    page.wait_for_selector("text=No faults.")
    page.click("a:has-text('the version before')")
    page.wait_for_selector(".tag.replaced")
    visitor.is_at_ease()
    visitor.leaves()


def test_without_scripts_a_table_is_sent_and_mended(site: str, chromium: Any):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(site)
    page.click('button[value="demo-emitter"]')
    page.goto(f"{site}/tables/new/?table=fuel_use")
    page.set_input_files("#file", files=[file(FAULTY)])
    page.click("main form button.btn-primary")
    page.check("#line-2 input[type=checkbox]")
    page.fill("#l3c1", "2024-02-01")
    page.click("main article ~ p button.btn-primary")
    assert "2 rows are well formed" in page.inner_text(".alert-success >> nth=-1")
    context.close()


@pytest.mark.parametrize(("size", "language"), WAYS, ids=["desk", "phone"])
def test_two_rulebooks_are_compared_and_one_sees_who_gains(
    size: tuple[int, int], language: str, site: str, chromium: Any
):
    visitor = Visitor(chromium, site, size, language)
    page = visitor.page
    visitor.is_let_in_as("officer")
    visitor.goes("/compare/")
    page.click("main .head a.btn-primary")
    visitor.meets_no_barrier()
    page.fill("#q", "heat_factor")
    page.click("button[name=look]")
    page.click("button[name=add][value='inventory.heat_factor']")
    page.wait_for_selector("fieldset.chosen-parameter")
    visitor.meets_no_barrier()
    page.fill("[id='value-inventory.heat_factor']", "many")
    page.click("button[name=start]")
    assert "many" in page.inner_text(".alert-danger")
    # The browser itself notes the answer 422 in its console; that is what it is for.
    visitor.complaints = [said for said in visitor.complaints if "422" not in said]
    page.fill("[id='value-inventory.heat_factor']", "0.09" if size == DESK else "0.08")
    page.click("button[name=start]")
    page.wait_for_selector("#progress")
    works()
    page.reload()
    page.click("#progress a.btn-primary")
    page.wait_for_selector("main h2")
    assert "0.09" in page.inner_text("h1") if size == DESK else "0.08" in page.inner_text("h1")
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    visitor.goes("/compare/")
    assert page.locator("main table tbody tr").count() >= 1
    visitor.is_at_ease()
    visitor.leaves()


def test_a_reform_with_faults_is_told_line_by_line_before_anything_starts(site: str, chromium: Any):
    visitor = Visitor(chromium, site, DESK)
    page = visitor.page
    visitor.is_let_in_as("officer")
    visitor.goes("/compare/new/?way=overlay")
    page.fill("#overlay", REFORM)
    page.click("button[name=start]")
    said = page.inner_text(".alert-danger")
    assert "line 5" in said and "no.such" in said and "line 6" in said and "warm" in said
    for way in ("reform", "sweep", "dates"):
        visitor.goes(f"/compare/new/?way={way}")
        visitor.meets_no_barrier()
    visitor.leaves()
