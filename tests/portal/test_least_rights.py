"""The web processes as a role of the database that does not own the tables: it cannot switch the guards off."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.database.commands import PASSWORD, House

# As docs/operate.md says.
GRANTS = """
CREATE ROLE web LOGIN;
GRANT USAGE ON SCHEMA public TO web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO web;
"""
WORK = """
from tanheng.people.actions import do_create_organisation
from tanheng.people.rights import HOUSE
from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account, do_transfer
do_define_asset("CNY", "cash", "yuan", second_person=False, acting_user=HOUSE)
owner = do_create_organisation("bank", "Bank of Clay", acting_user=HOUSE)
for number in ("A", "B"):
    do_open_account(number, "cash", owner, second_person=False, acting_user=HOUSE)
do_issue_units("CNY", "A", 100, purpose="deposit", acting_user=HOUSE)
print(do_transfer("A", "B", "CNY", 5, acting_user=HOUSE).code)
"""
QUEUE = """
import threading, time
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.models import Job, LastRound
from tanheng.jobs.worker import Worker
from tanheng.people.rights import HOUSE
job = do_start_job("export", {"what": "ledger", "format": "csv"}, acting_user=HOUSE)
worker = Worker()
thread = threading.Thread(target=worker.run)
thread.start()
end = time.monotonic() + 60
while not LastRound.objects.filter(routine="check_ledger", ended_at__isnull=False) or job.under_way:
    assert time.monotonic() < end
    job.refresh_from_db()
    time.sleep(0.1)
worker.stop()
thread.join()
print(job.state, LastRound.objects.get(routine="check_ledger").state)
"""
FORBIDDEN = (
    "ALTER TABLE people_audit_entry DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_posting DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "DROP TABLE people_audit_entry",
    "TRUNCATE people_audit_entry",
    "UPDATE people_audit_entry SET actor_id = NULL",
    "DELETE FROM ledger_posting",
)


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tanheng-least-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_role_that_owns_nothing_does_the_daily_work_and_cannot_switch_the_guards_off(folder: Path):
    owner = House(folder / "data")
    with owner.kept_running():
        owner.settle()
        owner.do(f"from tanheng.database.place import connect\nconnect().execute({GRANTS!r})")
        web = House(folder / "web", f"postgresql://web@/tanheng?host={folder / 'data' / 'postgresql'}")
        web.must("create-user", "second", "--organisation", "Bureau", stdin=PASSWORD + "\n")
        assert web.do(WORK).strip().endswith("0")
        web.must("seal-log")
        web.must("check-ledger")
        web.must("check-log")
        web.must("tidy")
        assert web.do(QUEUE).split() == ["done", "done"]
        for statement in FORBIDDEN:
            tried = web.do(
                "from django.db import connection, DatabaseError\n"
                "try:\n"
                f"    print(connection.cursor().execute({statement!r}), 'done')\n"
                "except DatabaseError as error:\n"
                "    print('refused')\n"
            )
            assert tried.strip() == "refused", statement
