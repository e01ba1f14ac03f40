"""A study that is kept, and who may read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.communities.sight.kept_study import keep

from tanheng.communities.actions import do_keep_study
from tanheng.communities.models import Study
from tanheng.people.models import Membership, Organisation, Role, User
from tanheng.people.rights import HOUSE


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Worked out once a session."""
    data = tmp_path_factory.mktemp("noise")
    return data / keep(data)


@pytest.fixture
def kept(db: None, study_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Study:
    """In the books, for the authority alone."""
    monkeypatch.setattr("tanheng.communities.studied.data_folder", lambda: tmp_path)
    return do_keep_study(study_folder, acting_user=HOUSE)


@pytest.fixture
def officer(db: None) -> Any:
    """Of the bureau, signed in."""
    bureau = Organisation.objects.create(kind="bureau", name="bureau", district="")
    user = User.objects.create_user("officer", name="officer")
    Membership.objects.create(user=user, organisation=bureau, role=Role.OFFICER)
    client = Client()
    client.force_login(user)
    return client
