"""The public register and its statistics: a unit is found by its number, no holder is named against its will."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.credits.register.conftest import CREDIT, Books, asked, signed_in

from tanheng.cases.taking import take
from tanheng.credits.register.cases import do_begin_offset
from tanheng.credits.register.holders import do_show_holder
from tanheng.credits.register.models import Neutrality, OffsetUse
from tanheng.credits.register.statistics import count
from tanheng.credits.register.units import NoUnit, find_units, read_serial, serial_text
from tanheng.ledger.actions import do_define_asset, do_issue_units, do_reserve, do_transfer
from tanheng.people.rights import HOUSE, Refused

STATEMENTS = 12


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_a_unit_is_found_from_its_issuance_to_its_retirement(books: Books) -> None:
    do_transfer("SHOP", "WORKS", CREDIT, 50, acting_user=HOUSE)
    made = books.retire(10, acting_user=books.user(books.works, "representative"), account="WORKS", serials=[(1, 10)])
    found = find_units(None, CREDIT, 5, 5)
    assert [(each.purpose, each.first, each.last) for each in found.moves] == [
        ("issue", 5, 5),
        ("transfer", 5, 5),
        ("retire", 5, 5),
    ]
    [block] = found.blocks
    assert (block.retired, block.certificate, block.vintage, block.label) == (
        True,
        made.number,
        2022,
        "SZPH-2026-000001",
    )
    run = find_units(None, CREDIT, 1, 120)
    assert [(each.first, each.last, each.retired) for each in run.blocks] == [
        (1, 10, True),
        (11, 50, False),
        (51, 100, False),
        (101, 120, False),
    ]
    assert sum(each.quantity for each in run.blocks) == 120
    with pytest.raises(NoUnit):
        find_units(None, CREDIT, 100_000, 100_000)
    with pytest.raises(NoUnit):
        find_units(None, "SZA", 1, 1)


def test_a_holder_is_named_only_if_it_wants_to_be(books: Books) -> None:
    assert find_units(None, CREDIT, 1, 1).blocks[0].holder == ""
    assert find_units(books.user(books.works, "reader"), CREDIT, 1, 1).blocks[0].holder == ""
    assert find_units(books.user(books.hotel, "reader"), CREDIT, 1, 1).blocks[0].holder == "hotel"
    assert find_units(books.user(books.bureau, "officer"), CREDIT, 1, 1).blocks[0].holder == "hotel"
    with pytest.raises(Refused):
        do_show_holder(books.hotel, True, acting_user=books.user(books.works, "representative"))
    mine = books.user(books.hotel, "representative")
    do_show_holder(books.hotel, True, acting_user=mine)
    assert find_units(None, CREDIT, 1, 1).blocks[0].holder == "hotel"
    do_show_holder(books.hotel, False, acting_user=mine)
    assert find_units(None, CREDIT, 1, 1).blocks[0].holder == ""


def test_what_is_set_aside_shows_as_such(books: Books) -> None:
    do_reserve("SHOP", "HOTEL", CREDIT, 5, acting_user=HOUSE)
    assert "set aside" in text(asked("unit", CREDIT, 1))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("PHCER/2023/1001-1100", ("PHCER", 1001, 1100)),
        ("PHCER/2023/1001", ("PHCER", 1001, 1001)),
        ("PHCER/1001", ("PHCER", 1001, 1001)),
        ("phcer 7-9", ("phcer", 7, 9)),
        ("1001", ("", 1001, 1001)),
        ("2023", ("", 2023, 2023)),
        ("9-7", None),
        ("PHCER", None),
        ("0", None),
        ("12345678901234567890", None),
        ("THC-2026-00000001", None),
    ],
)
def test_serial_numbers_are_read_as_people_write_them(words: str, expected: tuple[str, int, int] | None) -> None:
    found = read_serial(words)
    assert (found and (found.asset, found.first, found.last)) == expected


def test_what_is_written_is_read_again() -> None:
    for vintage, first, last in ((2023, 1, 1), (None, 5, 9), (2020, 2021, 2022)):
        found = read_serial(serial_text("PHCER", vintage, first, last))
        assert found is not None
        assert (found.asset, found.first, found.last) == ("PHCER", first, last)


def test_the_search_leads_to_what_was_meant(books: Books) -> None:
    made = books.retire(10)
    assert asked("register", q=made.number).url == made.get_absolute_url()
    assert asked("register", q="PHCER/2022/7").url == reverse("unit", args=[CREDIT, 7])
    assert asked("register", q="7-9").url == reverse("units", args=[CREDIT, 7, 9])
    assert made.number in text(asked("register", q="guests of"))
    assert made.number in text(asked("register", q="SZPH-2026-000001"))
    assert made.number not in text(asked("register", q="SZPH-2026-000002"))
    assert "No retirement fits" in text(asked("register", q="nobody at all"))
    do_define_asset("CCER", "credit", "national reductions", second_person=False, acting_user=HOUSE)
    do_issue_units("CCER", "SHOP", 10, vintage=2024, acting_user=HOUSE)
    both = text(asked("register", q="7"))
    assert all(f'href="{reverse("units", args=[code, 7, 7])}"' in both for code in ("CCER", CREDIT))


def test_lists_go_on_and_come_to_an_end(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanheng.credits.register.pages.ROWS", 2)
    numbers = [books.retire(1).number for _ in range(5)]
    seen: list[str] = []
    where: str | None = reverse("register")
    while where:
        page = text(Client(headers={"accept-language": "en"}).get(where))
        seen += [number for number in reversed(numbers) if f">{number}<" in page]
        where = _next(page)
    assert seen == numbers[::-1]
    issued, where = [], f"{reverse('register')}?show=issuances"
    while where:
        page = text(Client(headers={"accept-language": "en"}).get(where))
        issued += [run for run in ("201-700", "101-200", "1-100") if f"/{run}</a>" in page]
        where = _next(page)
    assert issued == ["201-700", "101-200", "1-100"]


def _next(page: str) -> str | None:
    import html
    import re

    found = re.search(r'href="(\?[^"]*(?:cursor|before)=[^"]*)"', page)
    return reverse("register") + html.unescape(found[1]) if found else None


def test_statistics_say_what_the_ledger_says(books: Books) -> None:
    books.retire(30)
    do_define_asset("PTS", "points", "points", life_months=120, second_person=False, acting_user=HOUSE)
    found = count()
    assert (found.issued, found.retired, found.projects) == (700, 30, 2)
    assert [(row.vintage, row.issued, row.retired) for row in found.vintages()] == [(2022, 100, 30), (2023, 600, 0)]
    assert [(row.label, row.issued, row.retired) for row in found.by_project()] == [
        ("SZPH-2026-000002", 500, 0),
        ("SZPH-2026-000001", 200, 30),
    ]
    assert [(row.issued, row.retired) for row in found.credit_years()] == [(700, 30)]
    shown = text(asked("statistics"))
    assert ">700<" in shown
    for name in ("by_year", "by_vintage"):
        picture = asked("statistics_picture", name).json()
        assert {row["t"] for row in picture["data"]["data"]} >= {30}
        assert asked("statistics_drawing", name).content.startswith(b"<svg")
    assert asked("statistics_picture", "nothing").status_code == 404


def test_statistics_of_an_empty_register_are_an_empty_page(db: None) -> None:
    cache.clear()
    assert "Nothing is issued yet" in text(asked("statistics"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_asks_the_database_more_than_it_may(books: Books, language: str) -> None:
    for _ in range(20):
        made = books.retire(1, serials=None)
    mine = books.user(books.hotel, "representative")
    case = take_begun(books)
    use = do_begin_offset(books.works, 2025, acting_user=HOUSE)
    officer = signed_in(books.user(books.bureau, "officer"), language)
    pages: list[tuple[str, tuple[object, ...], dict[str, str]]] = [
        ("register", (), {}),
        ("register", (), {"show": "issuances"}),
        ("register", (), {"q": "SZPH-2026-000001"}),
        ("units", (CREDIT, 1, 700), {}),
        ("certificate", (made.number,), {}),
        ("statistics", (), {}),
        ("neutralities", (), {}),
        ("neutrality", (case.pk,), {}),
        ("offset_uses", (), {}),
        ("offset_use", (use.pk,), {}),
        ("new_retirement", (), {}),
        ("new_neutrality", (), {}),
        ("new_offset_use", (), {}),
        ("show_holder", (), {}),
    ]
    told: dict[tuple[str, str], int] = {}
    for name, arguments, query in pages:
        for client in (officer, signed_in(mine, language)):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                answer = client.get(reverse(name, args=arguments), query)
            assert answer.status_code in (200, 403, 404), (name, answer.status_code)
            told[name, str(query)] = max(told.get((name, str(query)), 0), len(captured))
            if answer.status_code == 200:
                shown = answer.content.decode()
                assert "style=" not in shown
    assert {name: found for name, found in told.items() if found > STATEMENTS} == {}


def take_begun(books: Books) -> Neutrality:
    from datetime import date

    from tanheng.credits.register.cases import do_begin_neutrality

    case = do_begin_neutrality(books.hotel, "a meeting", date(2025, 5, 1), date(2025, 5, 3), acting_user=HOUSE)
    case = take(case, "calculate", acting_user=HOUSE, given={"electricity": "10"}).case  # type: ignore[assignment]
    return take(case, "apply", acting_user=HOUSE, given={"account": "SHOP", "asset": CREDIT}).case  # type: ignore[return-value]


def test_retiring_by_the_form_gives_the_certificate(books: Books) -> None:
    client: Any = signed_in(books.user(books.hotel, "representative"))
    where = reverse("new_retirement")
    assert "Retire them for good" in text(client.get(where))
    given = {"from": "SHOP", "asset": CREDIT, "quantity": "3", "serials": "5-6, 9", "beneficiary": "Guests"}
    given |= {"purpose": "a week", "named": "on", "key": "k1"}
    done = client.post(where, given)
    assert done.status_code == 302
    assert "PHCER/2022/5-6" in text(client.get(done.url))
    assert client.post(where, given).url == done.url
    assert books.held("SHOP") == (97, 0)
    refused = client.post(where, given | {"quantity": "4", "key": "k2"})
    assert refused.status_code == 422
    assert client.post(where, given | {"from": "HOTEL", "serials": "", "key": "k3"}).url.startswith("/approvals/")
    for user in (books.user(books.hotel, "reader"), books.user(books.bureau, "auditor")):
        assert signed_in(user).get(where).status_code == 403
    assert Client().get(where).status_code == 302


def test_from_the_forms_to_the_page_of_the_case(books: Books) -> None:
    mine: Any = signed_in(books.user(books.hotel, "representative"))
    begun = mine.post(
        reverse("new_neutrality"),
        {"organisation": str(books.hotel.pk), "subject": "a meeting", "begins": "2025-05-01", "ends": "2025-05-03"},
    )
    case = Neutrality.objects.get()
    assert begun.url == case.get_absolute_url()
    stepped = mine.post(reverse("take_step", args=["neutrality", case.pk, "calculate"]), {"electricity": "10"})
    assert stepped.status_code == 302
    shown = text(mine.get(case.get_absolute_url()))
    assert "inventory.grid_factor[national_ets,CN]" in shown
    assert "Apply, and set units aside" in shown
    wrong = mine.post(
        reverse("new_neutrality"),
        {"organisation": str(books.hotel.pk), "subject": "a meeting", "begins": "May", "ends": "2025-05-03"},
    )
    assert wrong.status_code == 422
    emitter: Any = signed_in(books.user(books.works, "representative"))
    done = emitter.post(reverse("new_offset_use"), {"organisation": str(books.works.pk), "year": "2025"})
    assert done.url == OffsetUse.objects.get().get_absolute_url()
    assert emitter.get(case.get_absolute_url()).status_code == 404
    assert mine.get(done.url).status_code == 404
    assert Client().get(case.get_absolute_url()).status_code == 302
    named = mine.post(reverse("show_holder"), {"organisation": str(books.hotel.pk), "shown": "yes"})
    assert named.status_code == 302
    assert "hotel" in text(asked("unit", CREDIT, 1))


def test_an_organisation_that_is_not_ones_own_cannot_be_chosen(books: Books) -> None:
    mine: Any = signed_in(books.user(books.hotel, "representative"))
    told = mine.post(reverse("show_holder"), {"organisation": str(books.works.pk), "shown": "yes"})
    assert told.status_code == 422
    assert find_units(None, CREDIT, 250, 250).blocks[0].holder == ""
