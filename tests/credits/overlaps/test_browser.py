"""The pages of double counting in a browser: phone and desk, both languages, no barrier, within the policy."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.credits.overlaps import tables
from tests.credits.overlaps.tables import write
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor, chromium, site
from tests.portal.shelf import put_city, put_runs

from tanheng.credits.overlaps.actions import do_import_registry_table
from tanheng.credits.overlaps.claims import ClaimIn, Holder, do_claim, do_look_for
from tanheng.people.rights import HOUSE

pytestmark = ON_THE_SITE
__all__ = ["chromium", "site"]
SQUARE = {"type": "Polygon", "coordinates": [[[114, 22.5], [114.01, 22.5], [114.01, 22.51], [114, 22.51], [114, 22.5]]]}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_city(tmp_path_factory.mktemp("city") / "testville")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def places(site: str, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every page there is of it, each with something on it."""
    claims = [
        ClaimIn("device", "INV-0001", date(2026, 1, 1), date(2035, 12, 31), activity="sz_distributed_pv"),
        ClaimIn("place", "Roof of the school", date(2026, 1, 1), date(2035, 12, 31), place=SQUARE),
    ]
    with django_db_blocker.unblock():
        do_claim(Holder("project", "SZPH-2026-000001", "Roofs of Nanshan"), claims, acting_user=HOUSE)
        source = write(tmp_path_factory.mktemp("verra"), tables.VERRA_PROJECTS + ",No number,,,,,,,,,,,\n")
        table = do_import_registry_table("verra", source, as_of=date(2026, 4, 20), acting_user=HOUSE)
        holder = Holder("project", "SZPH-2026-000002", "Nanshan Landfill Gas to Power")
        found = do_look_for(holder, claims, acting_user=HOUSE)
        assert len(found) == 3
        connection.close()
    lists = ("overlaps", "claims", "registries", "registries/new")
    return [
        *(f"/credits/overlaps/{each.pk}/" for each in found),
        f"/cases/overlaps/{found[0].pk}/accept/",
        "/cases/overlaps/",
        *(f"/credits/{name}/" for name in lists),
        f"/credits/registries/{table.pk}/",
    ]


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_nobody_meets_a_barrier(places: list[str], chromium: Any, site: str, size: Any, language: str) -> None:
    officer = Visitor(chromium, site, size, language)
    officer.is_let_in_as("officer")
    for place in places:
        officer.goes(place)
        officer.is_at_ease()
        officer.meets_no_barrier()
