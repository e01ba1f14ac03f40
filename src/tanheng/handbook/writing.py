"""The files under ``docs/`` that are made from the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tanheng.handbook.blocks import Block, Picture
from tanheng.handbook.coverage import Coverage
from tanheng.handbook.coverage_page import coverage_page
from tanheng.handbook.html import html
from tanheng.handbook.markdown import markdown
from tanheng.handbook.methodology_page import methodologies_page, methodology_page
from tanheng.handbook.rules_page import rules_page
from tanheng.measures.credits.library import methodologies
from tanheng.measures.registry import MEASURES, Measure
from tanheng.policy.plan import Plan
from tanheng.text import LANGUAGES, Language

METHODOLOGIES = "measures/credits/methodologies"


def files_of_rules(plan: Plan, measures: Sequence[Measure] = MEASURES) -> Iterator[tuple[str, str]]:
    """Place under ``docs/`` and content of every page and picture of the rules."""
    for measure in measures:
        for language in LANGUAGES:
            blocks = list(rules_page(measure, plan, language))
            yield f"{measure.docs}/rules{_suffix(language)}.md", markdown(blocks, language)
            for block in blocks:
                if isinstance(block, Picture):
                    yield f"{measure.docs}/{block.file}", block.graph.as_svg(language)


def files_of_coverage(coverage: Coverage) -> Iterator[tuple[str, str]]:
    """The same for the coverage of the measures."""
    for language in LANGUAGES:
        yield f"coverage{_suffix(language)}.md", markdown(coverage_page(coverage, language), language)


def files_of_methodologies() -> Iterator[tuple[str, str]]:
    """The same for the methodologies of carbon credits: of each the newest version, and the list of all."""
    newest = {each.id: each for each in methodologies()}  # they come by id and version
    for language in LANGUAGES:
        suffix = _suffix(language)
        yield f"{METHODOLOGIES}/README{suffix}.md", markdown(methodologies_page(newest.values(), language), language)
        for each in newest.values():
            yield f"{METHODOLOGIES}/{each.id}{suffix}.md", markdown(methodology_page(each, language), language)


def pages_by_themselves(plan: Plan, measures: Sequence[Measure] = MEASURES) -> Iterator[tuple[str, str]]:
    """The same pages as HTML files that need nothing beside them."""
    for measure in measures:
        for language in LANGUAGES:
            blocks: list[Block] = list(rules_page(measure, plan, language, links=False))
            yield f"{measure.name}{_suffix(language)}.html", html(blocks, language)


def _suffix(language: Language) -> str:
    return "" if language == "en" else f".{language}"
