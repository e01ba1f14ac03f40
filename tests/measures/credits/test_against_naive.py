"""Crediting in bulk against events taken one by one, in whole numbers: the same grams, the same refusals."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.credits.events import Event, all_year, as_published, credited

SPAN = all_year(as_published("sz_public_transport"))
TENTHS = {"metro": 467, "electric_bus": 269}  # tenths of a gram a kilometre

metres = st.integers(-1, 50_000)
events = st.builds(
    Event,
    person=st.sampled_from(["P1", "P2", None]),
    application=st.sampled_from(["A", "B"]),
    event_id=st.sampled_from([*map(str, range(12)), None]),
    at=st.sampled_from(["2025-01-01 00:00:00", "2025-12-31 23:59:59", "2026-01-01 00:00:00", "soon"]),
    scene=st.just("public_transport"),
    mode=st.sampled_from(["metro", "metro", "electric_bus", "tram"]),
    quantity=st.one_of(metres.map(lambda each: each / 1000), st.just("far")),
    unit=st.sampled_from(["km", "km", "km", "m"]),
)


def reason(event: Event) -> str | None:
    """The first thing that is wrong with an event."""
    if event.person is None:
        return "no_person"
    if event.at == "soon":
        return "no_time"
    if isinstance(event.quantity, str) or event.quantity is None:
        return "no_quantity"
    if event.quantity < 0:
        return "negative"
    if not str(event.at).startswith("2025"):
        return "not_in_force"
    if event.mode not in TENTHS:
        return "unknown_mode"
    return None if event.unit == "km" else "wrong_unit"


def one_by_one(sent: list[Event]) -> tuple[dict[tuple[str, date], int], Counter[str]]:
    """Grams by person and day, and how many events were refused for which reason."""
    refused = Counter("no_id" for event in sent if event.event_id is None)
    copies: dict[tuple[str | None, str], list[Event]] = {}
    for event in sent:
        if event.event_id is not None:
            copies.setdefault((event.application, event.event_id), []).append(event)
    sums: dict[tuple[str, date], int] = {}
    for same in copies.values():
        event = same[0]
        why = "conflicting" if any(other != event for other in same) else reason(event)
        if why is not None:
            refused[why] += len(same)
            continue
        assert event.person is not None and event.mode is not None and isinstance(event.quantity, float)
        key = event.person, date.fromisoformat(str(event.at)[:10])
        sums[key] = sums.get(key, 0) + round(event.quantity * 1000) * TENTHS[event.mode]
    return {key: total // 10_000 for key, total in sums.items()}, refused


@settings(max_examples=25, deadline=None)
@given(st.lists(events, min_size=1, max_size=40), st.integers(1, 4))
def test_as_one_by_one(sent: list[Event], files: int) -> None:
    with TemporaryDirectory() as folder:
        answer = credited(Path(folder), SPAN, files=[sent[start::files] for start in range(files)])
    grams, refused = one_by_one(sent)
    assert {key: row["reduction_g"] for key, row in answer.rows.items()} == grams
    assert {each.reason: each.events for each in answer.intake.refused} == dict(refused)
    assert answer.intake.read == len(sent)
    assert answer.intake.counted + answer.intake.copies + sum(refused.values()) == len(sent)
