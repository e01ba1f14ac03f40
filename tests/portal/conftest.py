"""A site to look at: two runs of a made-up city, and the people and units of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from tests.portal.browser import chromium, site, site_at_first
from tests.portal.shelf import on_shelf, put_city, put_runs, put_submission

__all__ = ["chromium", "city", "shelf", "site", "site_at_first", "town"]

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_city(tmp_path_factory.mktemp("city") / "testville")


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, city: Path) -> Path:
    return put_runs(tmp_path_factory.mktemp("runs"), city)


@pytest.fixture(scope="module")
def _town_of_the_module(django_db_setup: None, django_db_blocker: Any, shelf: Path, city: Path) -> Iterator[None]:
    """Put in place once a module; what a test does is taken back by its own savepoint."""
    from tanheng.portal import demo_books

    with (
        django_db_blocker.unblock(),
        override_settings(**on_shelf(shelf, city), TANHENG_DEMO=True, PASSWORD_HASHERS=QUICK),
        transaction.atomic(),
    ):
        demo_books.make()
        put_submission()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def town(_town_of_the_module: None, db: None) -> None:
    """Everybody of the demonstration, with what they hold."""
