"""Files that are given away are written in parts, and a year of a monitor is worked out by the books as by the rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.communities.roads import OFFICER, received, titled
from tests.communities.test_monitors import browser, taken
from tests.people.cast import Cast, make_cast

from tanheng.communities import measuring
from tanheng.communities.complaint_cases import Complaint
from tanheng.communities.measuring import terms_of_city
from tanheng.communities.models import Hour, Monitor
from tanheng.communities.monitor_days import readings, spoken
from tanheng.communities.tabled import complaints_tabled
from tanheng.measures.quiet.assessment.monitoring import spells
from tanheng.web import spreadsheets
from tanheng.web.spreadsheets import as_csv, csv_answer

START = date(2026, 2, 26)
LEVELS = st.one_of(st.none(), st.floats(0, 140), st.sampled_from([50.0, 55.0]))
HOURS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 23)),
    st.tuples(LEVELS, st.sampled_from([0.0, 74.9, 75.0, 100.0]), st.sampled_from([None, 0.0, 5.0, 5.1]), st.booleans()),
    max_size=80,
)
DAY_OR_NONE = st.one_of(st.none(), st.integers(0, 4))


class Year(TestCase):
    """A monitor with any hours."""

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(HOURS, DAY_OR_NONE, DAY_OR_NONE)
    @example({(0, 8): (5e-324, 100.0, None, False)}, None, None)
    def test_the_books_say_of_hours_what_the_rule_says(
        self, hours: dict[Any, Any], begins: int | None, ends: int | None
    ) -> None:
        if begins is not None and ends is not None and ends < begins:
            begins, ends = ends, begins
        first, last = (None if each is None else START + timedelta(days=each) for each in (begins, ends))
        monitor = Monitor.objects.create(
            organisation=make_cast().organisation("emitter"), identifier="any", lon=114.0, lat=22.5, height_m=4.0,
            purpose="road", in_force_from=first, in_force_until=last,
        )  # fmt: skip
        Hour.objects.bulk_create(
            Hour(monitor=monitor, date=START + timedelta(days=day), hour=hour, leq_db=level, measured_pct=measured,
                 wind_m_s=wind, wet=wet)
            for (day, hour), (level, measured, wind, wet) in hours.items()
        )  # fmt: skip
        terms = terms_of_city()
        by_rule = spells(readings(monitor, Q()), terms)
        by_books = spoken(Q(monitor=monitor), terms).get(monitor.pk, ())
        assert [(each.monitor, each.date, each.period, each.hours) for each in by_books] == [
            (each.monitor, each.date, each.period, each.hours) for each in by_rule
        ]
        for there, here in zip(by_books, by_rule, strict=True):
            assert (there.level is None) == (here.level is None)
            assert here.level is None or there.level == pytest.approx(here.level, abs=1e-9)


def test_days_of_many_monitors_are_one_statement(cast: Cast):
    monitors = taken(cast, {"gate": (62.0, 55.0), "corner": (60.0, 50.0)})
    terms = measuring.terms_of_city()
    with CaptureQueriesContext(connection) as asked:
        found = spoken(Q(), terms)
    assert len(asked) == 1 and set(found) == {each.pk for each in monitors.values()}
    assert {round(each.level, 6) for each in found[monitors["gate"].pk] if each.level is not None} == {62.0, 55.0}


def test_a_file_is_written_as_it_is_sent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spreadsheets, "BLOCK", 20)
    made: list[int] = []

    def rows() -> Any:
        for n in range(100):
            made.append(n)
            yield [n, "声", None, "=1+1"]

    answer = csv_answer("x.csv", rows())
    assert isinstance(answer, StreamingHttpResponse)
    assert 0 < len(made) < 10, "the rest is not made before it is sent"
    assert answer.getvalue() == as_csv([n, "声", None, "=1+1"] for n in range(100))
    assert csv_answer("x.csv", []).getvalue() == as_csv([])


def test_what_cannot_be_read_is_no_half_file():
    def row(_number: int) -> list[object]:
        raise PermissionError

    with pytest.raises(PermissionError):
        csv_answer("x.csv", map(row, range(3)))


def test_complaints_and_communities_are_read_in_parts(cast: Cast):
    for _ in range(3):
        received(cast)
    titled(cast)
    with CaptureQueriesContext(connection) as asked:
        rows = list(complaints_tabled(Complaint.objects.all()))
    assert len(rows) == 4 and len(asked) <= 2
    for place in ("communities_csv", "complaints_csv"):
        answer = browser(cast.user(*OFFICER)).get(reverse(place))
        assert answer.status_code == 200 and answer.streaming, place
        assert answer.getvalue().startswith(b"\xef\xbb\xbf")
