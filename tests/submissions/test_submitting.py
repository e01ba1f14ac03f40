"""A table comes in, is checked against the whole city, mended, handed in, taken in or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.submissions.conftest import Cast
from tests.submissions.town import OWNER, fuel

from tanheng.measures.registry import ALL_TABLES
from tanheng.people.models import AuditEntry
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected
from tanheng.submissions import actions
from tanheng.submissions.access import access_submission
from tanheng.submissions.actions import (
    do_hand_in_submission,
    do_refuse_submission,
    do_submit_table,
    do_take_submission,
    do_withdraw_submission,
)
from tanheng.submissions.mending import can_be_mended_here, mended
from tanheng.submissions.models import State, Submission
from tanheng.submissions.place import base_folder, city_folder
from tanheng.submissions.receiving import file_of, keep
from tanheng.warehouse.city import City
from tanheng.web.problems import Problem

Send = Callable[..., Submission]
GOOD = fuel("OWN-1,2024-01-01,natural_gas,,12", "OWN-2,2024-01-01,natural_gas,,3")
BAD = fuel("OWN-1,2024-01-01,natural_gas,,-12", "OWN-1,2024-02-15,coal x,,3", "OWN-1,2024-03-01,natural_gas,,11")


def gas(folder: Path) -> dict[str, float]:
    with City.open(folder, [table for table in ALL_TABLES if table.name == "fuel_use"]) as city:
        rows = city.frame("fuel_use").collect("pyarrow").to_native().to_pylist()
    january = [row for row in rows if row["month"].month == 1]
    return {row["facility_id"]: row["volume_10k_nm3"] for row in january}


def hand_over(submission: Submission, cast: Cast) -> Submission:
    do_hand_in_submission(submission, acting_user=cast.representative)
    submission.refresh_from_db()
    return do_take_submission(submission, acting_user=cast.officer)


def test_every_fault_is_told_with_its_line_value_and_how_to_mend_it(send: Send):
    sent = send(BAD)
    told = [(each.line, each.column, each.value, each.expected, each.hint) for each in sent.findings.order_by("pk")]
    assert sent.state == State.FAULTY and sent.faults == 3
    assert (2, "volume_10k_nm3", "-12", "0 or more", "") in told
    assert (3, "month", "2024-02-15", "the first day of a month", "Write 2024-02-01") in told
    assert {row.line: row.cells[2] for row in sent.shown_rows.all()} == {2: "natural_gas", 3: "coal x"}


def test_what_is_taken_in_stands_in_the_next_city_and_the_operators_folder_stays(send: Send, cast: Cast):
    before = {path: path.read_bytes() for path in base_folder().rglob("*.csv")}
    assert city_folder() == base_folder()
    sent = send(GOOD)
    assert (sent.state, sent.rows, sent.replaces_rows) == (State.CLEAN, 2, 1)
    assert city_folder() == base_folder(), "what is not taken in counts nowhere"
    taken = hand_over(sent, cast)
    assert taken.state == State.TAKEN and taken.decided_by == cast.officer
    assert gas(city_folder()) == {"OWN-1": 12.0, "OWN-2": 3.0, "THEIRS": 40.0}
    assert {path: path.read_bytes() for path in base_folder().rglob("*.csv")} == before
    kept = city_folder() / f"taken-{sent.pk}" / "fuel_use.csv"
    assert kept.read_bytes() == GOOD, "a run names by its hash what was sent"
    assert f'"submission": {sent.pk}' in (city_folder() / "taken.json").read_text()


def test_a_later_table_corrects_an_earlier_one(send: Send, cast: Cast):
    hand_over(send(GOOD), cast)
    hand_over(send(fuel("OWN-1,2024-01-01,natural_gas,,13")), cast)
    assert gas(city_folder()) == {"OWN-1": 13.0, "OWN-2": 3.0, "THEIRS": 40.0}


def test_the_same_tables_make_the_same_city_and_others_another(send: Send, cast: Cast):
    hand_over(send(GOOD), cast)
    first = city_folder()
    assert city_folder() == first
    hand_over(send(fuel("OWN-1,2024-01-01,natural_gas,,13")), cast)
    assert city_folder() != first and first.exists()


def test_an_emitter_reports_for_its_own_plants_and_learns_nothing_of_others(send: Send, cast: Cast):
    """Else one competitor could rewrite, or read out, what another one burns."""
    sent = send(fuel("THEIRS,2024-01-01,natural_gas,,1", "NOWHERE,2024-01-01,natural_gas,,1"))
    told = [(each.code, each.line, each.column) for each in sent.findings.order_by("line")]
    assert told == [("submissions.E010", 2, "facility_id"), ("submissions.E010", 3, "facility_id")]
    assert len({(each.message, each.expected, each.hint) for each in sent.findings.all()}) == 1, (
        "what is not theirs and what is not there look the same"
    )
    assert send(fuel("THEIRS,2024-01-01,natural_gas,,1"), by=cast.officer).faults == 0


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (f"OWN-1,Renamed,{OWNER},440305,39", None),
        (f"NEW,A new one,{OWNER},440305,39", None),
        ("NEW,A new one,91440300MA5DEMA02X,440305,39", "organisation_id"),
        ("OWN-1,Given away,91440300MA5DEMA02X,440305,39", "organisation_id"),
        (f"THEIRS,Taken over,{OWNER},440305,39", "facility_id"),
    ],
)
def test_a_plant_is_neither_taken_from_nor_pushed_on_somebody(row: str, wrong: str | None, send: Send):
    sent = send(f"facility_id,name,organisation_id,district_id,sector\n{row}\n".encode(), table="facilities")
    assert [each.column for each in sent.findings.filter(is_fault=True)] == ([wrong] if wrong else [])


def test_tables_of_the_whole_city_are_the_bureaus(send: Send, cast: Cast):
    text = b"city_id,year,gdp_100m_cny\n440300,2025,40000\n"
    assert [each.code for each in send(text, table="city_economy").findings.all()] == ["submissions.E011"]
    assert send(text, table="city_economy", by=cast.officer).faults == 0


def test_what_is_doubtful_is_asked_and_keeps_nothing_out(send: Send):
    """A factor of a thousand is the commonest slip, and may be true all the same."""
    rows = [f"OWN-2,{year}-{month:02d}-01,natural_gas,,10" for year in (2023, 2024) for month in range(1, 13)]
    rows[13] = "OWN-2,2024-02-01,natural_gas,,10000"
    sent = send(fuel(*rows))
    assert (sent.state, sent.faults) == (State.CLEAN, 0)
    question = sent.findings.get()
    assert (question.line, question.column, question.code) == (15, "volume_10k_nm3", "trap.factor_of_history")
    assert question.asks_en.startswith("fuel_use.csv line 15") and "1,000" in question.asks_zh


def test_mended_in_the_browser_only_the_changed_lines_are_other_bytes(send: Send, cast: Cast):
    text = b"# a notice\n" + BAD.replace(b"OWN-1,2024-03-01,natural_gas,,11", b'OWN-1,"2024-03-01",natural_gas,,11')
    sent = send(text)
    assert can_be_mended_here(sent)
    new = mended(sent, {3: {4: "12"}, 4: {1: "2024-02-01", 2: "natural_gas"}})
    lines = new.decode().splitlines()
    assert lines[0] == "# a notice" and lines[4] == 'OWN-1,"2024-03-01",natural_gas,,11'
    assert lines[2:4] == ["OWN-1,2024-01-01,natural_gas,,12", "OWN-1,2024-02-01,natural_gas,,3"]
    later = do_submit_table(
        cast.emitter, "fuel_use", "sent.csv", keep("sent.csv", [new]), replaces=sent, acting_user=cast.representative
    )
    later = actions.do_check_submission(later)
    sent.refresh_from_db()
    assert (later.state, later.faults, sent.state) == (State.CLEAN, 0, State.REPLACED)
    assert file_of(sent.sha256, "csv").read_bytes() == text, "what was sent first is kept"
    assert b"natural_gas,,11" not in mended(sent, {}, [5])


def test_a_version_that_has_a_later_one_gets_no_second(send: Send, cast: Cast):
    sent = send(BAD)
    send(GOOD, replaces=sent)
    with pytest.raises(InputRejected):
        send(GOOD, replaces=sent)


def test_with_faults_nothing_is_handed_in_and_what_is_not_handed_in_is_not_taken(send: Send, cast: Cast):
    with pytest.raises(InputRejected):
        do_hand_in_submission(send(BAD), acting_user=cast.representative)
    with pytest.raises(InputRejected):
        do_take_submission(send(GOOD), acting_user=cast.officer)


def test_what_no_longer_fits_a_changed_city_goes_back(send: Send, cast: Cast, small_city: Path):
    """Between sending and deciding another table may have come in, or the operator's own may have changed."""
    sent = send(fuel("OWN-2,2024-01-01,natural_gas,,3"))
    do_hand_in_submission(sent, acting_user=cast.representative)
    sent.refresh_from_db()
    own = small_city / "plants" / "facilities.csv"
    before = own.read_text()
    own.write_text("".join(line for line in before.splitlines(keepends=True) if not line.startswith("OWN-2")))
    try:
        with pytest.raises(InputRejected, match="no longer fits"):
            do_take_submission(sent, acting_user=cast.officer)
    finally:
        own.write_text(before)
    sent.refresh_from_db()
    assert sent.state == State.FAULTY and not Submission.objects.filter(state=State.TAKEN).exists()


