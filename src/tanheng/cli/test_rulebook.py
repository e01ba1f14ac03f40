"""``tanheng test-rulebook``: the scenarios of policy people against the rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from tanheng.cli.screen import faults_told, read_date, screen
from tanheng.measures.registry import ALL_RULES, ALL_TABLES, MEASURES, SCENARIO_CITY, parameters_used
from tanheng.policy.plan import Plan
from tanheng.policy.review import stale, unused
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.policy.scenarios import Outcome, read_scenarios, rules_without_scenario, run_scenarios
from tanheng.problems import reject

DIFFERENT = 1


def test_rulebook(rulebook: str, places: Sequence[Path], *, uncovered: bool, on: str | None) -> None:
    """Run the scenarios and print each difference; then what stands in the rulebook and nobody uses.

    Raises
    ------
    typer.Exit
        With code 1 where a result differs or something wants a look, 2 where a rulebook or a scenario cannot be read.
    """
    with faults_told():
        day = read_date(on)
        rules = load_rulebook(rulebook)
        plan = Plan(ALL_RULES, rules)
        scenarios = read_scenarios(_files(places or _scenarios_of(rules)))
        outcomes = run_scenarios(scenarios, rules, plan, ALL_TABLES)
        untried = rules_without_scenario(scenarios, plan)
        wants_a_look = [*unused(rules, parameters_used(plan)), *([] if day is None else stale(rules, day))]
    console = screen()
    different = [outcome for outcome in outcomes if outcome.differences]
    for outcome in different:
        _tell(outcome)
    if not outcomes:
        console.print(f"All {len(plan.rules)} rules stand on this rulebook.", style="green")
        console.print(f"It has no scenarios: write what you expect into {rules.folder / 'scenarios'}")
    else:
        _count(outcomes, different, plan, untried)
    if uncovered:
        for name in untried:
            console.print(f"  no scenario tries {name}")
    for problem in wants_a_look:
        console.print(f"  {problem}", style="yellow")
    if different or wants_a_look:
        raise typer.Exit(DIFFERENT)


def _count(outcomes: Sequence[Outcome], different: Sequence[Outcome], plan: Plan, untried: Sequence[str]) -> None:
    screen().print(
        f"{len(outcomes) - len(different)} of {len(outcomes)} scenarios come out as expected; "
        f"{len(plan.rules) - len(untried)} of {len(plan.rules)} rules are tried.",
        style="red" if different else "green",
    )


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


def _tell(outcome: Outcome) -> None:
    console = screen()
    console.print(f"{outcome.scenario.file}: {outcome.scenario.name}", style="bold red")
    for difference in outcome.differences:
        console.print(f"  {difference}")
