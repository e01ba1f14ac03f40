"""Eight clients at once spend what is there a hundred times over HTTP: as much is spent as there was, and no more."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.books.house import Client, House, together
from tests.books.stage import ASSET, FROM, TO

UNITS, ATTEMPTS, CLIENTS = 100, 400, 8


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house with a hundred units in A1, and the naive purse beside it."""
    house = House("tests.books.naive_site")
    try:
        house.tokens = json.loads(house.python("-m", "tests.books.stage", str(UNITS)))
        house.sql("CREATE TABLE naive_purse AS SELECT %s::bigint AS units", UNITS)
        house.open()
        yield house
    finally:
        house.close()


def spend(house: House, path: str, body: object) -> Counter[int]:
    """All attempts, by the status that they were answered with."""
    answers: list[int] = []

    def client(_number: int) -> None:
        by = Client(house, house.tokens["representative"])
        for _ in range(ATTEMPTS // CLIENTS):
            answers.append(by.post(path, body).status)

    together(CLIENTS, client)
    return Counter(answers)


def test_without_a_guard_more_is_spent_than_there_was(house: House):
    answers = spend(house, "/naive/spend", {})
    assert answers[201] > UNITS, "no race happened, so the next test would prove nothing"
    assert sum(answers.values()) == ATTEMPTS


def test_the_ledger_spends_exactly_what_there_was(house: House):
    order = {"from_account": FROM, "to_account": TO, "asset": ASSET, "quantity": 1}
    answers = spend(house, "/api/ledger/transfers", order)
    assert answers == {201: UNITS, 409: ATTEMPTS - UNITS}
    held = house.sql(
        "SELECT number, posted FROM ledger_balance JOIN ledger_account a ON a.id = account_id WHERE number = ANY(%s) "
        "ORDER BY number",
        [FROM, TO],
    )
    assert held == [(FROM, 0), (TO, UNITS)]
    assert (
        house.sql(
            "SELECT count(*), sum(upper(s) - lower(s)) FROM ledger_block, LATERAL (SELECT serials AS s) AS x "
            "WHERE account_id = (SELECT id FROM ledger_account WHERE number = %s)",
            TO,
        )[0][1]
        == UNITS
    )
    house.tanheng("check-ledger")
