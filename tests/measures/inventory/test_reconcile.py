"""A gap to what others published is shown with its sign, and never made smaller."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tanheng.measures.inventory.reconcile import OutsideTotal, OwnTotal, outside_range, reconcile

CEADS_2019 = OutsideTotal("CEADs", 2019, 44_263_193)
CMCC_2020 = OutsideTotal("CMCC v2", 2020, 43_727_641)
CMCC_2021 = OutsideTotal("CMCC v2", 2021, 45_673_757)


def test_inside_above_below_and_unknown() -> None:
    own = {
        2019: OwnTotal(2019, 44e6, 42e6, 46e6),
        2020: OwnTotal(2020, 48e6, 46e6, 50e6),
        2021: OwnTotal(2021, 40e6, 39e6, 41e6),
    }
    other = OutsideTotal("CEADs", 2018, 46_994_533)
    found = reconcile(own, [CMCC_2021, CEADS_2019, CMCC_2020, other])
    assert [item.outside.year for item in found] == [2018, 2019, 2020, 2021]
    assert [item.verdict for item in found] == ["unknown", "inside", "below", "above"]
    assert found[0].gap_t is None
    assert found[2].gap_t == 48e6 - 43_727_641


def test_range_of_the_newest() -> None:
    """The example city's anchor: 43.7 to 45.7 million tonnes."""
    assert outside_range([CEADS_2019, CMCC_2020, CMCC_2021]) == (43_727_641, 45_673_757, 2019, 2021)
    assert outside_range([CMCC_2021, OutsideTotal("CEADs", 2012, 29_984_374)]) == (45_673_757, 45_673_757, 2021, 2021)
    assert outside_range([]) is None


@given(st.floats(1, 1e9), st.floats(1, 1e9), st.floats(0, 1e8))
def test_the_gap_closes_the_sum(ours: float, theirs: float, width: float) -> None:
    (found,) = reconcile({2020: OwnTotal(2020, ours, ours - width, ours + width)}, [OutsideTotal("x", 2020, theirs)])
    assert found.gap_t is not None
    assert theirs + found.gap_t == ours or abs(theirs + found.gap_t - ours) <= 1e-6 * max(ours, theirs)
    assert (found.verdict == "inside") == (ours - width <= theirs <= ours + width)
