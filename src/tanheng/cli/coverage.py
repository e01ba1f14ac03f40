"""``tanheng coverage``: from each measure to its parameters, rules, scenarios and pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from rich.markdown import Markdown
from rich.table import Table

from tanheng.cli.screen import faults_told, screen
from tanheng.handbook.coverage import Coverage, MeasureCovered, coverage_of
from tanheng.handbook.coverage_page import COLUMNS, NUMBERS, counts, coverage_page, measure_blocks, remarks, row
from tanheng.handbook.markdown import markdown
from tanheng.measures.registry import ALL_RULES, ALL_TABLES, MEASURES
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook
from tanheng.policy.scenarios import likely, outcomes_and_ways, read_scenarios
from tanheng.problems import reject
from tanheng.text import Language

# What a narrow screen has no room for; the page has it all.
_HIDDEN = {"text": 100, "tried": 100, "missing": 140}
_NUMBERS_WIDTH, _TITLE_WIDTH = 50, 44


def coverage(rulebook: str, measure: str | None, *, as_json: bool, out: Path | None, chinese: bool) -> None:
    """Print what there is for each measure, or for one of them in full.

    Raises
    ------
    typer.Exit
        With code 2 where a rulebook or a scenario cannot be read, or there is no such measure.
    """
    language: Language = "zh" if chinese else "en"
    with faults_told():
        plan = Plan(ALL_RULES, load_rulebook(rulebook))
        if measure is not None and measure not in (keys := [each.key for each in plan.rulebook.catalogue]):
            raise reject("coverage.E002", measure, "is no measure of the catalogue", hint=likely(measure, keys))
        found = coverage_now(plan)
    chosen = [each for each in found.measures if measure in (None, each.measure.key)]
    console = screen()
    if out is not None:
        out.write_text(markdown(coverage_page(found, language), language), encoding="utf-8")
        console.print(str(out))
    elif as_json:
        console.print(json.dumps([_plain(each) for each in chosen], ensure_ascii=False, indent=2))
    elif measure is not None:
        console.print(
            Markdown(markdown(measure_blocks(chosen[0], language), language).partition("\n\n")[2]), soft_wrap=False
        )
    else:
        _tell(found, language)


def coverage_now(plan: Plan) -> Coverage:
    """The coverage with the scenarios of all packages, which are worked out for it."""
    scenarios = read_scenarios([file for package in MEASURES for file in sorted(package.scenarios.rglob("*.yaml"))])
    _, ways = outcomes_and_ways(scenarios, plan.rulebook, plan, ALL_TABLES)
    return coverage_of(plan, scenarios, ways)


def _tell(found: Coverage, language: Language) -> None:
    """The sums and one line a measure."""
    console = screen()
    for line in [*counts(found, language), *remarks(found, language)]:
        console.print(line)
    names, keys = (COLUMNS.in_language(each).split("|") for each in (language, "en"))
    shown = [place for place, key in enumerate(keys) if console.width >= _HIDDEN.get(key, 0)]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place in shown:
        room = console.width - _NUMBERS_WIDTH if console.width < _HIDDEN["text"] else _TITLE_WIDTH
        most = room if place == 0 else None
        justify: Literal["left", "right"] = "right" if place in NUMBERS else "left"
        table.add_column(names[place], justify=justify, no_wrap=place == 0, max_width=most)
    for covered in found.measures:
        cells = row(covered, language)
        table.add_row(*(cells[place] for place in shown), style="" if covered.rules or covered.parameters else "dim")
    console.print()
    console.print(table, soft_wrap=False)


def _plain(covered: MeasureCovered) -> dict[str, Any]:
    measure = covered.measure
    return {
        "measure": measure.key,
        "title": {"en": measure.title.en, "zh": measure.title.zh},
        "confirmation": measure.confirmation,
        "parameters": [
            {
                "name": each.parameter.name,
                "values": each.values,
                "unset": each.unset,
                "weakest_status": None if each.weakest is None else each.weakest.word,
            }
            for each in covered.parameters
        ],
        "rules": [
            {"name": rule.name, "expectations": rule.expectations, "ways": rule.ways, "missed": list(rule.missed)}
            for rule in covered.rules
        ],
        "scenarios": [
            {"name": each.name, "file": f"{each.path.parent.parent.name}/scenarios/{each.path.name}"}
            for each in covered.scenarios
        ],
        "pages": list(covered.pages),
        "missing": [{"en": each.en, "zh": each.zh} for each in covered.missing],
    }
