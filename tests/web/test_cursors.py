"""Whoever reads a list page by page sees every row once, while others add rows."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.transparency.models import Pending

pytestmark = pytest.mark.django_db


def read_all(shop: Client, address: str, limit: int) -> tuple[list[Any], int]:
    rows: list[Any] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        answer = shop.get(
            f"{address}{'&' if '?' in address else '?'}limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        )
        assert answer.status_code == 200
        page = answer.json()
        assert len(page["items"]) <= limit
        rows += page["items"]
        cursor, pages = page["next"], pages + 1
    return rows, pages


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12),
    limit=st.integers(1, 5),
    newest_first=st.booleans(),
)
def test_every_row_once_and_in_order(shop, kinds, limit, newest_first):
    Pending.objects.all().delete()
    Pending.objects.bulk_create(Pending(kind=kind, ref=ref) for kind, ref in kinds)
    rows, _pages = read_all(shop, f"/api/orders?newest_first={newest_first}", limit)
    expected = sorted(Pending.objects.values_list("kind", "ref", "id"), reverse=newest_first)
    assert [(row["kind"], row["ref"], row["id"]) for row in rows] == expected


def test_rows_added_meanwhile_neither_repeat_nor_hide_others(shop):
    Pending.objects.bulk_create(Pending(kind=1, ref=ref) for ref in (10, 20, 30))
    first = shop.get("/api/orders?limit=2").json()
    Pending.objects.create(kind=1, ref=5)
    second = shop.get(f"/api/orders?limit=2&cursor={first['next']}").json()
    assert [row["ref"] for row in first["items"] + second["items"]] == [10, 20, 30]
    assert second["next"] is None


def test_the_last_full_page_says_that_it_is_the_last(shop):
    Pending.objects.bulk_create(Pending(kind=1, ref=ref) for ref in (10, 20))
    assert shop.get("/api/orders?limit=2").json()["next"] is None


def test_rows_of_a_function_come_in_pages_too(shop):
    rows, pages = read_all(shop, "/api/squares", 10)
    assert (rows, pages) == (list(range(23)), 3)


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "W10", "WzFd", "WyJhIiwxLDFd", "bnVsbA", "WzEsMSwxZTk5OV0", "W1siYSJdLDEsMV0"]
)
def test_a_cursor_of_another_list_is_refused_and_not_a_fault_of_ours(shop, cursor):
    answer = shop.get(f"/api/orders?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (422, "web.cursor")


@pytest.mark.parametrize("limit", [0, 501, -1])
def test_a_page_has_a_size(shop, limit):
    assert shop.get(f"/api/orders?limit={limit}").status_code == 422
