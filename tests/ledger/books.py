"""The books of the tests: a bureau, two emitters, a bank; allowances, points, yuan; accounts with something in them."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account
from tanheng.ledger.models import Account, Asset, Balance, Block
from tanheng.ledger.requests import Answer
from tanheng.ledger.results import Code
from tanheng.people.models import Membership, Organisation, Role, User
from tanheng.people.rights import HOUSE

ALLOWANCE, POINTS, CASH = "SZA-2026", "PTS", "CNY"


class Books:
    """Accounts: A1, A2 (glass works), B1 (paper mill), BANK, RESERVE, RETIRED, PTS-1, PTS-2, YUAN-A, YUAN-B."""

    def __init__(self, second_person: bool = False) -> None:
        def found(kind: str, name: str) -> Organisation:
            return Organisation.objects.create(kind=kind, name=name, district="440305")

        self.bureau = found("bureau", "bureau")
        self.glass = found("emitter", "glass works")
        self.paper = found("emitter", "paper mill")
        self.bank = found("bank", "bank")
        self.app = found("app_operator", "bus app")
        for code, kind in ((ALLOWANCE, "allowance"), (POINTS, "points"), (CASH, "cash")):
            life = 120 if kind == "points" else None
            do_define_asset(code, kind, code, life_months=life, second_person=False, acting_user=HOUSE)
        for number, type_, owner in (
            ("A1", "compliance", self.glass),
            ("A2", "holding", self.glass),
            ("B1", "compliance", self.paper),
            ("BANK", "pledge", self.bank),
            ("RESERVE", "government_reserve", None),
            ("RETIRED", "retirement", None),
            ("YUAN-A", "cash", self.glass),
            ("YUAN-B", "cash", self.paper),
        ):
            do_open_account(number, type_, owner, second_person=second_person, acting_user=HOUSE)
        for number in ("PTS-1", "PTS-2"):
            do_open_account(number, "points", self.app, holder=f"h{number}", second_person=False, acting_user=HOUSE)

    def fill(self, quantity: int = 1000) -> Books:
        self.issue(ALLOWANCE, "A1", quantity)
        self.issue(CASH, "YUAN-A", quantity, purpose="deposit")
        self.issue(POINTS, "PTS-1", quantity)
        return self

    def issue(self, asset: str, to: str, quantity: int, **more: Any) -> Answer:
        answer = do_issue_units(asset, to, quantity, acting_user=HOUSE, **more)
        assert answer.code == Code.OK, answer
        return answer

    def user(self, organisation: Organisation, role: str) -> User:
        user = User.objects.create_user(f"{role}_{organisation.pk}_{User.objects.count()}")
        Membership.objects.create(user=user, organisation=organisation, role=Role(role))
        return user

    def account(self, number: str) -> Account:
        return Account.objects.get(number=number)

    def asset(self, code: str) -> Asset:
        return Asset.objects.get(code=code)

    def held(self, number: str, asset: str = ALLOWANCE) -> int:
        balance = Balance.objects.filter(account__number=number, asset__code=asset).first()
        return balance.posted if balance else 0

    def reserved(self, number: str, asset: str = ALLOWANCE) -> int:
        balance = Balance.objects.filter(account__number=number, asset__code=asset).first()
        return balance.reserved if balance else 0

    def serials(self, number: str, asset: str = ALLOWANCE) -> list[tuple[int, int]]:
        """First and last of each run, both included, in order."""
        rows = Block.objects.filter(account__number=number, asset__code=asset).order_by("serials")
        return [(row.serials.lower, row.serials.upper - 1) for row in rows]


def sql(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def without_triggers(statement: str, *parameters: Any) -> None:
    """What only a superuser can do, and somebody who owns the machine: the guards set aside."""
    sql("SET LOCAL session_replication_role = replica")
    sql(statement, *parameters)
    sql("SET LOCAL session_replication_role = DEFAULT")
