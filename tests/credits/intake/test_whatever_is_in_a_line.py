"""Whatever stands in a line, it is told as that line's fault: never as ours, and never as that of the lines beside it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credits.intake.sending import event

from tanheng.credits.intake import scenes
from tanheng.credits.intake.checking import Checked, check_lines
from tanheng.credits.intake.words import REFUSED
from tanheng.problems import InputRejected

TODAY = date(2026, 11, 22)
GOOD = json.dumps(event(0, event_id="GOOD")).encode()


@pytest.fixture(autouse=True)
def only_what_comes_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "versions_between", lambda first, last: [])


def checked(*rows: bytes) -> Checked:
    return check_lines(b"\n".join(rows), "AP-000001", ["public_transport"], TODAY, most=1000)


@pytest.mark.parametrize(
    ("field", "values", "reason"),
    [
        ("at", ["infinity", "epoch", "now", "1e9", 5, [], {}, "2026-02-30 08:00:00", "2026-03-01", "294247-01-10T04:00:54Z",
                "2026-03-01T08:00:00+99:99", "2026-03-01 24:00:00"], "no_time"),
        ("until", ["infinity", "294247-01-10T04:00:54Z", ""], "no_time"),
        ("until", ["9999-12-31T23:59:59-15:59", "2026-03-02 09:00:01"], "wrong_end"),
        ("at", ["9999-12-31T23:59:59-15:59", "9999-12-31 23:59:59"], "in_future"),
        ("quantity", ["nan", "inf", "-inf", "1e400", "0x10", "1_000", " 5 ", "", True, [], 10**400, "１０"], "no_quantity"),
        ("event_id", ["", "a b", "\x00", "\n", "x" * 65, [1], {"a": 1}, "'; DROP TABLE x; --"], "no_id"),
        ("person", ["", 1, [], " 6f1c0000-0000-0000-0000-000000000001", "6f1c0000-0000-0000-0000-000000000001\n",
                    "6f1c00000000000000000000000000001", "张三", "440305199001011234"], "no_pseudonym"),
        ("scene", ["", 1, "x' OR '1'='1"], "other_scene"),
        ("mode", ["", None, [], "METRO"], "unknown_mode"),
        ("unit", ["", None, "KM"], "wrong_unit"),
    ],
)  # fmt: skip
def test_an_odd_value_is_refused_with_its_reason(field: str, values: list[Any], reason: str):
    for value in values:
        line = json.dumps({**event(1), field: value}).encode()
        found = checked(GOOD, line)
        assert (found.taken.num_rows, found.refusals) == (1, ((2, reason),)), value


@pytest.mark.parametrize(
    ("at", "beijing"),
    [
        ("2026-03-01T08:00:00Z", datetime(2026, 3, 1, 16)),
        ("2026-03-01T20:00:00-0500", datetime(2026, 3, 2, 9)),
        ("2026-03-01T08:00", datetime(2026, 3, 1, 8)),
        ("2026-03-01 08:00:00.5+08:00", datetime(2026, 3, 1, 8, 0, 0, 500_000)),
    ],
)
def test_a_time_is_told_by_beijings_clock(at: str, beijing: datetime):
    found = checked(json.dumps(event(1, at=at, until=None)).encode())
    assert found.taken.column("at").to_pylist() == [beijing]
    assert found.first_day == beijing.date()


@pytest.mark.parametrize(
    "line",
    [b"[" * 300_000, b"[" * 300_000 + b"]" * 300_000, b'{"person":' + b"[" * 300_000 + b"]" * 300_000 + b"}",
     b'{"a":' * 200_000 + b"1" + b"}" * 200_000, b"null", b'"text"', b"", b"{}", b"{}{}", b'{"event_id": "\\ud800"}'],
)  # fmt: skip
def test_a_line_that_is_no_event_ends_nothing(line: bytes):
    found = checked(GOOD, line, GOOD.replace(b"GOOD", b"GOOD2"))
    assert (found.taken.num_rows, [number for number, _reason in found.refusals]) == (2, [2])


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
CHANGED = st.dictionaries(st.sampled_from([*event(1), "phone"]), VALUES, max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(CHANGED.map(lambda other: json.dumps({**event(1), **other}).encode()), st.binary(max_size=40)),
                max_size=8))  # fmt: skip
def test_whatever_is_sent_every_line_is_told_of_and_good_ones_are_taken(rows: list[bytes]):
    try:
        found = checked(GOOD, *rows)
    except InputRejected as rejected:
        assert {problem.code for problem in rejected.problems} == {"intake.E012"}
        return
    assert found.lines == found.taken.num_rows + found.copies + len(found.refusals)
    assert {reason for _line, reason in found.refusals} <= set(REFUSED)
    assert 1 not in {line for line, _reason in found.refusals} or b"GOOD" in b"".join(rows)
    assert sum(found.refused.values()) == len(found.refusals)
