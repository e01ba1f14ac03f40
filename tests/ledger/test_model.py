"""The ledger against a model of it in a few lines of Python, in whatever order things are done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tests.ledger.books import ALLOWANCE, CASH, Books, sql

from tanheng.ledger.models import Account, Kind
from tanheng.ledger.recomputation import recompute
from tanheng.ledger.requests import Asked, send, send_batch
from tanheng.ledger.results import Code

ACCOUNTS = {ALLOWANCE: ["A1", "A2", "B1", "RESERVE"], CASH: ["YUAN-A", "YUAN-B"]}
MOST = 60


@dataclass
class Model:
    """What must be true, said as simply as possible: a set of serial numbers, or a count, for each account."""

    held: dict[tuple[str, str], int] = field(default_factory=dict)
    reserved: dict[int, tuple[str, str, str, int]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)

    def free(self, account: str, asset: str) -> int:
        standing = sum(q for a, _to, s, q in self.reserved.values() if (a, s) == (account, asset))
        return self.held.get((account, asset), 0) - standing

    def refuses(self, source: str, to: str, asset: str, quantity: int) -> Code:
        if source == to:
            return Code.SAME_ACCOUNT
        if source in self.blocked:
            return Code.FROM_BLOCKED
        if to in self.blocked:
            return Code.TO_BLOCKED
        if self.held.get((source, asset), 0) < quantity:
            return Code.INSUFFICIENT
        if self.free(source, asset) < quantity:
            return Code.RESERVED
        return Code.OK

    def move(self, source: str, to: str, asset: str, quantity: int) -> None:
        self.held[source, asset] = self.held.get((source, asset), 0) - quantity
        self.held[to, asset] = self.held.get((to, asset), 0) + quantity


class LedgerMachine(RuleBasedStateMachine):
    """Issues, transfers, reserves, ends, blocks, in any order; both sides must agree after each step."""

    pending = Bundle("pending")
    assets = st.sampled_from([ALLOWANCE, CASH])
    places = st.integers(0, 3)
    quantities = st.integers(1, MOST)

    @initialize()
    def begin(self) -> None:
        self.books = Books()
        self.ids = {account.number: account.pk for account in Account.objects.all()}
        self.assets_by_code = {code: self.books.asset(code).pk for code in (ALLOWANCE, CASH)}
        self.model = Model()

    def pick(self, asset: str, place: int) -> str:
        return ACCOUNTS[asset][place % len(ACCOUNTS[asset])]

    def asked(self, source: str, to: str, asset: str, quantity: int, **more: Any) -> Asked:
        return Asked(
            asset=self.assets_by_code[asset],
            from_account=self.ids[source],
            to_account=self.ids[to],
            quantity=quantity,
            **more,
        )

    @rule(asset=assets, to=places, quantity=quantities)
    def issue(self, asset: str, to: int, quantity: int) -> None:
        account = self.pick(asset, to)
        purpose = "issue" if asset == ALLOWANCE else "deposit"
        answer = send(
            self.asked(f"ISSUE-{asset}", account, asset, quantity, purpose=purpose), actor=1, organisation=None
        )
        if account in self.model.blocked:
            assert answer.code == Code.TO_BLOCKED
        else:
            assert answer.code == Code.OK
            self.model.move(f"ISSUE-{asset}", account, asset, quantity)

    @rule(asset=assets, source=places, to=places, quantity=quantities)
    def transfer(self, asset: str, source: int, to: int, quantity: int) -> None:
        give, take = self.pick(asset, source), self.pick(asset, to)
        answer = send(self.asked(give, take, asset, quantity), actor=1, organisation=None)
        expected = self.model.refuses(give, take, asset, quantity)
        assert answer.code == expected
        if expected == Code.OK:
            self.model.move(give, take, asset, quantity)

    @rule(asset=assets, rows=st.lists(st.tuples(places, places, quantities), min_size=1, max_size=6))
    def batch(self, asset: str, rows: list[tuple[int, int, int]]) -> None:
        named = [(self.pick(asset, source), self.pick(asset, to), quantity) for source, to, quantity in rows]
        answers = send_batch([self.asked(g, t, asset, q) for g, t, q in named], actor=1, organisation=None)
        for (give, take, quantity), answer in zip(named, answers, strict=True):
            expected = self.model.refuses(give, take, asset, quantity)
            assert answer.code == expected
            if expected == Code.OK:
                self.model.move(give, take, asset, quantity)

    @rule(target=pending, asset=assets, source=places, to=places, quantity=quantities)
    def reserve(self, asset: str, source: int, to: int, quantity: int) -> Any:
        give, take = self.pick(asset, source), self.pick(asset, to)
        answer = send(self.asked(give, take, asset, quantity, kind=Kind.RESERVE), actor=1, organisation=None)
        expected = self.model.refuses(give, take, asset, quantity)
        assert answer.code == expected
        if expected != Code.OK or answer.transfer is None:
            return multiple()
        self.model.reserved[answer.transfer] = (give, take, asset, quantity)
        return answer.transfer

    @rule(number=pending, part=st.none() | quantities)
    def post(self, number: int, part: int | None) -> None:
        answer = send(Asked(Kind.POST, pending=number, quantity=part), actor=1, organisation=None)
        standing = self.model.reserved.get(number)
        if standing is None:
            assert answer.code in (Code.PENDING_POSTED, Code.PENDING_VOIDED)
            return
        give, take, asset, quantity = standing
        if part is not None and part > quantity:
            assert answer.code == Code.EXCEEDS_PENDING
        elif give in self.model.blocked or take in self.model.blocked:
            assert answer.code in (Code.FROM_BLOCKED, Code.TO_BLOCKED)
        else:
            assert answer.code == Code.OK
            del self.model.reserved[number]
            self.model.move(give, take, asset, part or quantity)

    @rule(number=pending)
    def void(self, number: int) -> None:
        answer = send(Asked(Kind.VOID, pending=number), actor=1, organisation=None)
        if self.model.reserved.pop(number, None) is None:
            assert answer.code in (Code.PENDING_POSTED, Code.PENDING_VOIDED)
        else:
            assert answer.code == Code.OK

    @rule(asset=assets, place=places, blocked=st.booleans())
    def block(self, asset: str, place: int, blocked: bool) -> None:
        number = self.pick(asset, place)
        status, reason = ("blocked", "a test") if blocked else ("open", "")
        Account.objects.filter(number=number).update(status=status, status_reason=reason)
        (self.model.blocked.add if blocked else self.model.blocked.discard)(number)

    @invariant()
    def both_hold_the_same(self) -> None:
        rows = sql(
            "SELECT c.number, a.code, b.posted, b.reserved FROM ledger_balance b "
            "JOIN ledger_account c ON c.id = b.account_id JOIN ledger_asset a ON a.id = b.asset_id"
        )
        held = {(number, asset): posted for number, asset, posted, _reserved in rows if posted}
        assert held == {key: quantity for key, quantity in self.model.held.items() if quantity}
        for number, asset, posted, reserved in rows:
            assert posted - reserved == self.model.free(number, asset)

    @invariant()
    def blocks_are_disjoint_and_together_what_was_issued(self) -> None:
        rows = sql("SELECT lower(serials), upper(serials) FROM ledger_block ORDER BY 1")
        issued = -self.model.held.get((f"ISSUE-{ALLOWANCE}", ALLOWANCE), 0)
        # They begin at 1, each begins where the one before ends, and the last ends with the last unit.
        assert [first for first, _end in rows] == [1, *[end for _first, end in rows]][: len(rows)]
        assert sum(end - first for first, end in rows) == issued
        spans = sql(
            "SELECT count(*) FROM ledger_transfer t WHERE serials IS NOT NULL AND ledger_span(serials) <> quantity"
        )
        assert spans == [(0,)]

    def teardown(self) -> None:
        if hasattr(self, "model"):
            assert recompute() == []


class _Taken(Exception):
    """Ends the transaction of an example, so that the next one begins with empty books."""


@pytest.mark.django_db
def test_the_ledger_is_its_model() -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            self._books = transaction.atomic()
            self._books.__enter__()
            super().__init__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self._books.__exit__(_Taken, _Taken(), None)

    run_state_machine_as_test(Machine, settings=settings(max_examples=40, stateful_step_count=30))
