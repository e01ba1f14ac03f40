"""Other registries' tables: read in their own forms, every row that does not add up told with its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from tests.credits.overlaps import tables
from tests.credits.overlaps.tables import ALL, write
from tests.people.cast import Cast

from tanheng.credits.overlaps.actions import do_import_registry_table
from tanheng.credits.overlaps.imports.rows import Serials, Unreadable, day, number, quantity, serials
from tanheng.credits.overlaps.models import (
    ForeignIssuance,
    ForeignProject,
    ForeignRetirement,
    ImportedTable,
    ImportFinding,
)
from tanheng.people.models import Role
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

AS_OF = date(2026, 4, 20)


def take_in(folder: Path, registry: str, text: str, table: str = "") -> ImportedTable:
    file = write(folder / registry / str(len(list(folder.rglob("*.csv")))), text)
    return do_import_registry_table(registry, file, table=table, as_of=AS_OF, acting_user=HOUSE)


def findings(source: ImportedTable) -> list[tuple[int, str]]:
    return list(ImportFinding.objects.filter(source=source).order_by("line", "code").values_list("line", "code"))


@pytest.mark.django_db
@pytest.mark.parametrize(("registry", "table"), list(ALL))
def test_a_sound_table_is_read_whole_and_nothing_is_found(registry: str, table: str, tmp_path: Path) -> None:
    """Told by its columns alone, with the tables that come before it in place."""
    for (other, before), (text, rows) in ALL.items():
        if other != registry:
            continue
        source = take_in(tmp_path, other, text)
        if before == table:
            assert source.table == table
            assert (source.rows, source.taken) == (rows, rows)
            assert findings(source) == []
            return


@pytest.mark.django_db
def test_what_a_row_says_is_kept(tmp_path: Path) -> None:
    take_in(tmp_path, "verra", tables.VERRA_PROJECTS)
    take_in(tmp_path, "verra", tables.VERRA_UNITS)
    here, elsewhere = ForeignProject.objects.order_by("number")
    assert (here.number, here.here, elsewhere.here) == ("7001", True, False)
    assert (here.first, here.last, here.yearly) == (date(2019, 1, 1), date(2028, 12, 31), Decimal(56373))
    issued = ForeignIssuance.objects.order_by("line")
    told = [(str(row.quantity), row.vintage, row.line) for row in issued]
    assert told == [("425.000", 2022, 2), ("1075.000", 2022, 3)]
    (retired,) = ForeignRetirement.objects.all()
    assert (retired.on, str(retired.quantity), retired.beneficiary) == (date(2023, 6, 1), "425.000", "A Bank")


@pytest.mark.django_db
def test_a_renewed_crediting_period_of_the_cdm_ends_at_its_last_end(tmp_path: Path) -> None:
    take_in(tmp_path, "cdm", tables.CDM_PROJECTS)
    row = ForeignProject.objects.get()
    assert (row.number, row.first, row.last) == ("42", date(2008, 4, 1), date(2022, 3, 31))


@pytest.mark.django_db
def test_americans_write_the_month_first(tmp_path: Path) -> None:
    take_in(tmp_path, "acr", tables.ACR_PROJECTS)
    assert ForeignProject.objects.get().last == date(2040, 1, 14)


@pytest.mark.django_db
def test_a_sheet_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "gs.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Issuances")
        header, row = (line.split(",") for line in tables.GOLD_ISSUANCES.splitlines())
        for place, (name, cell) in enumerate(zip(header, row, strict=True)):
            sheet.write_string(0, place, name)
            sheet.write(1, place, int(cell) if cell.isdigit() else cell)
    source = do_import_registry_table("gold_standard", file, as_of=AS_OF, acting_user=HOUSE)
    assert (source.table, source.taken, findings(source)) == ("issuances", 1, [])


VERRA_ROW = (
    "{on},,{first},{last},{id},N,China,W,M,{total},{quantity},"
    "{block}-{start}-{end}-VCS-VCU-1507-VER-CN-13-7001-01012022-31122022-0,,{retired},B,R,"
)
SOUND = {
    "on": "2023-04-03", "first": "2022-01-01", "last": "2022-12-31", "id": "7001", "total": "1000",
    "quantity": "100", "block": "1", "start": "1", "end": "100", "retired": "",
}  # fmt: skip


def verra(*changes: dict[str, str]) -> str:
    header = tables.VERRA_UNITS.splitlines()[0]
    return "\n".join([header, *(VERRA_ROW.format(**{**SOUND, **each}) for each in changes)]) + "\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "rows", "expected"),
    [
        ("nothing", [{}], []),
        ("100 numbers for 99 t", [{"quantity": "99"}], [(2, "overlaps.F05")]),
        ("a range backwards", [{"start": "200", "end": "101"}], [(2, "overlaps.F05"), (2, "overlaps.F05")]),
        ("the same number twice", [{}, {"start": "100", "end": "199"}], [(3, "overlaps.F06")]),
        ("next to each other", [{}, {"start": "101", "end": "200"}], []),
        ("a year before the project", [{"first": "2018-01-01", "last": "2018-12-31"}], [(2, "overlaps.F08")]),
        ("a year after the project", [{"first": "2030-01-01", "last": "2030-12-31"}],
         [(2, "overlaps.F08"), (2, "overlaps.F15")]),
        ("a project that is not there", [{"id": "9999"}], [(2, "overlaps.F09")]),
        ("issued tomorrow", [{"on": "2026-04-21"}], [(2, "overlaps.F03")]),
        ("issued before the year ended", [{"on": "2022-06-30"}], [(2, "overlaps.F15")]),
        ("a year that ends before it begins", [{"last": "2021-12-31"}], [(2, "overlaps.F04")]),
        ("retired before it was issued", [{"retired": "2023-04-02"}], [(2, "overlaps.F11")]),
        ("more than the vintage", [{"total": "150"}, {"total": "150", "start": "101", "end": "200"}],
         [(3, "overlaps.F12")]),
        ("half a tonne", [{"quantity": "0.5"}], [(2, "overlaps.F05"), (2, "overlaps.F13")]),
        ("nothing issued", [{"quantity": "0"}], [(2, "overlaps.F05"), (2, "overlaps.F13")]),
        ("no quantity", [{"quantity": ""}], [(2, "overlaps.F01")]),
        ("no project", [{"id": ""}], [(2, "overlaps.F01")]),
        ("words for a quantity", [{"quantity": "many"}], [(2, "overlaps.F02")]),
        ("the 30th of February", [{"on": "2023-02-30"}], [(2, "overlaps.F02")]),
        ("a cell that is no range", [{"end": "x"}], [(2, "overlaps.F02")]),
    ],
)  # fmt: skip
def test_a_row_that_does_not_add_up_is_told(
    what: str, rows: list[dict[str, str]], expected: list[tuple[int, str]], tmp_path: Path
) -> None:
    take_in(tmp_path, "verra", tables.VERRA_PROJECTS)
    source = take_in(tmp_path, "verra", verra(*rows))
    assert findings(source) == expected
    assert source.findings_count == len(expected)
    for row in ImportFinding.objects.all():
        assert row.said_en and row.said_zh and row.said_en != row.said_zh


@pytest.mark.django_db
def test_more_retired_than_issued_is_told_where_it_happens(tmp_path: Path) -> None:
    take_in(tmp_path, "gold_standard", tables.GOLD_ISSUANCES)
    header, row = tables.GOLD_RETIREMENTS.splitlines()
    first = row.replace("2022,Retired,110", "2022,Retired,300").replace("-1-110", "-1-300")
    second = row.replace("2022,Retired,110", "2022,Retired,201").replace("-1-110", "-301-501")
    source = take_in(tmp_path, "gold_standard", "\n".join([header, first, second]) + "\n")
    # 300 + 201 of 500.
    assert findings(source) == [(3, "overlaps.F10")]
    assert "501 t of vintage 2022" in ImportFinding.objects.get(source=source).said_en


@pytest.mark.django_db
def test_parts_that_are_not_the_whole(tmp_path: Path) -> None:
    source = take_in(tmp_path, "acr", tables.ACR_ISSUANCES.replace("1000,900,100", "1000,900,50"))
    assert findings(source) == [(2, "overlaps.F12")]


@pytest.mark.django_db
def test_two_projects_of_one_number(tmp_path: Path) -> None:
    text = tables.VERRA_PROJECTS + tables.VERRA_PROJECTS.splitlines()[1] + "\n"
    source = take_in(tmp_path, "verra", text)
    assert findings(source) == [(4, "overlaps.F07")]
    assert ForeignProject.objects.count() == 2
    assert source.rows == 3 and source.taken == 2


@pytest.mark.django_db
def test_lines_count_as_an_editor_counts_them(tmp_path: Path) -> None:
    """The first row's text runs over two lines; the fault stands on line 4."""
    second = tables.GOLD_PROJECTS.splitlines()[1:]
    text = tables.GOLD_PROJECTS + "\n".join(second).replace("8001", "") + "\n"
    source = take_in(tmp_path, "gold_standard", text)
    assert findings(source) == [(4, "overlaps.F01")]


