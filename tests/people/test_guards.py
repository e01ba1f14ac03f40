"""What the database refuses, whoever asks and by whatever way."""

import pytest
from django.db import IntegrityError, connection, transaction

from tanheng.people import audit
from tanheng.people.models import AuditEntry, Organisation, User

pytestmark = pytest.mark.django_db


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="is refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_entry_of_the_audit_trail_cannot_be_rewritten_or_removed():
    entry = audit.record(
        "people.invite", "organisation 1", old={"role": "reader"}, new={"role": "officer"}, acting_user=None
    )
    refused("UPDATE people_audit_entry SET actor_id = 1")
    refused("DELETE FROM people_audit_entry")
    refused("TRUNCATE people_audit_entry")
    kept = AuditEntry.objects.get()
    assert (kept.pk, kept.old, kept.new) == (entry.pk, {"role": "reader"}, {"role": "officer"})


def test_users_and_organisations_that_the_trail_names_stay():
    User.objects.create_user("chen")
    Organisation.objects.create(kind="emitter", name="Glass works")
    refused("DELETE FROM people_user")
    refused("DELETE FROM people_organisation")
    refused("TRUNCATE people_user CASCADE")
    refused("TRUNCATE people_organisation CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_tests_with_commits_begin_with_empty_books(turn: int):
    assert not AuditEntry.objects.exists(), f"turn {turn} found what another left"
    audit.record("people.invite", "organisation 1", acting_user=None)
