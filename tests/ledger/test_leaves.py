"""A transfer as a leaf of the log: canonical text from the rows, another one when a row was rewritten."""

from __future__ import annotations

import json

import pytest
from tests.ledger.books import ALLOWANCE, Books, sql, without_triggers

from tanheng.ledger.actions import do_reserve, do_transfer
from tanheng.people.rights import HOUSE
from tanheng.transparency.proofs import body, is_as_sealed
from tanheng.transparency.sealing import seal

pytestmark = pytest.mark.django_db
TRANSFER = 2


def test_a_transfer_has_a_canonical_text_with_its_postings_and_serial_numbers(filled: Books):
    made = do_transfer("A1", "B1", ALLOWANCE, 12, serials=[(5, 14), (20, 21)], reason='"für" 深圳', acting_user=HOUSE)
    text = body(TRANSFER, made.transfer or 0)
    said = json.loads(text)
    assert json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
    assert (said["quantity"], said["serials"], said["reason"]) == (12, "{[5,15),[20,22)}", '"für" 深圳')
    assert [one["quantity"] for one in said["postings"]] == [-12, 12]
    assert "988" not in text, "both parties may read it, and neither learns what the other holds"


def test_a_reservation_has_no_postings(filled: Books):
    made = do_reserve("A1", "B1", ALLOWANCE, 12, acting_user=HOUSE)
    assert json.loads(body(TRANSFER, made.transfer or 0))["postings"] == []


@pytest.mark.parametrize(
    "rewritten",
    [
        "UPDATE ledger_transfer SET reason = 'other' WHERE id = %s",
        "UPDATE ledger_transfer SET actor_id = 5 WHERE id = %s",
        "UPDATE ledger_posting SET quantity = quantity + 1 WHERE transfer_id = %s",
        "DELETE FROM ledger_posting WHERE transfer_id = %s",
    ],
)
def test_a_rewritten_row_is_not_what_was_sealed(filled: Books, rewritten: str):
    made = do_transfer("A1", "B1", ALLOWANCE, 12, acting_user=HOUSE).transfer or 0
    seal()
    assert is_as_sealed(TRANSFER, made)
    without_triggers(rewritten, made)
    assert not is_as_sealed(TRANSFER, made)


def test_every_transfer_reaches_the_log(filled: Books):
    do_transfer("A1", "B1", ALLOWANCE, 12, acting_user=HOUSE)
    seal()
    assert sql(
        "SELECT count(*) FROM ledger_transfer t "
        "WHERE NOT EXISTS (SELECT FROM transparency_leaf l WHERE l.kind = 2 AND l.ref = t.id)"
    ) == [(0,)]
