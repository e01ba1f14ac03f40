"""A city with points: a bureau, two operators with an application each, persons by pseudonym, results of runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection
from django.utils import timezone

from tanheng.credits.intake.models import Application
from tanheng.credits.points.actions import do_enrol_person, do_grant_points
from tanheng.credits.points.granting import Outcome
from tanheng.credits.points.models import Person
from tanheng.credits.points.persons import Enrolled
from tanheng.ledger.actions import do_define_asset, do_open_account
from tanheng.ledger.models import Asset, Balance
from tanheng.people.models import Membership, Organisation, Role, User
from tanheng.people.rights import HOUSE

BUS, BIKE = "sz_public_transport", "sz_shared_bicycle"
PLACES = (
    ("bureau", "bureau", ""),
    ("branch", "district_branch", "440305"),
    ("bus", "app_operator", "440305"),
    ("bike", "app_operator", "440306"),
    ("emitter", "emitter", "440305"),
)


def today() -> date:
    """The day in Beijing: a mandate holds from the day on which it was given."""
    return (timezone.now() + timedelta(hours=8)).date()


@dataclass
class City:
    organisations: dict[str, Organisation]
    users: dict[tuple[str, str], User]
    bus: Application
    bike: Application
    points: Asset
    folder: Path
    runs: int = 0
    given: list[Any] = field(default_factory=list)

    def user(self, organisation: str, role: str) -> User:
        return User.objects.get(pk=self.users[organisation, role].pk)

    @property
    def operator(self) -> User:
        return self.user("bus", Role.REPRESENTATIVE)

    @property
    def officer(self) -> User:
        return self.user("bureau", Role.OFFICER)

    def enrol(self, reference: str = "r-000001", **more: Any) -> Enrolled:
        return do_enrol_person(self.bus, reference, **{"acting_user": self.operator, **more})

    def results(self, *rows: tuple[Any, ...], name: str = "") -> Path:
        """A run's file: person, day, points[, grams, methodology]; points None where the rate is not set."""
        self.runs += 1
        place = self.folder / f"{name or self.runs}.parquet"
        values = []
        for person, day, points, *rest in rows:
            grams, methodology = (*rest, 1000, BUS)[:2] if len(rest) != 1 else (rest[0], BUS)
            missing = None if points is not None else "the rate of exchange is not set"
            values.append((str(person), day, methodology, "v1", grams, None, points, missing))
        with duckdb.connect() as database:
            database.execute(
                "CREATE TABLE r (person VARCHAR, day DATE, methodology VARCHAR, version VARCHAR, reduction_g BIGINT, "
                "missing VARCHAR, points BIGINT, points_missing VARCHAR)"
            )
            if values:
                database.executemany("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            database.execute(f"COPY r TO '{place}' (FORMAT parquet)")
        return place

    def grant(self, *rows: tuple[Any, ...], run: str = "") -> Outcome:
        place = self.results(*rows)
        did = do_grant_points(run or f"run-{self.runs}", place, acting_user=self.officer)
        committed()
        return did

    def with_points(self, points: int, reference: str = "r-000001") -> Person:
        person = self.enrol(reference).person
        self.grant((person.pseudonym, today(), points))
        return person

    def holds(self, person: Person) -> tuple[int, int]:
        """Points held, and of them set aside."""
        found = Balance.objects.filter(account=person.account).first()
        return (found.posted, found.reserved) if found else (0, 0)


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def city(db: None, tmp_path: Path) -> City:
    organisations, users = {}, {}
    for name, kind, district in PLACES:
        organisations[name] = Organisation.objects.create(kind=kind, name=name, district=district)
        for role in Role.values:
            user = User.objects.create_user(f"{role}_of_{name}", name=f"{role} of {name}")
            Membership.objects.create(user=user, organisation=organisations[name], role=role)
            users[name, role] = user
    points = do_define_asset("PT", "points", "points", life_months=24, second_person=False, acting_user=HOUSE)
    do_open_account("RETIRED", "retirement", None, second_person=False, acting_user=HOUSE)
    bus, bike = (_connected(organisations[name], name) for name in ("bus", "bike"))
    return City(organisations, users, bus, bike, points, tmp_path)


def _connected(organisation: Organisation, name: str) -> Application:
    made = Application.objects.create(
        organisation=organisation, name=name, about="trips", protection="keys", scenes=["public_transport"]
    )
    for state in ("testing", "connected"):
        Application.objects.filter(pk=made.pk).update(state=state)
    return Application.objects.get(pk=made.pk)


def committed() -> None:
    """Makes the database look now at what it looks at when a transaction ends."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def commits() -> Callable[[], None]:
    return committed
