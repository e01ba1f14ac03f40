"""Whatever is claimed and released in whatever order: a day of a thing has one holder, as a plain model says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.credits.overlaps.claims import ClaimIn, Holder, do_claim, do_release
from tanheng.credits.overlaps.models import Claim
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

START = date(2026, 1, 1)
HOLDERS = [Holder("project", f"P-{number}", f"project {number}") for number in range(3)]
# Two spellings of one meter, and another one.
METERS = {"M-1": "m-1", "ｍ_1": "m-1", "M-2": "m-2"}

CLAIM = st.tuples(
    st.just("claim"),
    st.integers(0, 2),
    st.sampled_from(["registration", "issuance"]),
    st.lists(st.tuples(st.sampled_from(sorted(METERS)), st.integers(0, 12), st.integers(1, 6)), min_size=1, max_size=3),
)
NOTHING: list[tuple[str, int, int]] = []
RELEASE = st.tuples(
    st.just("release"), st.integers(0, 2), st.sampled_from(["registration", "issuance"]), st.just(NOTHING)
)


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(CLAIM, CLAIM, RELEASE), min_size=1, max_size=12))
def test_a_day_has_one_holder_whatever_happens(
    deeds: list[tuple[str, int, str, list[tuple[str, int, int]]]],
) -> None:
    for holder in HOLDERS:
        do_release(holder, "the next example", acting_user=HOUSE)
    # What stands, by thing, stage and day: who has it.
    stands: dict[tuple[str, str, int], int] = {}
    for what, who, stage, things in deeds:
        if what == "release":
            do_release(HOLDERS[who], "given up", acting_user=HOUSE, stage=stage)
            stands = {key: whose for key, whose in stands.items() if not (whose == who and key[1] == stage)}
            continue
        wanted = [(METERS[told], day) for told, first, days in things for day in range(first, first + days)]
        fits = len(wanted) == len(set(wanted)) and all(
            stands.get((meter, at, day), who) == who for meter, day in wanted for at in ("registration", "issuance")
        )
        fits = fits and not any((meter, stage, day) in stands for meter, day in wanted)
        claims = [
            ClaimIn("device", told, START + timedelta(first), START + timedelta(first + days - 1))
            for told, first, days in things
        ]
        try:
            do_claim(HOLDERS[who], claims, acting_user=HOUSE, stage=stage)
        except InputRejected:
            assert not fits
        else:
            assert fits
            stands |= {(meter, stage, day): who for meter, day in wanted}
    kept = {
        (row.key, row.stage, (row.during.lower - START).days + day): int(row.holder_key.removeprefix("P-"))
        for row in Claim.objects.filter(released_at__isnull=True)
        for day in range((row.during.upper - row.during.lower).days)
    }
    assert kept == stands
