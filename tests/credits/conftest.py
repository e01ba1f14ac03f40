"""The people of the tests of carbon inclusion: those of the house, a developer and experts of the pool."""

from __future__ import annotations

import pytest
from tests.people.cast import Cast, make_cast

from tanheng.people.models import Membership, Organisation, Role, User


@pytest.fixture
def cast(db: None) -> Cast:
    """With ``developer`` beside the others, and two more experts of the bureau's pool: ``expert2``, ``expert3``."""
    made = make_cast()
    made.organisations["developer"] = Organisation.objects.create(kind="developer", name="developer", district="440305")
    for role in Role.values:
        made.users["developer", role] = _member(f"{role}_of_developer", made.organisations["developer"], role)
    for name in ("expert2", "expert3"):
        made.users["bureau", name] = _member(f"{name}_of_bureau", made.organisations["bureau"], Role.EXPERT)
    return made


def _member(username: str, organisation: Organisation, role: str) -> User:
    user = User.objects.create_user(username, name=username.replace("_", " "))
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user
