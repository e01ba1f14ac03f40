"""The scenarios of a methodology: what it says as published, and the arithmetic with its declared examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tanheng.measures.credits.library import open_folder
from tanheng.measures.credits.methodology import Methodology
from tanheng.policy.scenarios import Outcome, Scenario, read_scenarios, rules_without_scenario, run_scenarios

AS_PUBLISHED = "scenarios.yaml"
WITH_EXAMPLES = "example_scenarios.yaml"


@dataclass(frozen=True)
class Tried:
    """What came of the scenarios of a folder; ``untried`` are rules that none of them speaks of."""

    methodology: Methodology
    outcomes: tuple[Outcome, ...]
    untried: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return bool(self.outcomes) and not self.untried and not any(each.differences for each in self.outcomes)


def run_scenarios_of(folder: Path) -> Tried:
    """Run both files of scenarios, each on the parameters that it is written for.

    Raises
    ------
    InputRejected
        With the faults of the methodology or of a scenario file.
    """
    outcomes: list[Outcome] = []
    scenarios: list[Scenario] = []
    for methodology, path in _files(folder):
        read = read_scenarios([path])
        scenarios += read
        outcomes += run_scenarios(read, methodology.rulebook, methodology.plan, (methodology.entity.table,))
    published = open_folder(folder)
    return Tried(published, tuple(outcomes), rules_without_scenario(scenarios, published.plan))


def _files(folder: Path) -> Iterator[tuple[Methodology, Path]]:
    for name, with_examples in ((AS_PUBLISHED, False), (WITH_EXAMPLES, True)):
        if name == AS_PUBLISHED or (folder / name).is_file():
            yield open_folder(folder, with_examples=with_examples), folder / name