@pytest.mark.django_db
def test_what_is_no_such_table_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputRejected) as rejected:
        take_in(tmp_path, "verra", "ID,Title\n1,x\n")
    assert '"Name"' in str(rejected.value) and '"Serial Number"' in str(rejected.value)
    with pytest.raises(InputRejected):
        take_in(tmp_path, "acr", tables.GOLD_ISSUANCES)
    with pytest.raises(InputRejected, match="none of"):
        take_in(tmp_path, "ccer", tables.VERRA_PROJECTS)
    with pytest.raises(InputRejected):
        take_in(tmp_path, "verra", tables.VERRA_PROJECTS, table="issuances")
    with pytest.raises(InputRejected, match="double quotes"):
        take_in(tmp_path, "car", tables.CAR_ISSUANCES.replace("Made-up Acid,2022", "Made-up Acid,2022,more"))
    assert ImportedTable.objects.count() == 0


@pytest.mark.django_db
def test_the_same_file_is_taken_in_once(tmp_path: Path) -> None:
    take_in(tmp_path, "car", tables.CAR_PROJECTS)
    with pytest.raises(InputRejected, match="taken in before"):
        take_in(tmp_path, "car", tables.CAR_PROJECTS)


@pytest.mark.django_db
def test_a_table_of_tomorrow_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="future"):
        do_import_registry_table("car", write(tmp_path, tables.CAR_PROJECTS), as_of=date(2999, 1, 1), acting_user=HOUSE)


