"""An operator with an application, another one beside it, and a data folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.credits.intake.sending import connect, register
from tests.people.cast import Cast, make_cast

from tanheng.cases.guards import put_in_place
from tanheng.cases.taking import take
from tanheng.credits.filing.actions import do_begin_methodology
from tanheng.credits.intake.models import Application
from tanheng.people.models import Membership, Organisation, Role, User
from tanheng.people.rights import HOUSE


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where events and results are kept, and nothing else."""
    for module in ("keeping",):
        monkeypatch.setattr(f"tanheng.credits.intake.{module}.data_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def cast(db: None, data: Path) -> Cast:
    put_in_place()
    made = make_cast()
    for name in ("operator", "other operator"):
        made.organisations[name] = Organisation.objects.create(kind="app_operator", name=name, district="440305")
        for role in Role.values:
            user = User.objects.create_user(f"{role}_of_{name}".replace(" ", "_"), name=f"{role} of {name}")
            Membership.objects.create(user=user, organisation=made.organisations[name], role=role)
            made.users[name, role] = user
    return made


@pytest.fixture
def rides(cast: Cast) -> Application:
    """An application that is connected."""
    return connect(register(cast, "operator", "Rides"))


@pytest.fixture
def buses(cast: Cast) -> Application:
    """One of another operator, connected too."""
    return connect(register(cast, "other operator", "Buses"))


@pytest.fixture
def published(cast: Cast) -> None:
    """The methodologies of public transport and of home electricity are in force."""
    for name in ("sz_public_transport", "sz_home_electricity"):
        case = do_begin_methodology(name, "v1", organisation=cast.organisation("bureau"), acting_user=HOUSE)
        take(case, "take_over", acting_user=HOUSE, given={"notice": "notice of the bureau"})


@pytest.fixture
def operator(cast: Cast) -> User:
    return cast.user("operator", "representative")


@pytest.fixture
def bureau(cast: Cast) -> User:
    return cast.user("bureau", "officer")


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    from tanheng.web.rates import Rate

    monkeypatch.setattr(Rate, "allow_request", lambda self, request: True)


@pytest.fixture(autouse=True)
def nobody_keeps_mandates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Persons of these tests are in nobody's books; a test that is about mandates says who keeps them."""
    from tanheng.credits.intake import mandates

    monkeypatch.setattr(mandates, "_known", [])
