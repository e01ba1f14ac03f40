"""A graph that can be read: nothing lies on anything else, and everything runs from left to right."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.measures.worked_out import plan

from tanheng.handbook.drawing import wrapped
from tanheng.handbook.layering import Layout, Size, lay_out
from tanheng.handbook.sections import graph_of, sections_of
from tanheng.measures.registry import MEASURES


def overlapping(layout: Layout, sizes: dict[str, Size]) -> list[tuple[str, str]]:
    def apart(one: str, other: str) -> bool:
        (x, y), (to_x, to_y) = layout.places[one], layout.places[other]
        return (
            x + sizes[one].width <= to_x
            or to_x + sizes[other].width <= x
            or y + sizes[one].height <= to_y + 1e-6
            or to_y + sizes[other].height <= y + 1e-6
        )

    return [pair for pair in combinations(sizes, 2) if not apart(*pair)]


GRAPHS = st.integers(1, 14).flatmap(
    lambda count: st.tuples(
        st.lists(st.floats(10, 90), min_size=count, max_size=count),
        st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])),
    )
)


@given(GRAPHS)
def test_boxes_never_overlap_and_lines_run_from_left_to_right(drawn: tuple[list[float], set[tuple[int, int]]]) -> None:
    heights, pairs = drawn
    sizes = {f"n{number}": Size(100, height) for number, height in enumerate(heights)}
    edges = [(f"n{start}", f"n{end}") for start, end in sorted(pairs)]
    layout = lay_out(sizes, edges)
    assert overlapping(layout, sizes) == []
    assert set(layout.lines) == set(edges)
    for (start, end), points in layout.lines.items():
        (x, y), (to_x, to_y) = layout.places[start], layout.places[end]
        assert points[0] == pytest.approx((x + 100, y + sizes[start].height / 2))
        assert points[-1] == pytest.approx((to_x, to_y + sizes[end].height / 2))
        assert [place for place, _ in points] == sorted(place for place, _ in points)
    for name, (x, y) in layout.places.items():
        assert x >= 0 and y >= -1e-6
        assert x + 100 <= layout.width and y + sizes[name].height <= layout.height + 1e-6


def test_lines_that_need_not_cross_do_not() -> None:
    """Two independent chains drawn across each other look like one knot."""
    sizes = {name: Size(50, 20) for name in "abcdef"}
    layout = lay_out(sizes, [("a", "d"), ("b", "c"), ("a", "f"), ("b", "e"), ("c", "e"), ("d", "f")])
    upper = layout.places["a"][1] < layout.places["b"][1]
    assert (layout.places["d"][1] < layout.places["c"][1]) == upper
    assert (layout.places["f"][1] < layout.places["e"][1]) == upper


def test_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="goes in a circle through a, b"):
        lay_out({name: Size(10, 10) for name in "ab"}, [("a", "b"), ("b", "a")])


def test_words_are_broken_at_blanks_and_between_chinese_characters() -> None:
    assert wrapped("fall of energy per GDP", 8) == ["fall of energy", "per GDP"]
    assert wrapped("单位增加值碳排放当年下降", 6) == ["单位增加值碳", "排放当年下降"]
    assert wrapped("设施燃料燃烧,二氧化碳", 6) == ["设施燃料燃", "烧,二氧化碳"]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_the_graph_of_a_section_shows_all_its_rules_and_what_they_take_up(measure: object) -> None:
    """A rule that is missing in the picture looks as if nothing depended on it."""
    for each in MEASURES:
        if each is not measure:
            continue
        for section in sections_of(each, plan()):
            graph = graph_of(section, plan())
            names = {box.name for box in graph.boxes}
            assert {f"{rule.first.rule.entity.name}.{rule.name}" for rule in section.rules} <= names
            assert {name for edge in graph.edges for name in edge} <= names


def test_a_parameter_stands_in_the_box_of_its_rule_and_results_are_marked() -> None:
    dual_control = next(measure for measure in MEASURES if measure.name == "dual_control")
    section = next(each for each in sections_of(dual_control, plan()) if each.name == "city_year")
    boxes = {box.name: box for box in graph_of(section, plan()).boxes}
    assert [note.en for note in boxes["city_year.carbon_goal"].notes] == ["Change of CO2 per GDP over the plan period"]
    assert boxes["city_year.carbon_warning"].kind == "result"
    assert boxes["city_year.carbon_goal"].kind == "rule"