def test_when_the_city_itself_is_broken_its_sender_is_not_blamed(send: Send, cast: Cast, small_city: Path, caplog: Any):
    own = small_city / "plants" / "facilities.csv"
    before = own.read_text()
    own.write_text(before.replace("440306", "nowhere"))
    try:
        sent = send(GOOD)
    finally:
        own.write_text(before)
    assert [each.code for each in sent.findings.all()] == ["submissions.E013"]
    assert "nowhere" in caplog.text and not sent.findings.filter(message__contains="nowhere").exists()


def test_who_has_no_right_changes_nothing(send: Send, cast: Cast):
    sent = send(GOOD)
    with pytest.raises(Refused):
        send(GOOD, by=cast.reader)
    with pytest.raises(Refused):
        send(GOOD, by=cast.rivals, organisation=cast.emitter)
    do_hand_in_submission(sent, acting_user=cast.representative)
    sent.refresh_from_db()
    for who in (cast.representative, cast.rivals, cast.branch):
        with pytest.raises(Refused):
            do_take_submission(sent, acting_user=who)
        with pytest.raises(Refused):
            do_refuse_submission(sent, "because", acting_user=who)
    with pytest.raises(Refused):
        do_withdraw_submission(sent, acting_user=cast.rivals)
    with pytest.raises(Submission.DoesNotExist):
        access_submission(cast.rivals, sent.pk)
    assert access_submission(cast.branch, sent.pk) == sent, "its district's branch looks on"


