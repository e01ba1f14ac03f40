"""The audit trail in the transparency log."""

import json

import pytest
from django.db import connection

from tanheng.people import audit, leaves
from tanheng.people.audit import Value
from tanheng.people.models import AuditEntry
from tanheng.people.origin import coming_from
from tanheng.transparency.models import Pending

pytestmark = pytest.mark.django_db


def body(entry: AuditEntry) -> str:
    with connection.cursor() as cursor:
        cursor.execute(leaves.BODY, [[entry.pk]])
        ((found, text),) = cursor.fetchall()
    assert found == entry.pk
    return str(text)


def test_an_entry_waits_for_the_log_from_the_moment_it_is_written():
    one = audit.record("people.invite", "organisation 1", acting_user=None)
    two = audit.record("people.invite", "organisation 2", acting_user=None)
    assert list(Pending.objects.order_by("id").values_list("kind", "ref")) == [(1, one.pk), (1, two.pk)]


def test_many_entries_of_one_statement_all_go_to_the_log():
    AuditEntry.objects.bulk_create(AuditEntry(action="a.b", subject=f"thing {i}") for i in range(5))
    assert Pending.objects.filter(kind=1).count() == 5


def test_bytes_of_an_entry_are_canonical_json():
    old: dict[str, Value] = {"zh": '碳衡\n"x"', "a": [3, {"d": None, "c": True}], "é": {}, "B": [], "aa": -7}
    with coming_from("api 127.0.0.1"):
        entry = audit.record("people.roles", "user 7", old=old, new=None, acting_user=None)
    entry.refresh_from_db()
    expected = {
        "id": entry.pk,
        "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": None,
        "organisation": None,
        "action": "people.roles",
        "subject": "user 7",
        "old": old,
        "new": None,
        "origin": "api 127.0.0.1",
        "salt": str(entry.salt),
    }
    assert body(entry) == json.dumps(expected, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
