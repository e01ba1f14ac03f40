"""The same project elsewhere: shown with what shows it, in the way until two persons decide."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.credits.overlaps import tables
from tests.credits.overlaps.tables import write
from tests.people.cast import Cast

from tanheng.credits.overlaps.actions import do_import_registry_table
from tanheng.credits.overlaps.claims import ClaimIn, Holder, do_accept_overlap, do_claim, do_look_for, find_overlaps
from tanheng.credits.overlaps.spelling import folded, likeness, registration
from tanheng.people import approvals
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

AS_OF = date(2026, 4, 20)
PERIOD = (date(2026, 1, 1), date(2030, 12, 31))
METER = ClaimIn("device", "M-1", *PERIOD)


@pytest.fixture
def elsewhere(cast: Cast, tmp_path: Path) -> None:
    for number, text in enumerate((tables.VERRA_PROJECTS, tables.VERRA_UNITS)):
        do_import_registry_table("verra", write(tmp_path / str(number), text), as_of=AS_OF, acting_user=HOUSE)


def landfill(name: str = "Nanshan landfill gas power") -> Holder:
    return Holder("project", "SZPH-2026-000009", name)


def test_the_number_that_a_project_names_is_looked_up(elsewhere: None) -> None:
    number = ClaimIn("registration", "VCS 7001", *PERIOD)
    found = find_overlaps(landfill("Something else"), [METER, number])
    assert [(each.other_key, each.certain) for each in found] == [("verra:7001", True)]
    (one,) = found
    # Until the crediting period there ends.
    assert (one.first, one.last) == (date(2026, 1, 1), date(2028, 12, 31))
    assert one.evidence["theirs"]["issued"] == "1500" and one.evidence["theirs"]["retired"] == "425"
    assert one.evidence["file"]["line"] == 2 and len(one.evidence["file"]["sha256"]) == 64
    assert "1500 t issued there" in one.sentence.en


def test_a_name_that_is_alike_is_shown_with_its_score(elsewhere: None) -> None:
    (found,) = find_overlaps(landfill("Nanshan Landfill Gas Electricity Power"), [METER])
    assert found.other_key == "verra:7001" and not found.certain and 0.75 <= found.score < 1
    with pytest.raises(InputRejected) as rejected:
        do_claim(landfill("Nanshan Landfill Gas Electricity Power"), [METER], acting_user=HOUSE)
    assert [problem.code for problem in rejected.value.problems] == ["overlaps.E003"]


@pytest.mark.parametrize(
    ("why", "holder", "claim"),
    [
        ("another name", landfill("Roofs of Bao'an"), METER),
        ("another country", landfill("Highland Wind Farm"), METER),
        ("after the period there", landfill(), ClaimIn("device", "M-1", date(2029, 1, 1), date(2030, 12, 31))),
        ("an application is no project", Holder("application", "APP-1", "Nanshan Landfill Gas Power"), METER),
        ("another registry's number", landfill("x"), ClaimIn("registration", "GS 7001", *PERIOD)),
    ],
)
def test_what_is_no_overlap(why: str, holder: Holder, claim: ClaimIn, elsewhere: None) -> None:
    assert find_overlaps(holder, [claim]) == []


def test_a_place_that_is_named_there_makes_less_alike_names_worth_a_look(elsewhere: None) -> None:
    holder = landfill("Gas to power at the Nanshan tip")
    assert 0.5 <= likeness(folded(holder.name), folded("Nanshan Landfill Gas to Power Project")) < 0.75
    assert find_overlaps(holder, [METER]) == []
    (found,) = find_overlaps(holder, [METER, ClaimIn("place", "Nanshan", *PERIOD)])
    assert "the place is named there" in found.sentence.en


def test_two_persons_accept_it_and_a_changed_row_is_looked_at_again(
    elsewhere: None, cast: Cast, tmp_path: Path
) -> None:
    holder = landfill()
    (kept,) = do_look_for(holder, [METER], acting_user=HOUSE)
    asked = do_accept_overlap(kept, "documents of both", "another landfill", acting_user=cast.user("bureau", "officer"))
    assert asked.approval is not None
    approvals.confirm(asked.approval.pk, cast.user("bureau", "approver"))
    do_claim(holder, [METER], acting_user=HOUSE)
    march = ClaimIn("device", "M-1", date(2026, 3, 1), date(2026, 3, 31))
    do_claim(holder, [march], acting_user=HOUSE, stage="issuance")
    # The registry's next table lists more under that number: what was accepted was something else.
    changed = tables.VERRA_PROJECTS.replace("Made-up Gas Ltd", "Another Gas Ltd")
    do_import_registry_table("verra", write(tmp_path / "next", changed), as_of=AS_OF, acting_user=HOUSE)
    april = ClaimIn("device", "M-1", date(2026, 4, 1), date(2026, 4, 30))
    with pytest.raises(InputRejected):
        do_claim(holder, [april], acting_user=HOUSE, stage="issuance")


def test_the_newest_table_holds(elsewhere: None, tmp_path: Path) -> None:
    without = "\n".join(line for line in tables.VERRA_PROJECTS.splitlines() if not line.startswith("7001")) + "\n"
    do_import_registry_table("verra", write(tmp_path / "next", without), as_of=AS_OF, acting_user=HOUSE)
    assert find_overlaps(landfill(), [METER]) == []


def test_a_registry_that_tells_no_period_is_looked_at_for_all_of_ours(cast: Cast, tmp_path: Path) -> None:
    do_import_registry_table("gold_standard", write(tmp_path, tables.GOLD_PROJECTS), as_of=AS_OF, acting_user=HOUSE)
    (found,) = find_overlaps(Holder("project", "P", "Cook stoves of the hills"), [METER])
    assert (found.first, found.last) == PERIOD and "no whole crediting period" in found.sentence.en
    assert found.evidence["theirs"]["issued"] is None, "no table of issuances is not zero tonnes"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("verra:1234", ("verra", "1234")),
        ("VCS 1234", ("verra", "1234")),
        ("VCS1234", ("verra", "1234")),
        ("gold_standard:GS11236", ("gold_standard", "11236")),
        ("acr:ACR586", ("acr", "586")),
        ("CAR1335", ("car", "1335")),
        ("CDM 0042", ("cdm", "42")),
        ("CCER-2024", ("ccer", "2024")),
        ("nothing", None),
    ],
)
def test_numbers_elsewhere_as_people_write_them(told: str, expected: tuple[str, str] | None) -> None:
    assert registration(told) == expected


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("深圳市南山区分布式光伏项目", "南山分布式光伏发电项目", True),
        ("深圳市公交电动化项目", "深圳市老虎坑垃圾焚烧发电项目", False),
        ("Xiaping Landfill Gas Collection", "Shenzhen Xiaping Landfill Gas Collection and Utilization", True),
        ("Wind farm of Hubei", "Landfill gas of Nanshan", False),
    ],
)  # fmt: skip
def test_names_that_people_would_call_alike(first: str, second: str, alike: bool) -> None:
    assert (likeness(folded(first), folded(second)) >= 0.5) == alike
