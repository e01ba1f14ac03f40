"""Where the books are kept."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_books_are_in_a_real_postgresql():
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150_000
