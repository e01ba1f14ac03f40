"""Communities and complaints as tables: what is given away, what comes in, what is counted, as pages and as API."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.communities.roads import (
    DIGEST,
    MANAGER,
    OFFICER,
    a_study,
    answered,
    applied,
    by_one,
    by_two,
    evaluated,
    in_review,
    titled,
)
from tests.people.cast import Cast

from tanheng.cases.models import Passage
from tanheng.communities.actions import do_apply_community, do_complain
from tanheng.communities.importing import ROWS_MOST
from tanheng.communities.models import Community, Complaint
from tanheng.people.models import Organisation

HEADER = "organisation,name,address,households,measures\n"
GOOD = HEADER + 'emitter,Hill Court,"Nanshan, Hill 2",120,"Quiet hours"\nother emitter,Sea View,Futian 8,75,Windows\n'


def browser(cast: Cast, person: tuple[str, str] | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if person is not None:
        client.force_login(cast.user(*person))
    return client


def rows_of(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200, response.content[:300]
    assert response["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in response["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def sent(
    client: Client, content: str | bytes, name: str = "applications.csv", place: str = "import_communities"
) -> Any:
    body = content.encode() if isinstance(content, str) else content
    where = "/api/quiet/communities/import" if place == "api" else reverse(place)
    return client.post(where, {"file": SimpleUploadedFile(name, body)})


def test_anybody_takes_the_titled_along_and_no_application(cast: Cast):
    case = titled(cast)
    named = do_apply_community(
        cast.organisation("emitter"),
        name="=HYPERLINK(1)",
        address="x",
        households=3,
        measures="x",
        acting_user=cast.user(*MANAGER),
    )
    for place in (reverse("communities_csv"), "/api/quiet/titles.csv"):
        (row,) = rows_of(browser(cast, None).get(place))
        assert (row["name"], row["state"], row["study"]) == ("Lakeside", "titled", DIGEST)
        assert row["review_due"] == str(case.review_due) and row["score"] == "", "no score is made up"
        assert "Quiet on every side" not in row.values(), "the finding is not public"
    for place in (reverse("communities_csv"), "/api/quiet/communities.csv"):
        found = rows_of(browser(cast, OFFICER).get(place))
        assert [row["id"] for row in found] == [str(case.pk), str(named.pk)]
        assert found[1]["name"] == "'=HYPERLINK(1)", "no spreadsheet takes a name for a formula"
    only = rows_of(browser(cast, OFFICER).get(reverse("communities_csv"), {"state": "applied"}))
    assert [row["id"] for row in only] == [str(named.pk)]
    assert browser(cast, None).get("/api/quiet/communities.csv").status_code == 401


def test_applications_of_many_come_in_by_page_and_by_program(cast: Cast):
    client = browser(cast, OFFICER)
    page = client.get(reverse("import_communities")).content.decode()
    assert all(f"<code>{name}</code>" in page for name in HEADER.strip().split(","))
    assert sent(client, GOOD).status_code == 302
    found = {each.name: each for each in Community.objects.all()}
    assert found["Hill Court"].organisation == cast.organisation("emitter")
    assert (found["Hill Court"].households, found["Hill Court"].address) == (120, "Nanshan, Hill 2")
    assert {each.state for each in found.values()} == {"applied"}
    begun = Passage.objects.filter(kind="communities", step="begin")
    assert {each.by_id for each in begun} == {cast.user(*OFFICER).pk} and begun.count() == 2
    assert browser(cast, MANAGER).get(found["Hill Court"].get_absolute_url()).status_code == 200
    again = sent(client, GOOD)
    assert again.status_code == 422 and again.content.decode().count("noise.E081") == 2
    done = sent(client, GOOD.replace("Hill Court", "Hill 2").replace("Sea View", "Sea 2"), place="api")
    assert done.status_code == 201 and done.json()["taken"] == 2
    assert Community.objects.count() == 4


def test_a_workbook_is_taken_as_well(cast: Cast):
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER.strip().split(","), ["emitter", "Hill Court", "Nanshan", 120, "Quiet hours"]]):
            sheet.write_row(at, 0, row)
    assert sent(browser(cast, OFFICER), written.getvalue(), "applications.xlsx").status_code == 302
    assert Community.objects.get().households == 120


def test_every_fault_is_told_by_its_line_and_nothing_is_taken(cast: Cast):
    Organisation.objects.create(kind="emitter", name="twice", district="440305")
    Organisation.objects.create(kind="emitter", name="twice", district="440306")
    applied(cast)
    wrong = (
        HEADER
        + "emitter,Hill Court,Nanshan 2,many,Quiet hours\n"
        + "nobody,Sea View,Futian 8,75,Windows\n"
        + f"emitter,{'x' * 101},Futian 8,0,Windows\n"
        + "emitter,Lakeside,Lake Road 1,10,Windows\n"
        + "twice,Up,Futian 8,75,Windows\n"
        + "other emitter,Down,,75,Windows\n"
        + "other emitter,Down,Futian 8,75,Windows\n"
    )
    expected = {
        ("line 2", "households"),
        ("line 3", "no organisation has this name"),
        ("line 4", "is longer than 100 signs"),
        ("line 4", "households"),
        ("line 5", "has an application or a title already"),
        ("line 6", "there are several of this name"),
        ("line 7", "address"),
        ("line 8", "stands already in line 7"),
    }
    page = sent(browser(cast, OFFICER), wrong)
    told = page.content.decode()
    assert page.status_code == 422
    faults = [
        each.split("</li>")[0] for each in told.split("<li>") if "applications.csv line" in each.split("</li>")[0]
    ]
    assert len(faults) == len(expected), faults
    for line, what in expected:
        assert [each for each in faults if f"{line}," in each and what in each], (line, what, faults)
    by_program = sent(browser(cast, OFFICER), wrong, place="api")
    assert by_program.status_code == 422 and len(by_program.json()["errors"]) == len(expected)
    assert Community.objects.count() == 1, "all lines or none"


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (HEADER, "a.csv", "has no row"),
        ("name,address\nx,y\n", "a.csv", "households"),
        ("小区,地址\n".encode("gb18030") * 3, "a.csv", "UTF-8"),
        ("x", "a.pdf", "is neither .csv nor .xlsx"),
        (b"PK\x03\x04nonsense", "a.xlsx", "a.xlsx"),
        (HEADER + "emitter,x{n},y,1,z\n" * (ROWS_MOST + 1), "a.csv", f"has more than {ROWS_MOST} rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(content: str | bytes, name: str, why: str, cast: Cast):
    told = sent(browser(cast, OFFICER), content, name)
    assert told.status_code == 422 and why in told.content.decode()
    assert Community.objects.count() == 0
    assert browser(cast, OFFICER).post(reverse("import_communities")).status_code == 422, "no file at all"


def test_who_takes_applications_in_and_who_reads_complaints(cast: Cast):
    for person in (MANAGER, ("bureau", "approver"), ("branch", "officer")):
        assert sent(browser(cast, person), GOOD).status_code == 403, person
        assert sent(browser(cast, person), GOOD, place="api").status_code == 403, person
    assert Community.objects.count() == 0
    answered(cast)
    for name in ("complaints_csv", "complaint_places", "community_reviews"):
        assert browser(cast, None).get(reverse(name)).status_code == 302
        assert browser(cast, MANAGER).get(reverse(name)).status_code == 403, name
    for place in ("complaints.csv", "complaints/places", "reviews"):
        assert browser(cast, MANAGER).get(f"/api/quiet/{place}").status_code == 403, place


def complain(place: str, source: str = "traffic", hours: float = 3) -> Complaint:
    return do_complain(
        source=source, place=place, noticed_at=timezone.now() - timedelta(hours=hours), text="+Drilling at night"
    )


def test_places_by_the_number_of_complaints(cast: Cast):
    for place, source in (("Lake Road 3", "traffic"), ("lake road 3", "social"), ("ＬＡＫＥ Road3 ", "traffic")):
        complain(place, source)
    by_one(complain("Lake Road 3"), "set_aside", cast, OFFICER, because="Said before")
    complain("Hill 1", "construction")
    complain("Hill 1", hours=24 * 60)
    officer = browser(cast, OFFICER)
    found = officer.get("/api/quiet/complaints/places").json()
    counts = [(each["place"].lower(), each["complaints"], each["traffic"], each["social"]) for each in found]
    assert [count for _place, *count in counts] == [[3, 2, 1], [2, 1, 0]], "what was set aside does not count"
    recent = officer.get("/api/quiet/complaints/places", {"days": 30}).json()
    assert [each["complaints"] for each in recent] == [3, 1]
    page = officer.get(reverse("complaint_places"), {"days": 30}).content.decode()
    assert page.index("<b>3</b>") < page.index("<b>1</b>")
    table = {row["number"]: row for row in rows_of(officer.get(reverse("complaints_csv")))}
    assert [row["complaints_at_place"] for row in table.values()] == ["3", "3", "3", "3", "2", "2"]
    assert all(row["text"] == "'+Drilling at night" for row in table.values())
    assert rows_of(officer.get("/api/quiet/complaints.csv")) == list(table.values())
    words = set(Complaint.objects.values_list("word", flat=True))
    assert not words & {cell for row in table.values() for cell in row.values()}, "nobody's word is given away"
    assert len(rows_of(officer.get(reverse("complaints_csv"), {"state": "set_aside"}))) == 1


def test_what_is_counted_of_titles(cast: Cast):
    empty = Client().get("/api/quiet/statistics").json()
    assert (empty["applied"], empty["titled"], empty["persons"], empty["quiet_side_pct"]) == (0, 0, None, None)
    a_study()
    case = evaluated(cast)
    before = Client().get("/api/quiet/statistics").json()
    assert (before["applied"], before["waiting"], before["titled"], before["households"]) == (1, 1, 0, 0)
    by_two(case, "give_title", cast)
    whole = Client().get("/api/quiet/statistics").json()
    assert (whole["titled"], whole["households"], whole["outlined"], whole["persons"]) == (1, 800, 0, None)
    for name in ("Harbour Gardens", "Harbour again"):
        other = do_apply_community(
            cast.organisation("other emitter"),
            name=name,
            address="x",
            households=90,
            measures="x",
            acting_user=cast.user("other emitter", "representative"),
        )
        given = {"study": DIGEST[:8], "feature": "c", "finding": "Quiet"}
        by_two(by_one(other, "evaluate", cast, OFFICER, **given), "give_title", cast)
    figures = (Community.objects.get(pk=other.pk).judged or {})["figures"]
    told = Client().get("/api/quiet/statistics").json()
    assert (told["titled"], told["households"], told["outlined"]) == (3, 980, 1), "one outline counts once"
    assert told["persons"] == pytest.approx(280.0) == pytest.approx(figures["persons"]["value"])
    assert told["quiet_side_pct"] == pytest.approx(figures["quiet_side"]["value"])
    page = browser(cast, None).get(reverse("communities")).content.decode()
    assert "<b>3</b>" in page and "<b>980</b>" in page and "<b>280</b>" in page
    assert f"<b>{told['quiet_side_pct']:.1f} %</b>" in page and "for 1 of 3" in page
    by_two(Community.objects.get(pk=other.pk), "end", cast, because="A bar opened")
    after = Client().get("/api/quiet/statistics").json()
    assert (after["titled"], after["ended"], after["households"], after["outlined"]) == (2, 1, 890, 1)


def test_the_bureau_sees_whose_review_is_due(cast: Cast):
    case, officer = in_review(cast), browser(cast, OFFICER)
    assert "No review is due" in officer.get(reverse("community_reviews")).content.decode()
    assert len(officer.get("/api/quiet/reviews", {"days": 400}).json()["items"]) == 1
    Community.objects.filter(pk=case.pk).update(review_due=timezone.localdate() - timedelta(days=1))
    page = officer.get(reverse("community_reviews")).content.decode()
    assert "Lakeside" in page and "overdue" in page and "handed in" in page
    assert [each["id"] for each in officer.get("/api/quiet/reviews").json()["items"]] == [case.pk]
    assert "1 overdue" in officer.get(reverse("communities")).content.decode()
    by_two(case, "end", cast, because="A bar opened")
    assert officer.get("/api/quiet/reviews", {"days": 400}).json()["items"] == [], "a title that ended is not reviewed"


def test_these_pages_ask_the_database_little(cast: Cast, tmp_path: Path):
    case = titled(cast)
    Community.objects.filter(pk=case.pk).update(review_due=timezone.localdate())
    answered(cast)
    client = browser(cast, OFFICER)
    for name in (
        *("communities", "communities_csv", "community_reviews", "import_communities"),
        *("complaints_csv", "complaint_places"),
    ):
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name)).status_code == 200
        assert len(asked) <= 12, (name, [each["sql"][:100] for each in asked.captured_queries])
