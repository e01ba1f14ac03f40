"""Settings for all tests: steady properties, and no test that silently does not run in CI."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator

import pytest
from hypothesis import Phase, settings

# The books of the tests are their own, in a place where the server's own user may go as well.
os.environ["TANHENG_DATA"] = tempfile.mkdtemp(prefix="tanheng-test-")

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


@pytest.fixture(autouse=True, scope="session")
def _tables_of_the_books_can_be_emptied() -> Generator[None, None, None]:
    """A test whose commits count empties all tables at its end; for that alone, the guards against TRUNCATE stand by.

    Nothing else is loosened: within a test, TRUNCATE is refused as it is in the house.
    """
    from django.core.management.commands.flush import Command
    from django.db import connections

    flush = Command.handle

    def flush_with_guards_aside(self: Command, **options: object) -> None:
        with connections[str(options["database"])].cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"
            )
            guards = cursor.fetchall()
            for table, guard in guards:
                cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{guard}"')
            try:
                flush(self, **options)
            finally:
                for table, guard in guards:
                    cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{guard}"')

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Command, "handle", flush_with_guards_aside)
        yield
