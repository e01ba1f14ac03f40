"""``tanheng test-rulebook``: the scenarios of policy people against the rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console

from tanheng.cli.screen import faults_told, read_date, screen
from tanheng.measures.registry import ALL_RULES, ALL_TABLES, MEASURES, SCENARIO_CITY, parameters_used
from tanheng.policy.explanation import Explanation
from tanheng.policy.plan import Plan
from tanheng.policy.review import stale, unused
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.policy.scenarios import (
    Difference,
    Outcome,
    Scenario,
    likely,
    read_scenarios,
    rules_without_scenario,
    run_scenarios,
)
from tanheng.problems import reject
from tanheng.text import Language, Text

DIFFERENT = 1

_SUM = Text(
    "{good} of {all} scenarios come out as expected; {tried} of {rules} rules are tried.",
    "{all} 个情景中 {good} 个与预期一致;{rules} 条规则中 {tried} 条有情景。",
)
_EXPECTED, _FOUND, _OFF = Text("expected", "预期"), Text("found", "得出"), Text("off by", "相差")
_UNTRIED = Text("no scenario tries {name}", "没有情景涉及 {name}")


def test_rulebook(
    rulebook: str, places: Sequence[Path], *, matching: str | None, uncovered: bool, chinese: bool, on: str | None
) -> None:
    """Run the scenarios and print each difference; then what stands in the rulebook and nobody uses.

    Raises
    ------
    typer.Exit
        With code 1 where a result differs or something wants a look, 2 where a rulebook or a scenario cannot be read.
    """
    language: Language = "zh" if chinese else "en"
    with faults_told():
        day = read_date(on)
        rules = load_rulebook(rulebook)
        plan = Plan(ALL_RULES, rules)
        read = read_scenarios(_files(places or _scenarios_of(rules)))
        chosen = _matching(read, matching)
        outcomes = run_scenarios(chosen, rules, plan, ALL_TABLES)
        untried = rules_without_scenario(chosen, plan)
        wants_a_look = [*unused(rules, parameters_used(plan)), *([] if day is None else stale(rules, day))]
    console = screen()
    different = [outcome for outcome in outcomes if outcome.differences]
    for outcome in different:
        _tell(outcome, console, language)
    if not outcomes:
        console.print(f"All {len(plan.rules)} rules stand on this rulebook.", style="green")
        console.print(f"It has no scenarios: write what you expect into {rules.folder / 'scenarios'}")
    else:
        total = _SUM.format(
            good=len(outcomes) - len(different),
            all=len(outcomes),
            tried=len(plan.rules) - len(untried),
            rules=len(plan.rules),
        )
        console.print(total.in_language(language), style="red" if different else "green")
    for name in untried if uncovered else ():
        console.print(f"  {_UNTRIED.format(name=name).in_language(language)}")
    for problem in wants_a_look:
        console.print(f"  {problem}", style="yellow")
    if different or wants_a_look:
        raise typer.Exit(DIFFERENT)


def _scenarios_of(rules: Rulebook) -> list[Path]:
    """Those of the measures for the city they are written for; another city keeps its own beside its rulebook."""
    own = rules.folder / "scenarios"
    theirs = [measure.scenarios for measure in MEASURES] if rules.city == SCENARIO_CITY else []
    return [*theirs, *([own] if own.is_dir() else [])]


def _files(places: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for place in places:
        if not place.exists():
            raise reject("scenario.E010", place, "there is no such file or folder")
        files += sorted(place.rglob("*.yaml")) if place.is_dir() else [place]
    if places and not files:
        raise reject("scenario.E011", ", ".join(map(str, places)), "there is no scenario here (*.yaml)")
    return files


def _matching(scenarios: Sequence[Scenario], words: str | None) -> Sequence[Scenario]:
    """Those whose name, file or rules contain the words, in any case."""
    if words is None:
        return scenarios
    found = [scenario for scenario in scenarios if any(words.lower() in said.lower() for said in _said_of(scenario))]
    if not found:
        names = {scenario.name for scenario in scenarios}
        raise reject("scenario.E019", f"-k {words}", "no scenario matches", hint=likely(words, names))
    return found


def _said_of(scenario: Scenario) -> tuple[str, ...]:
    return scenario.name, str(_shown(scenario.path)), *(expected.rule for expected in scenario.expected)


def _shown(path: Path) -> Path:
    """The path as somebody at the terminal would write it, so that an editor can follow it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


# -- telling -----------------------------------------------------------------------------------------


def _tell(outcome: Outcome, console: Console, language: Language) -> None:
    scenario = outcome.scenario
    console.print(f"{scenario.name}  ({_shown(scenario.path)}:{scenario.line})", style="bold red")
    row = ""
    for difference in outcome.differences:
        this = f"{difference.expected.entity} {difference.row}"
        if this != row:
            console.print(f"  {this}", style="bold")
            row = this
        _tell_difference(difference, console, language, f"{_shown(scenario.path)}:{difference.expected.line}")
    console.print()


def _tell_difference(difference: Difference, console: Console, language: Language, place: str) -> None:
    why = difference.explanation
    title = f"  {why.title.in_language(language)}" if why is not None else ""
    console.print(f"    {difference.expected.rule}{title}  ({place})")
    lines = [(_EXPECTED, difference.wanted, "green"), (_FOUND, difference.result(language), "red")]
    lines += [(_OFF, difference.off_by, "red")] if difference.off_by else []
    for word, said, style in lines:
        console.print(f"      {word.in_language(language):<9} {said}", style=style)
    if why is None:
        return
    console.print(f"      = {why.formula.in_language(language)}", style="dim")
    for part in why.children:
        console.print(f"        {_input(part, language)}", style="dim")


def _input(part: Explanation, language: Language) -> str:
    kind = f"  {part.remark(language)}" if part.kind in ("parameter", "total") else ""
    return f"{part.name}  {part.result(language)}{kind}"
