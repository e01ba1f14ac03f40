"""A bureau, a hotel that retires credits, an emitter, a developer; credits of two vintages in accounts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tanheng.credits.register.retirement import do_retire_credits
from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account
from tanheng.ledger.models import Balance
from tanheng.ledger.results import Code
from tanheng.people.models import Membership, Organisation, Role, User
from tanheng.people.rights import HOUSE
from tanheng.transparency.sealing import seal
from tanheng.web.rates import Rate

CREDIT = "PHCER"


class Books:
    """Accounts: HOTEL (two persons), SHOP (one is enough), WORKS of the emitter, DEV; RETIRED, RESERVE."""

    def __init__(self) -> None:
        def found(kind: str, name: str) -> Organisation:
            return Organisation.objects.create(kind=kind, name=name, district="440305")

        self.bureau = found("bureau", "bureau")
        self.branch = found("district_branch", "branch")
        self.hotel = found("park_operator", "hotel")
        self.works = found("emitter", "glass works")
        self.other = found("emitter", "paper mill")
        self.developer = found("developer", "solar roofs")
        self.verifier = found("verifier", "verifier")
        do_define_asset(CREDIT, "credit", "provincial reductions", second_person=False, acting_user=HOUSE)
        do_define_asset("SZA", "allowance", "allowance", second_person=False, acting_user=HOUSE)
        for number, type_, owner, two in (
            ("HOTEL", "holding", self.hotel, True),
            ("SHOP", "holding", self.hotel, False),
            ("WORKS", "compliance", self.works, False),
            ("MILL", "compliance", self.other, False),
            ("DEV", "project", self.developer, False),
            ("RETIRED", "retirement", None, False),
            ("RESERVE", "government_reserve", None, False),
        ):
            do_open_account(number, type_, owner, second_person=two, acting_user=HOUSE)
        self.issue("SHOP", 100, 2022, "SZPH-2026-000001")
        self.issue("HOTEL", 100, 2023, "SZPH-2026-000001")
        self.issue("WORKS", 500, 2023, "SZPH-2026-000002")

    def issue(self, to: str, quantity: int, vintage: int, label: str) -> None:
        answer = do_issue_units(CREDIT, to, quantity, vintage=vintage, label=label, acting_user=HOUSE)
        assert answer.code == Code.OK, answer

    def user(self, organisation: Organisation, role: str) -> User:
        name = f"{role}_of_{organisation.name}".replace(" ", "_")
        user = User.objects.filter(username=name).first()
        if user is None:
            user = User.objects.create_user(name, name=name)
            Membership.objects.create(user=user, organisation=organisation, role=Role(role))
        return User.objects.get(pk=user.pk)

    def held(self, number: str) -> tuple[int, int]:
        """What an account holds, and how much of it is set aside."""
        row = Balance.objects.filter(account__number=number, asset__code=CREDIT).first()
        return (row.posted, row.reserved) if row else (0, 0)

    def retire(self, quantity: int = 10, **more: Any) -> Any:
        """A certificate for the hotel's guests."""
        values: dict[str, Any] = {"beneficiary": "Guests of the hotel", "purpose": "heating of 2025"} | more
        user = values.pop("acting_user", None) or self.user(self.hotel, "representative")
        done = do_retire_credits(values.pop("account", "SHOP"), CREDIT, quantity, acting_user=user, **values)
        return done.certificates[0] if done.certificates else done.approval


@pytest.fixture
def books(db: None, monkeypatch: pytest.MonkeyPatch) -> Books:
    """Nothing is kept from the test before, and nobody has to wait."""
    cache.clear()
    monkeypatch.setattr(Rate, "allow_request", lambda self, request: True)
    return Books()


@pytest.fixture
def certificate(books: Books) -> Any:
    """One whose proof can be had."""
    made = books.retire()
    seal()
    return made


def asked(name: str, *arguments: object, client: Client | None = None, **query: str) -> Any:
    """A page, as anybody sees it or with a client that is signed in."""
    return (client or Client(headers={"accept-language": "en"})).get(reverse(name, args=arguments), query)


def signed_in(user: User, language: str = "en") -> Client:
    """Somebody's browser."""
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
