"""What is made from the code and lies in docs/ is what the code says."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.measures.worked_out import SCENARIOS, plan, worked_out

from tanheng.handbook.coverage import coverage_of
from tanheng.handbook.sections import sections_of
from tanheng.handbook.writing import (
    METHODOLOGIES,
    files_of_coverage,
    files_of_methodologies,
    files_of_rules,
    pages_by_themselves,
)
from tanheng.measures.registry import ALL_RULES, MEASURES

DOCS = Path(__file__).parents[2] / "docs"


def out_of_date(files: dict[str, str]) -> list[str]:
    return [
        name
        for name, content in files.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != content
    ]


def test_the_pages_of_the_rules_are_up_to_date() -> None:
    """A page that says another formula than the one that is computed is worse than none. Mend with ``make docs``."""
    assert out_of_date(dict(files_of_rules(plan()))) == []


def test_the_page_of_coverage_is_up_to_date() -> None:
    """Mend with ``make docs``."""
    coverage = coverage_of(plan(), SCENARIOS, worked_out()[1])
    assert out_of_date(dict(files_of_coverage(coverage))) == []


def test_the_pages_of_the_methodologies_are_up_to_date() -> None:
    """Whoever applies reads the formula there. Mend with ``make docs``."""
    made = dict(files_of_methodologies())
    assert out_of_date(made) == []
    assert {f"{METHODOLOGIES}/{path.name}" for path in (DOCS / METHODOLOGIES).iterdir()} == made.keys()


def test_nothing_made_lies_in_docs_that_is_no_longer_made() -> None:
    """The graph of a section that was renamed would go on telling the old rules."""
    made = {name for name, _ in files_of_rules(plan())}
    there = {str(path.relative_to(DOCS)) for measure in MEASURES for path in (DOCS / measure.docs).iterdir()}
    assert there == made


def test_every_page_that_coverage_names_exists_in_both_languages() -> None:
    pages = [page for measure in MEASURES for page in measure.pages]
    missing = [name for page in pages for name in (page, page.replace(".md", ".zh.md")) if not (DOCS / name).is_file()]
    assert pages and missing == []


def test_every_rule_is_on_the_page_of_its_measure() -> None:
    files = dict(files_of_rules(plan()))
    for measure in MEASURES:
        page = files[f"{measure.docs}/rules.md"]
        told = set(re.findall(r"^### .* · `(\w+)`$", page, flags=re.MULTILINE))
        assert told == {rule.name for rule in measure.rules}


@pytest.mark.parametrize("name", [name for name, _ in files_of_rules(plan()) if name.endswith(".svg")])
def test_every_picture_is_well_formed_and_fetches_nothing(name: str) -> None:
    picture = (DOCS / name).read_text("utf-8")
    ElementTree.fromstring(picture)
    assert re.findall(r"(?:href|src|url\()", picture) == []


def test_pages_by_themselves_are_well_formed_and_need_nothing_beside_them() -> None:
    """An officer without a network opens the file and sees formulas and graphs."""
    pages = dict(pages_by_themselves(plan()))
    assert len(pages) == 2 * len(MEASURES)
    for page in pages.values():
        body = page.removeprefix("<!doctype html>\n")
        body = re.sub(r"<(meta [^>]*)>", r"<\1/>", body)
        root = ElementTree.fromstring(body)
        assert {element.get("href", "#")[0] for element in root.iter()} == {"#"}
        assert "<script" not in page and "src=" not in page
        assert len(list(root.iter("math"))) >= len({rule.function for rule in ALL_RULES}) / 8


def test_every_rule_and_section_speaks_both_languages() -> None:
    """A page in Chinese that falls back to English is read by nobody at the bureau."""
    rules = [rule for rule in ALL_RULES if not rule.words.en or not rule.words.zh]
    sections = [section for measure in MEASURES for section in sections_of(measure, plan())]
    assert [rule.name for rule in rules] == []
    assert sections and [section.name for section in sections if not section.words.en or not section.words.zh] == []
