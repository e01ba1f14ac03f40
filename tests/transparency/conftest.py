"""A table of deeds whose rows go into the log, as any app's do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tanheng.transparency import sources

KIND = 77
BODY = "SELECT id, json_build_object('id', id, 'what', what)::text FROM deeds WHERE id = ANY(%s)"
IDS = "SELECT id FROM deeds WHERE id > %s ORDER BY id"


class Deeds:
    """Rows of the books."""

    kind = KIND

    def do(self, *what: str) -> list[int]:
        """Write rows; their ids."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO deeds (what) SELECT unnest(%s::text[]) RETURNING id", [list(what)])
            return [row[0] for row in cursor.fetchall()]

    def sql(self, text: str) -> None:
        """Whatever somebody with the password does, triggers set aside."""
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(text)
            cursor.execute("SET session_replication_role = origin")


def _make() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE deeds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text)")
        cursor.execute(
            "CREATE TRIGGER deeds_to_log AFTER INSERT ON deeds REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{KIND}')"
        )


@pytest.fixture
def deeds(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deeds]:
    """Deeds in a transaction that is taken back afterwards; no other kind of row is known."""
    monkeypatch.setattr(sources, "_sources", {})
    sources.register(KIND, "deed", BODY, ids_sql=IDS)
    _make()
    yield Deeds()


@pytest.fixture
def lasting_deeds(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deeds]:
    """Deeds that are committed, for tests with several connections."""
    monkeypatch.setattr(sources, "_sources", {})
    sources.register(KIND, "deed", BODY, ids_sql=IDS)
    _make()
    yield Deeds()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE deeds")
