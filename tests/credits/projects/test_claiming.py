"""The same device or hectare is not credited in two projects."""

from __future__ import annotations

from datetime import date

import pytest
from tests.credits.projects.house import House

from tanheng.credits.overlaps.models import Claim, FoundOverlap
from tanheng.credits.projects.models import Project
from tanheng.problems import InputRejected

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.9, 22.5], [113.91, 22.5], [113.91, 22.51], [113.9, 22.51], [113.9, 22.5]]],
}


def test_a_device_of_another_project_is_not_registered_again(house: House) -> None:
    """The bureau reads whose it is; the validated project stays as it is and can be refused."""
    first = house.project()
    second = house.project("validated", name="Cartons again")
    (found,) = FoundOverlap.objects.all()
    assert found.other_key == first.number
    with pytest.raises(InputRejected) as refused:
        house.take(second, "register", "bureau", "officer")
    assert {problem.code for problem in refused.value.problems} == {"overlaps.E002"}
    assert first.number in str(refused.value)
    assert Project.objects.get(pk=second.pk).state == "validated"


def test_a_place_within_another_projects_place_is_found(house: House) -> None:
    house.project(devices=(), place=SQUARE)
    second = house.project("validated", name="Cartons again", devices=(), place=SQUARE)
    with pytest.raises(InputRejected) as refused:
        house.take(second, "register", "bureau", "officer")
    assert all(problem.code.startswith("overlaps.") for problem in refused.value.problems)


def test_what_does_not_meet_is_registered(house: House) -> None:
    """Another device in a place of the same name: two projects of one district do not exclude each other."""
    house.project()
    other = house.project(name="Cartons again", devices=("pulper 2",))
    assert other.state == "registered"


def test_the_days_of_an_issuance_are_claimed_once_more(house: House) -> None:
    """For the report's own days, with the tonnes that are issued for them."""
    report = house.report("issued")
    whole, of_report = Claim.objects.order_by("pk")
    assert (whole.stage, of_report.stage) == ("registration", "issuance")
    assert (of_report.during.lower, of_report.during.upper) == (date(2025, 1, 1), date(2026, 1, 1))
    assert of_report.quantity == 1615
    assert of_report.holder_key == report.project.number
