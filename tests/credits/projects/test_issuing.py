"""What is issued for a report, and what cannot be."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from tests.credits.projects.house import CARTONS, WIND, House, accredited, as_if_published, define, publish

from tanheng.cases.taking import take
from tanheng.credits.filing.actions import do_take_in_methodology
from tanheng.credits.projects.access import owed_by
from tanheng.credits.projects.actions import do_put_values
from tanheng.credits.projects.models import Accreditation, Project, Report, Return
from tanheng.ledger.actions import do_issue_units, do_open_account, do_transfer
from tanheng.ledger.results import Code
from tanheng.measures.credits.library import PACKAGED
from tanheng.people import approvals
from tanheng.people.models import Organisation
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

FARM = "project,year,generation_mwh,grid_region,offshore_km,depth_m\n"


def codes(refused: Any) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def wind(house: House, values: str) -> Report:
    project = house.project(methodology=WIND, name="Farm")
    return house.filled(project, FARM + values)


def test_a_wind_farm_is_worked_out_as_the_facts_say(house: House) -> None:
    """100,000 MWh on the South grid: (0.8042 + 0.2135) / 2 = 0.50885 t/MWh, 50,885 t."""
    report = wind(house, "W1,2025,100000,South,35,20\n")
    report = house.take(report, "submit", "developer", "representative")
    (year,) = report.years.all()
    assert (year.year, year.computed_t) == (2025, 50885)
    assert report.result[0]["steps"]["baseline_tco2"] == pytest.approx(50885)


def test_an_undetermined_report_says_what_is_missing_and_goes_no_further(house: House) -> None:
    """An empty cell is unknown and not zero; a farm too near has no methodology. Neither becomes tonnes."""
    report = wind(house, "W1,2025,,South,35,20\nW2,2025,100000,South,12,20\n")
    assert [row["reduction_t"] for row in report.result] == [None, None]
    with pytest.raises(InputRejected) as refused, translation.override("en"):
        house.take(report, "submit", "developer", "representative")
    assert codes(refused) == {"projects.E030"}
    told = " ".join(str(problem) for problem in refused.value.problems)
    assert "W1" in told and "a methodology for a farm so near and shallow" in told
    assert Report.objects.get(pk=report.pk).state == "draft"


def test_a_methodology_without_its_figures_credits_nothing(house: House) -> None:
    """Guangdong's forests: the mean growth of the province was not found, so no report of them can be submitted."""
    define("guangdong", "GDPH", "PHCER")
    publish("gd_forest")
    for accreditation in Accreditation.objects.all():
        accreditation.methodologies = [*accreditation.methodologies, "gd_forest"]
        accreditation.save()
    project = house.project(methodology="gd_forest")
    report = house.filled(project, "project,year,area_ha,carbon_begin_tc,carbon_end_tc\nF1,2025,1000,50000,53000\n")
    with pytest.raises(InputRejected) as refused:
        house.take(report, "submit", "developer", "representative")
    assert codes(refused) == {"projects.E030"}
    assert "mean_growth" in str(refused.value) or "mean growth" in str(refused.value).lower()


def test_two_years_are_two_vintages(house: House) -> None:
    """A period of two years is issued as two vintages, each with its own serial numbers."""
    project = house.project()
    report = house.begin(project, date(2025, 7, 1), date(2026, 6, 30))
    report = do_put_values(
        report,
        "project,year,cartons_t\nM1,2025,1000\nM2,2025,500\nM1,2026,100\n",
        acting_user=house.user("developer", "representative"),
    )
    report = house.take(report, "submit", "developer", "representative")
    # Of 2025 1,615 of the one and 807 of the other: each part is rounded down by itself.
    assert list(report.years.order_by("year").values_list("year", "computed_t")) == [(2025, 2422), (2026, 161)]
    report = house.take(report, "verify", "verifier", "representative", tonnes="2025=2422; 2026=161", opinion="well")
    report = house.take(house.take(report, "review", "bureau", "officer"), "issue", "bureau", "officer")
    issued = [(each.vintage, each.serials) for each in report.issuances.order_by("vintage")]
    assert issued == [(2025, [(1, 2422)]), (2026, [(2423, 2583)])]


def test_a_verifier_cannot_confirm_more_than_was_worked_out(house: House) -> None:
    report = house.report("submitted")
    for tonnes, code in (("2025=1616", "projects.E037"), ("2024=5", "projects.E037"), ("many", "projects.E036")):
        with pytest.raises(InputRejected) as refused:
            house.take(report, "verify", "verifier", "representative", tonnes=tonnes, opinion="well")
        assert codes(refused) == {code}
    with pytest.raises(DatabaseError), transaction.atomic():
        report.years.update(verified_t=1616)
    less = house.take(report, "verify", "verifier", "representative", tonnes="1600", opinion="well")
    less = house.take(house.take(less, "review", "bureau", "officer"), "issue", "bureau", "officer")
    assert less.issuances.get().quantity == 1600


