"""People who hand in tables for a small city, and those who take them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.submissions.town import OTHER, OWNER, build

from tanheng.people.actions import do_create_organisation, do_create_user
from tanheng.people.models import Kind, Organisation, Role, User
from tanheng.people.rights import HOUSE
from tanheng.submissions.actions import do_check_submission, do_submit_table
from tanheng.submissions.models import Submission
from tanheng.submissions.receiving import keep


@dataclass
class Cast:
    """An emitter with two plants, another one, and the bureau."""

    emitter: Organisation
    rival: Organisation
    bureau: Organisation
    representative: User
    reader: User
    rivals: User
    officer: User
    branch: User


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("town") / "testville")


@pytest.fixture
def cast(db: None, small_city: Path, settings: Any) -> Cast:
    settings.TANHENG_CITY = str(small_city)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    emitter = do_create_organisation(
        Kind.EMITTER, "First Works", credit_code=OWNER, district="440305", acting_user=HOUSE
    )
    rival = do_create_organisation(Kind.EMITTER, "Power", credit_code=OTHER, district="440306", acting_user=HOUSE)
    bureau = do_create_organisation(Kind.BUREAU, "Bureau", acting_user=HOUSE)
    branch = do_create_organisation(Kind.DISTRICT_BRANCH, "Branch", district="440305", acting_user=HOUSE)

    def person(name: str, organisation: Organisation, role: Role) -> User:
        password = "correct horse battery staple"
        return do_create_user(name, name=name.title(), password=password, organisation=organisation, role=role)

    return Cast(
        emitter,
        rival,
        bureau,
        person("representative", emitter, Role.REPRESENTATIVE),
        person("reader", emitter, Role.READER),
        person("rivals", rival, Role.REPRESENTATIVE),
        person("officer", bureau, Role.OFFICER),
        person("branch", branch, Role.OFFICER),
    )


@pytest.fixture
def send(cast: Cast) -> Callable[..., Submission]:
    """Send a table and have it checked."""

    def sent(content: bytes, *, table: str = "fuel_use", by: User | None = None, **options: Any) -> Submission:
        user = by or cast.representative
        of = options.pop("organisation", None) or user.organisations.get()
        kept = keep("sent.csv", [content])
        submission = do_submit_table(of, table, options.pop("name", "sent.csv"), kept, acting_user=user, **options)
        return do_check_submission(submission)

    return sent


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    def signed_in(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
