"""Eight clients at once try four hundred times to spend what is there a hundred times, over HTTP."""

from __future__ import annotations

from collections import Counter

from tests.books.house import Client, House, together
from tests.books.stage import ASSET, SCARCE, SCARCE_UNITS, WANTING

ATTEMPTS, CLIENTS = 400, 8


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
    house.sql("CREATE TABLE naive_purse AS SELECT %s::bigint AS units", SCARCE_UNITS)
    answers = spend(house, "/naive/spend", {})
    assert sum(answers.values()) == ATTEMPTS
    assert answers[201] > SCARCE_UNITS, "no race happened, so the next test would prove nothing"


def test_the_ledger_spends_exactly_what_there_was(house: House):
    order = {"from_account": SCARCE, "to_account": WANTING, "asset": ASSET, "quantity": 1}
    answers = spend(house, "/api/ledger/transfers", order)
    assert answers == {201: SCARCE_UNITS, 409: ATTEMPTS - SCARCE_UNITS}
    assert (house.held(SCARCE), house.held(WANTING)) == (0, SCARCE_UNITS)
    # And by serial numbers, which are counted apart.
    spans = house.sql(
        "SELECT number, sum(upper(serials) - lower(serials)) FROM ledger_block "
        "JOIN ledger_account a ON a.id = account_id WHERE number IN (%s, %s) GROUP BY number",
        SCARCE,
        WANTING,
    )
    assert [(number, int(span)) for number, span in spans] == [(WANTING, SCARCE_UNITS)]
