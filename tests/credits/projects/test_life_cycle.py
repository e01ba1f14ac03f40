"""The straight way of a project and its report, and where it cannot be gone."""

from __future__ import annotations

from tests.credits.projects.house import House


def test_from_an_application_to_units_with_serial_numbers(house: House) -> None:
    """A thousand tonnes of cartons are 1,615 whole tonnes; so many units lie in the project's account, of 2025."""
    report = house.report("issued")
    (issuance,) = report.issuances.all()
    project = report.project
    assert (issuance.vintage, issuance.quantity, issuance.buffer_quantity) == (2025, 1615, 0)
    assert house.held(f"PRJ-{project.number}") == 1615
    assert issuance.serials == [(1, 1615)]
    assert (issuance.by, issuance.second_by) == (house.user("bureau", "officer"), house.user("bureau", "approver"))
    assert issuance.transfer is not None and issuance.transfer.batch is not None
    assert issuance.transfer.batch.label == project.number