def test_a_refusal_says_why_and_can_be_answered_with_a_new_version(send: Send, cast: Cast):
    sent = send(GOOD)
    do_hand_in_submission(sent, acting_user=cast.representative)
    with pytest.raises(InputRejected):
        do_refuse_submission(sent, "  ", acting_user=cast.officer)
    refused = do_refuse_submission(sent, "The meter was changed in May.", acting_user=cast.officer)
    assert refused.reason and refused.state == State.REFUSED
    assert send(GOOD, replaces=refused).state == State.CLEAN
    with pytest.raises(InputRejected):
        do_withdraw_submission(refused, acting_user=cast.representative)


def test_each_deed_leaves_its_entry_in_the_audit_trail(send: Send, cast: Cast):
    sent = hand_over(send(GOOD), cast)
    trail = AuditEntry.objects.filter(subject=f"submission {sent.pk}").order_by("pk")
    assert [(each.action, each.actor) for each in trail] == [
        ("tables.submit", cast.representative),
        ("tables.check", None),
        ("tables.hand_in", cast.representative),
        ("tables.take", cast.officer),
    ]


def test_nobody_sends_without_end(send: Send, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "HOURLY_MOST", 2)
    monkeypatch.setattr(actions, "OPEN_MOST", 3)
    first = send(BAD)
    send(BAD)
    with pytest.raises(Problem) as refused:
        send(BAD)
    assert refused.value.status == 429
    Submission.objects.update(submitted_at=timezone.now() - timedelta(hours=2))
    third = send(BAD)
    with pytest.raises(InputRejected, match="not done with"):
        send(BAD)
    send(BAD, replaces=third)
    do_withdraw_submission(first, acting_user=cast.representative)
