"""The ledger at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ledger.books import ALLOWANCE, CASH, Books, without_triggers
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.ledger.actions import do_transfer
from tanheng.ledger.models import AccountStatus, Difference
from tanheng.people.rights import HOUSE

pytestmark = pytest.mark.django_db


def test_books_that_agree_are_told_so(filled: Books):
    told = CliRunner().invoke(app, ["check-ledger"])
    assert (told.exit_code, "3 transfers and 6 postings agree" in told.stdout) == (0, True)


@pytest.mark.parametrize("look_only", [True, False])
def test_what_differs_is_told_and_blocked_unless_one_only_looks(filled: Books, look_only: bool):
    do_transfer("A1", "B1", ALLOWANCE, 10, acting_user=HOUSE)
    without_triggers("UPDATE ledger_balance SET posted = 11 WHERE account_id = %s", filled.account("B1").pk)
    told = CliRunner().invoke(app, ["check-ledger", *(["--look-only"] if look_only else [])])
    assert told.exit_code == 1
    assert "ledger.C001" in told.stderr and "recorded 11, recomputed 10" in told.stderr
    expected = AccountStatus.OPEN if look_only else AccountStatus.BLOCKED
    assert filled.account("B1").status == expected
    assert Difference.objects.exists() is not look_only


def test_the_ledger_is_exported_whole(filled: Books, tmp_path: Path):
    file = tmp_path / "ledger.beancount"
    told = CliRunner().invoke(app, ["export-ledger", str(file)])
    assert told.exit_code == 0, told.exception
    assert "open Held:Cash:NYUAN-2d-A" in file.read_text()
    assert file.read_text().count(" balance ") == 6


def test_what_is_due_is_done(filled: Books):
    do_transfer("YUAN-A", "YUAN-B", CASH, 1, acting_user=HOUSE)
    told = CliRunner().invoke(app, ["run-ledger"])
    assert (told.exit_code, "0 done, 0 refused" in told.stdout) == (0, True)