def test_only_the_bureau_s_officers_take_tables_in(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, tables.CAR_PROJECTS)
    for organisation in cast.organisations:
        for role in Role.values:
            user = cast.user(organisation, role)
            if (organisation, role) == ("bureau", "officer"):
                continue
            with pytest.raises(Refused):
                do_import_registry_table("car", file, as_of=AS_OF, acting_user=user)
    assert do_import_registry_table("car", file, as_of=AS_OF, acting_user=cast.user("bureau", "officer")).taken == 1


@pytest.mark.parametrize(
    ("registry", "cell", "expected"),
    [
        # Forms of serial numbers as the registries' own tables of April 2026 write them.
        ("verra", "19385-941467007-941467431-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1", 425),
        ("gold_standard", "GS1-1-UG-GS11236-16-2024-30307-1-19149", 19149),
        ("gold_standard", "RW-5-1463953-2-2-0-7014 - RW-5-1467609-2-2-0-7014", 3657),
        ("acr", "ACR-US-1185-2025-3078-1 to 85847", 85847),
        ("car", "CAR-1-US-1335-31-983-KS-2025-9205-1 to 5000", 5000),
    ],
)
def test_serial_numbers_as_registries_write_them(registry: str, cell: str, expected: int) -> None:
    found = serials(registry, cell)
    assert isinstance(found, Serials) and found.length == expected


def test_cells_that_mean_something_and_cells_that_mean_nothing() -> None:
    assert quantity("1,454,054") == 1454054 and quantity("550369.0") == 550369 and quantity("N/A") is None
    assert day("3/4/2025", day_first=False) == date(2025, 3, 4)
    assert day("3/4/2025", day_first=True) == date(2025, 4, 3)
    assert day("2026-04-13T12:35:58.842275", day_first=False) == date(2026, 4, 13)
    assert (number("ACR586"), number("CAR1335"), number("0042"), number("5962.0")) == ("586", "1335", "42", "5962")
    for wrong in ("1,45", "12 t", "1e30", "NaN"):
        with pytest.raises(Unreadable):
            quantity(wrong)
