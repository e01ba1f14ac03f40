"""``tanheng docs``: the pages that are made from the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tanheng.cli.coverage import coverage_now
from tanheng.cli.screen import faults_told, screen
from tanheng.handbook.writing import files_of_coverage, files_of_methodologies, files_of_rules, pages_by_themselves
from tanheng.measures.registry import ALL_RULES
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook


def docs(folder: Path, rulebook: str, *, as_html: bool) -> None:
    """Write the pages and say how many; a file that is right already is left alone.

    Raises
    ------
    typer.Exit
        With code 2 where the rulebook or a scenario cannot be read.
    """
    with faults_told():
        plan = Plan(ALL_RULES, load_rulebook(rulebook))
        files = dict(pages_by_themselves(plan) if as_html else _for_docs(plan))
    written = 0
    for name, content in files.items():
        place = folder / name
        if not place.is_file() or place.read_text(encoding="utf-8") != content:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
            written += 1
    screen().print(f"{len(files)} files in {folder}, {written} of them new or changed.")


def _for_docs(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from files_of_rules(plan)
    yield from files_of_methodologies()
    yield from files_of_coverage(coverage_now(plan))
