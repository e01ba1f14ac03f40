"""Reasons in the page: an officer far from the city's tables must be able to follow a figure to its clause."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from tests.report.conftest import NASTY

from tanheng.report import page
from tanheng.report.contents import Contents


class Whys(HTMLParser):
    """The explanations of a page: their text by id, and what points to them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: dict[str, str] = {}
        self.depth: dict[str, int] = {}
        self.links: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and str(found.get("href")).startswith("#why-"):
            self.links.append(str(found["href"])[1:])
        if tag == "details":
            own = str(found.get("id") or "")
            current = own if own.startswith("why-") else self._open[-1][1] if self._open else ""
            self._open.append((tag, current))
            self.depth[current] = max(self.depth.get(current, 0), sum(name == current for _, name in self._open))

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1]:
            self.text[self._open[-1][1]] = self.text.get(self._open[-1][1], "") + data


@pytest.fixture
def whys(contents: Contents) -> Whys:
    reader = Whys()
    reader.feed(page(contents))
    return reader


def test_a_headline_figure_brings_its_reasons_down_to_the_clause(whys: Whys) -> None:
    said = whys.text["why-1"]
    # Whole: whoever adds up the lines comes out at the figure above. A Chinese reader has the unit in Chinese.
    assert "1,234,568 吨CO₂当量" in said and "t CO₂e" in said
    assert "power × inventory.grid_factor" in said
    assert "example value" not in said and "示例值" in said and "Notice 〔2024〕7, art. 3" in said
    assert "in force from 2024-01-01" in said and "2024-01-01 起生效" in said
    assert "3 parts, 1 undetermined" in said and "共 3 项，1 项未能确定" in said
    assert whys.depth["why-1"] == 3  # nested: the figure, its total, the part that is explained further


def test_what_is_missing_is_named_as_people_name_it(whys: Whys) -> None:
    assert "mass burned (Fuel burned) was not reported" in whys.text["why-1"]
    assert "fuel_use.mass_t" not in whys.text["why-1"]


def test_every_explanation_stands_once_and_is_pointed_to(contents: Contents, whys: Whys) -> None:
    """The same tree at the headline, in the section and under the table would triple the page."""
    assert list(whys.text) == ["why-1", "why-2", "why-3"]
    assert set(whys.links) == {"why-2", "why-3"}  # from the rows of the table; the card holds its own
    html = page(contents)
    assert [html.count(f'id="why-{number}"') for number in (1, 2, 3)] == [1, 1, 1]


def test_rows_are_explained_under_their_table_by_their_own_names(whys: Whys) -> None:
    assert NASTY in whys.text["why-2"] and "=1+1" in whys.text["why-3"]
    assert "tanheng explain runs/0123456789abcdef plant:=1+1,2024 plant_tco2e" in whys.text["why-3"]


def test_reasons_open_without_a_script_and_speak_both_languages(contents: Contents) -> None:
    html = page(contents)
    first = html[html.index('id="why-1"') :]
    first = first[: first.index("tanheng explain")]
    assert "<summary>" in first and "onclick" not in first
    assert len(re.findall('class="zh"', first)) == len(re.findall('class="en"', first)) > 5


def test_a_figure_that_the_run_did_not_explain_says_the_command(contents: Contents) -> None:
    bare = Contents(contents.manifest, contents.assessments, contents.snapshot, contents.intake, contents.geometries)
    html = page(bare)
    assert "tanheng explain runs/0123456789abcdef city_year:d0,2024 total_tco2e</code>" in html
    assert "why-1" not in html
