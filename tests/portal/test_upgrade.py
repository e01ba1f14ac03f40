"""Books of the first day, with people and what they did in them, under the program of today."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.database.commands import House

FIRST = """
from django.core.management import call_command
for app in ("contenttypes", "auth", "sessions", "transparency", "people"):
    first = {"people": "0001", "transparency": "0001"}.get(app)
    call_command("migrate", app, *([first] if first else []), verbosity=0)
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO people_user (username, name, email, password) VALUES ('zhao', 'Zhao', '', 'x')")
    cursor.execute("INSERT INTO people_organisation (kind, name, district) VALUES ('bureau', 'Bureau', '')")
    cursor.execute("INSERT INTO people_membership (user_id, organisation_id, role) VALUES (1, 1, 'administrator')")
    cursor.execute(
        "INSERT INTO people_audit_entry (actor_id, organisation_id, action, subject) "
        "SELECT 1, 1, 'people.invite', 'invitation ' || n FROM generate_series(1, 1000) n"
    )
"""
LOOK = """
import json
from tanheng.people.models import AuditEntry, Membership
from tanheng.people.rights import may
from tanheng.transparency.models import Pending
zhao = Membership.objects.get().user
print(json.dumps({
    "may": may(zhao, "people.found", None),
    "entries": AuditEntry.objects.count(),
    "waiting": list(Pending.objects.filter(kind=1).order_by("id").values_list("ref", flat=True)),
}))
"""


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="tanheng-upgrade-"))
    folder.chmod(0o755)
    yield House(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


def test_books_of_the_first_migration_come_up_to_today_with_all_that_is_in_them(house: House):
    with house.kept_running():
        house.do(FIRST)
        to_do = house.must("migrate", "--list")
        assert "people.0002_leaves" in to_do and "people.0001_people" not in to_do
        done = house.must("migrate")
        assert done.splitlines()[:-1] == to_do.splitlines()[:-1]
        assert house.must("migrate").strip() == "0 migrations done"
        found = json.loads(house.do(LOOK))
    assert found["may"] is True
    assert found["entries"] == 1000
    assert found["waiting"] == list(range(1, 1001)), "what was done before goes into the log too, in order"
