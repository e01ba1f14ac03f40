"""The database itself keeps what is in the log: whoever has its password cannot rewrite it by mistake."""

import pytest
from django.db import IntegrityError, connection, transaction

ROWS = {
    "transparency_leaf": "(leaf_index, kind, ref, hash) VALUES (0, 1, 1, '\\x00')",
    "transparency_node": "(level, node_index, hash) VALUES (4, 0, '\\x00')",
    "transparency_head": "(size, root, note) VALUES (1, '\\x00', '')",
}


@pytest.mark.django_db
@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("change", ["UPDATE {} SET hash = '\\x01'", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_row_of_the_log_is_neither_changed_nor_taken_away(table, change):
    if table == "transparency_head":
        change = change.replace("hash", "root")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} {ROWS[table]}")
        with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
            cursor.execute(change.format(table))
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_an_app_s_new_rows_wait_for_the_log_in_their_own_transaction():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE deeds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text)")
        cursor.execute(
            "CREATE TRIGGER deeds_to_log AFTER INSERT ON deeds REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('77')"
        )
        cursor.execute("INSERT INTO deeds (what) VALUES ('a'), ('b')")
        cursor.execute("SELECT kind, ref FROM transparency_pending ORDER BY id")
        assert cursor.fetchall() == [(77, 1), (77, 2)]


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_commits_leaves_an_empty_log_behind():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO transparency_leaf (leaf_index, kind, ref, hash) VALUES (0, 1, 1, '\\x00')")


@pytest.mark.django_db(transaction=True)
def test_and_the_next_one_finds_it_empty():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM transparency_leaf")
        assert cursor.fetchone() == (0,)
