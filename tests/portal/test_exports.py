"""Files to take away: what stands in them, who gets them, for how long, and that no cell of theirs is a formula."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.portal.shelf import LATEST
from tests.portal.test_pages import signed_in

from tanheng.jobs.actions import do_start_job
from tanheng.jobs.models import Job
from tanheng.jobs.worker import work_off
from tanheng.ledger.actions import do_transfer
from tanheng.ledger.models import Account, Posting, Transfer
from tanheng.ledger.results import Code
from tanheng.people.models import Membership, User
from tanheng.people.rights import HOUSE, Refused
from tanheng.portal.work import kept_files
from tanheng.portal.work.cells import safe, write_csv
from tanheng.problems import InputRejected

pytestmark = pytest.mark.usefixtures("town")
STATEMENT = {"what": "statement", "format": "csv", "account": "EM-1001", "asset": "SZEA-2024"}
FORMULA = '=HYPERLINK("http://elsewhere.example","see")'


def user(name: str) -> User:
    return User.objects.get(username=f"demo-{name}")


def asked_for(name: str, **what: str) -> Job:
    job = do_start_job("export", dict(what), acting_user=user(name))
    work_off()
    job.refresh_from_db()
    assert job.state == "done", (job.problems, job.fault)
    return job


def taken(client: Client, job: Job) -> bytes:
    answer = client.get(reverse("job_file", args=[job.pk]))
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_statement_says_what_was_posted_and_ends_with_what_is_held():
    rows = rows_of(taken(signed_in("emitter"), asked_for("emitter", **STATEMENT)))
    account = Account.objects.get(number="EM-1001")
    posted = Posting.objects.filter(account=account, asset__code="SZEA-2024").order_by("at", "transfer_id")
    assert [int(row["quantity"]) for row in rows] == [each.quantity for each in posted] != []
    assert [int(row["balance_after"]) for row in rows] == [each.balance_after for each in posted]


def test_the_whole_ledger_has_every_transfer():
    rows = rows_of(taken(signed_in("officer"), asked_for("officer", what="ledger", format="csv")))
    assert [int(row["transfer"]) for row in rows] == list(Transfer.objects.order_by("pk").values_list("pk", flat=True))


def beancount_agrees(content: bytes, folder: Path) -> None:
    file = folder / "books.beancount"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", str(file)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_beancount_balances_a_statement_and_the_ledger(tmp_path: Path):
    statement = taken(signed_in("emitter"), asked_for("emitter", **{**STATEMENT, "format": "beancount"}))
    assert b"balance Held:Compliance:NEM-2d-1001" in statement
    beancount_agrees(statement, tmp_path)
    beancount_agrees(taken(signed_in("officer"), asked_for("officer", what="ledger", format="beancount")), tmp_path)


def test_what_somebody_wrote_as_a_reason_is_no_formula_in_the_file():
    answer = do_transfer("EM-1002", "EM-1001", "SZEA-2024", 1, reason=FORMULA, acting_user=HOUSE)
    assert answer.code == Code.OK, answer.code
    content = taken(signed_in("power"), asked_for("power", **{**STATEMENT, "account": "EM-1002"}))
    last = rows_of(content)[-1]
    assert (last["reason"], last["quantity"]) == (f"'{FORMULA}", "-1"), "a minus before a number stays a number"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1", "' =1"),
        ("\u3000＝1", "'\u3000＝1"),
        ("＋1", "'＋1"),
        (-5, "-5"),
        (1.5, "1.5"),
        (None, ""),
        ("a=b", "a=b"),
        ("某公司", "某公司"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(cell: Any, written: str):
    assert safe(cell) == written


def test_quotes_and_ends_of_lines_stay_within_their_cell():
    stream = io.StringIO()
    write_csv(stream, ["a", "b"], [['x"\n=1', "y,=2"]])
    assert list(csv.reader(io.StringIO(stream.getvalue().removeprefix("\ufeff")))) == [
        ["a", "b"],
        ['x"\n=1', "y,=2"],
    ]


def test_the_tables_of_an_assessment_come_in_one_archive():
    content = taken(signed_in("auditor"), asked_for("auditor", what="run", format="csv", run=LATEST))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert "inventory/largest.csv" in names and archive.testzip() is None
        rows = list(csv.reader(io.StringIO(archive.read("inventory/largest.csv").decode("utf-8-sig"))))
    assert len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("emitter", {"what": "ledger", "format": "csv"}),
        ("emitter", {"what": "run", "format": "csv", "run": LATEST}),
        ("admin", {"what": "ledger", "format": "csv"}),
    ],
)
def test_who_may_not_see_it_gets_no_file_of_it(name: str, what: dict[str, str]):
    with pytest.raises(Refused):
        do_start_job("export", what, acting_user=user(name))
    assert signed_in(name).post(reverse("ask_export"), what).status_code == 403


def test_anothers_account_is_as_if_it_were_not_there():
    for account in ("EM-1001", "NOWHERE"):
        asked = {**STATEMENT, "account": account}
        assert signed_in("bank").post(reverse("ask_export"), asked).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"what": "everything", "format": "csv"},
        {"what": "ledger", "format": "exe"},
        {"what": "ledger", "format": "csv", "run": "x"},
        {"what": "run", "format": "csv", "run": "../../etc/passwd"},
        {"what": "run", "format": "csv", "run": "0000000000000000"},
        {**STATEMENT, "account": "\x00"},
    ],
)
def test_what_cannot_be_wanted_is_refused_with_words(what: dict[str, str]):
    with pytest.raises(InputRejected, match=r"portal\.X001"):
        do_start_job("export", what, acting_user=user("officer"))
    answer = signed_in("officer").post(reverse("ask_export"), what, follow=True)
    assert answer.status_code == 200 and "alert-danger" in answer.content.decode()


def test_who_lost_the_right_meanwhile_gets_nothing():
    officer = user("officer")
    job = do_start_job("export", {"what": "ledger", "format": "csv"}, acting_user=officer)
    Membership.objects.filter(user=officer).delete()
    work_off()
    job.refresh_from_db()
    assert job.state == "failed" and job.problems[0]["code"] == "people.refused" and job.result is None


def test_a_file_is_for_who_asked_and_for_a_week_only():
    job = asked_for("officer", what="ledger", format="csv")
    file = kept_files.find((job.result or {})["file"])
    assert file is not None and file.stat().st_mode & 0o077 == 0 and file.parent.stat().st_mode & 0o077 == 0
    where = reverse("job_file", args=[job.pk])
    for name in ("admin", "auditor", "emitter"):
        assert signed_in(name).get(where).status_code == 404, name
    assert "Open what came of it" not in signed_in("admin").get(reverse("job", args=[job.pk])).content.decode()
    assert kept_files.clear() == 0
    old = time.time() - kept_files.KEPT.total_seconds() - 60
    os.utime(file, (old, old))
    assert signed_in("officer").get(where).status_code == 404
    assert kept_files.clear() == 1 and not file.exists()
    assert kept_files.find("../secret_key") is None and kept_files.find(None) is None


def test_a_file_whose_making_fails_leaves_nothing():
    before = set(kept_files.folder().iterdir())
    with pytest.raises(ZeroDivisionError), kept_files.new_file() as (draft, _token):
        draft.write_text("half")
        raise ZeroDivisionError
    assert set(kept_files.folder().iterdir()) == before
