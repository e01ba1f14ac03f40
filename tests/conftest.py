"""Settings for all tests: steady properties, and no test that silently does not run in CI."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

# The books of the tests are their own, in a place where the server's own user may go as well.
os.environ["TANHENG_DATA"] = tempfile.mkdtemp(prefix="tanheng-test-")
# Registered before the embedded server's own farewell, and so run after it.
atexit.register(shutil.rmtree, os.environ["TANHENG_DATA"], ignore_errors=True)

# What a visitor of the site finds wrong is told as a test's own assertion would be.
pytest.register_assert_rewrite("tests.portal.browser")

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")

settings.register_profile("desk", deadline=None, print_blob=True)
# CI tells that an example fails, at once; to make it small is for whoever mends it.
AS_FOUND = (Phase.explicit, Phase.generate)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True, phases=AS_FOUND)
settings.load_profile("ci" if IN_CI else "desk")


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """A skip in CI is a check that nobody made; an expected failure is not a skip."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where every test must run: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_what_is_append_only() -> None:
    """A test with real commits empties the tables after it; the books' own triggers would refuse, and rightly.

    For the one transaction that empties them, the test's own connection sets triggers aside (a superuser's right).
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.sql_flush

    def flush_anyway(self: Any, *arguments: Any, **options: Any) -> list[str]:
        statements = flush(self, *arguments, **options)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    DatabaseOperations.sql_flush = flush_anyway  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _tests_come_in_by_a_side_door() -> None:
    """Without TLS and without a second factor; both are tried where they are meant."""
    from django.conf import settings

    settings.SECURE_SSL_REDIRECT = False
    settings.TANHENG_SECOND_FACTOR = "offered"
    # What is said is compared in one language; that there is another is tried where it is meant.
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example city with a fiftieth of its enterprises; made once, for nobody to change."""
    from tanheng.example_city import make_city

    folder = tmp_path_factory.mktemp("city") / "shenzhen"
    example = Path(__file__).parents[1] / "examples" / "shenzhen"
    shutil.copytree(example, folder, ignore=shutil.ignore_patterns("demonstration"))
    make_city(folder, scale=0.02)
    return folder


@pytest.fixture(autouse=True)
def _tests_read_english() -> None:
    """Whatever language a request of the test before was answered in."""
    from django.utils import translation

    translation.deactivate_all()