def test_who_validated_does_not_verify(house: House) -> None:
    """Told by the step; and the database says so too, whoever writes."""
    report = house.filled()
    with pytest.raises(InputRejected) as refused:
        house.take(report, "submit", "developer", "representative", accreditation="VB-1")
    assert codes(refused) == {"projects.E033"}
    validator = house.organisations["validator"]
    with pytest.raises(DatabaseError, match="verifier validated"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(verifier=validator)
    with pytest.raises(DatabaseError, match="validator is fixed"), transaction.atomic():
        Project.objects.filter(pk=report.project_id).update(validator=house.organisations["verifier"])


@pytest.mark.parametrize("why", ["suspended", "out of date", "other methodology", "other work"])
def test_a_body_must_be_accredited_for_the_work(house: House, why: str) -> None:
    other = Organisation.objects.create(kind="verifier", name="third")
    found = accredited(other, "VB-3", last=date(2025, 1, 1) if why == "out of date" else date(2099, 1, 1))
    if why == "suspended":
        take(found, "suspend", acting_user=HOUSE)
    elif why == "other methodology":
        Accreditation.objects.filter(pk=found.pk).update(methodologies=[WIND])
    elif why == "other work":
        Accreditation.objects.filter(pk=found.pk).update(scopes=["validation"])
    with pytest.raises(InputRejected) as refused:
        house.take(house.filled(), "submit", "developer", "representative", accreditation="VB-3")
    assert codes(refused) == {"projects.E020"}


def test_an_accreditation_that_ended_meanwhile_confirms_nothing(house: House) -> None:
    report = house.report("submitted")
    take(Accreditation.objects.get(number="VB-2"), "suspend", acting_user=HOUSE)
    with pytest.raises(InputRejected) as refused:
        house.take(report, "verify", "verifier", "representative")
    assert codes(refused) == {"projects.E020"}


def test_no_day_is_reported_twice(house: House) -> None:
    """A day that stands in two reports would be issued twice; once the first is refused, it can be reported again."""
    project = house.project()
    first = house.filled(project)
    with pytest.raises(InputRejected):
        house.begin(project, date(2025, 12, 31), date(2026, 6, 30))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO credit_projects_report (project_id, organisation_id, state, turn, period, values, result, "
            "methodology_digest, source) SELECT project_id, organisation_id, 'draft', 9, period, '[]', '[]', '', '' "
            "FROM credit_projects_report WHERE id = %s",
            [first.pk],
        )
    house.take(first, "withdraw", "developer", "representative")
    assert house.begin(project).turn == 2


def test_the_ledger_issues_credits_for_reports_alone(house: House) -> None:
    """An officer who may issue units cannot issue credits of a programme beside a report, by whatever purpose."""
    issued = house.report("issued")
    account = f"PRJ-{issued.project.number}"
    for purpose in ("issue", "transfer"):
        with pytest.raises(DatabaseError, match="for reviewed reports only"), transaction.atomic():
            do_issue_units("SZPHCER", account, 5, vintage=2025, purpose=purpose, acting_user=HOUSE)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert house.held(account) == 1615
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("state", ["draft", "submitted", "verified"])
def test_the_database_issues_nothing_for_a_report_that_is_not_reviewed(house: House, state: str) -> None:
    """Even with the units issued in the ledger, the row that says for which report is refused, by raw SQL too."""
    report = house.report(state)
    with pytest.raises(DatabaseError, match="not reviewed"), transaction.atomic():
        answer = do_issue_units(
            "SZPHCER",
            f"PRJ-{report.project.number}",
            1615,
            vintage=2025,
            label=report.project.number,
            acting_user=HOUSE,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO credit_projects_issuance (report_id, project_id, vintage, quantity, buffer_quantity, "
                "transfer_id) VALUES (%s, %s, 2025, 1615, 0, %s)",
                [report.pk, report.project_id, answer.transfer],
            )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE credit_projects_report SET state = 'issued' WHERE id = %s", [report.pk])


def test_what_is_issued_is_written_once(house: House) -> None:
    report = house.report("issued")
    for statement in (
        "UPDATE credit_projects_issuance SET quantity = 1",
        "DELETE FROM credit_projects_issuance",
        "UPDATE credit_projects_report SET \"values\" = '[]'",
        "UPDATE credit_projects_reportyear SET verified_t = 1",
        "UPDATE credit_projects_project SET devices = '{}'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert report.issuances.get().quantity == 1615


def test_issuing_takes_two_persons(house: House) -> None:
    """One officer asks; until the approver confirms, nothing is in the ledger."""
    report = house.report("reviewed")
    taken = take(report, "issue", acting_user=house.user("bureau", "officer"))
    assert taken.approval is not None
    assert house.held(f"PRJ-{report.project.number}") == 0
    assert Report.objects.get(pk=report.pk).state == "reviewed"


def test_nothing_is_issued_while_the_project_is_suspended(house: House) -> None:
    report = house.report("reviewed")
    house.take(report.project, "suspend", "bureau", "officer")
    with pytest.raises(InputRejected) as refused:
        house.take(report, "issue", "bureau", "officer")
    assert codes(refused) == {"projects.E040"}


def with_buffer(house: House, tmp_path: Path, settings: Any, share: str) -> Report:
    """Milk cartons with a part in the buffer: a version of its own, as an operator takes one in."""
    from tanheng.credits.filing import folders

    folder = tmp_path / CARTONS / "v2"
    shutil.copytree(PACKAGED / CARTONS / "v1", folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = folder / "methodology.yaml"
    head.write_text(head.read_text("utf-8").replace("version: v1", "version: v2"), "utf-8")
    parameters = folder / "parameters.yaml"
    parameters.write_text(
        parameters.read_text("utf-8") + f"{CARTONS}.buffer_share:\n"
        "  title: {en: Share for the buffer, zh: 缓冲比例}\n  unit: '1'\n"
        f"  values: {{2024-12-01: {share}}}\n  source: methodology\n  status: reported\n  awaits: issuance\n",
        "utf-8",
    )
    assert folders.kept_folder()
    case = do_take_in_methodology(folder, organisation=house.organisations["bureau"], acting_user=HOUSE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE credit_filing_methodologycase SET state = 'revised', in_force_until = '2025-06-01' "
            "WHERE identifier = %s AND version = 'v1'",
            [CARTONS],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    as_if_published(case, date(2025, 6, 1))
    return house.report("reviewed", house.project(version="v2"))


def test_a_part_goes_to_the_buffer_where_the_methodology_wants_it(house: House, tmp_path: Path, settings: Any) -> None:
    """A tenth of 1,615 t is 161.5 t: held back are 162, never fewer than the share."""
    report = house.take(with_buffer(house, tmp_path, settings, "0.1"), "issue", "bureau", "officer")
    issuance = report.issuances.get()
    assert (issuance.quantity, issuance.buffer_quantity) == (1453, 162)
    assert (house.held(f"PRJ-{report.project.number}"), house.held("BUFFER-SZPHCER")) == (1453, 162)
    assert issuance.buffer_serials == [(1454, 1615)]


def test_a_share_of_the_buffer_that_nobody_knows_stops_the_issuance(
    house: House, tmp_path: Path, settings: Any
) -> None:
    report = with_buffer(house, tmp_path, settings, "unset")
    with pytest.raises(InputRejected) as refused:
        house.take(report, "issue", "bureau", "officer")
    assert codes(refused) == {"projects.E004"}
    assert f"{CARTONS}.buffer_share" in str(refused.value)
    assert house.held(f"PRJ-{report.project.number}") == 0


def test_a_confirmation_of_somebody_elses_approver_moves_nothing(house: House) -> None:
    """Part of a confirmed deed needs no third person; but only where the second may approve for the account's owner."""
    report = house.report("issued")
    account, developer = f"PRJ-{report.project.number}", house.user("developer", "representative")
    do_open_account("OTHER", "holding", house.organisations["developer"], acting_user=HOUSE)
    for organisation, code in (("stranger", Code.WAITS_FOR_SECOND), ("developer", Code.OK)):
        token = approvals._confirming.set(approvals.Confirmation(1, house.user(organisation, "approver")))
        try:
            answer = do_transfer(account, "OTHER", "SZPHCER", 5, acting_user=developer)
        finally:
            approvals._confirming.reset(token)
        assert answer.code == code
    assert house.held("OTHER") == 5


def test_what_comes_back_of_a_buffered_issuance(house: House, tmp_path: Path, settings: Any) -> None:
    """All of the account's units are sold: the issuance's own 162 in the buffer go first; the rest is owed."""
    report = house.take(with_buffer(house, tmp_path, settings, "0.1"), "issue", "bureau", "officer")
    do_open_account("BUYER", "holding", house.organisations["stranger"], acting_user=HOUSE)
    do_transfer(f"PRJ-{report.project.number}", "BUYER", "SZPHCER", 1453, purpose="trade", acting_user=HOUSE)
    report = house.take(report, "correct", "bureau", "officer", over_issued="200")
    assert (house.held("BUFFER-SZPHCER"), owed_by(report.project)) == (0, 38)
    assert list(Return.objects.values_list("source", "quantity")) == [("buffer", 162)]


def test_a_row_that_says_it_is_made_up_is_not_taken(house: House) -> None:
    """The generator's rows are for demonstrations: nothing is credited for them."""
    report = house.begin(house.project())
    developer = house.user("developer", "representative")
    with pytest.raises(InputRejected) as refused:
        do_put_values(report, "project,year,cartons_t,origin\nM1,2025,1000,made_up\n", acting_user=developer)
    assert codes(refused) == {"projects.E012"}
    assert do_put_values(report, "project,year,cartons_t,origin\nM1,2025,1,real\n", acting_user=developer).values
