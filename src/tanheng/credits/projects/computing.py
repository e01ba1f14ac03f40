"""From monitored values to tonnes by year, by the methodology; what is undetermined says what is missing."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tanheng.measures.credits.methodology import Methodology
from tanheng.measures.credits.project_files import read_projects
from tanheng.people.values import refused_value
from tanheng.policy.evaluation import Evaluation
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import ORIGIN

MOST_CHARACTERS = 200_000
MOST_ROWS = 2_000


@dataclass(frozen=True)
class Worked:
    """A row of the values and what the methodology makes of it: each step by its name, and the reduction in tonnes.

    ``reduction_t`` is None where it is undetermined; ``missing`` then says why.
    """

    subject: str
    year: int
    steps: dict[str, float | None]
    reduction_t: int | None
    missing: Text | None

    @property
    def as_kept(self) -> dict[str, Any]:
        """As it stands in the report's record."""
        missing = {"en": self.missing.en, "zh": self.missing.zh} if self.missing is not None else None
        return {
            "project": self.subject,
            "year": self.year,
            "steps": self.steps,
            "reduction_t": self.reduction_t,
            "missing": missing,
        }


def read_values(methodology: Methodology, text: str) -> list[dict[str, Any]]:
    """Rows of CSV, one for a part of the project and a year, with the columns of the methodology's monitoring plan.

    Raises
    ------
    InputRejected
        ``projects.E010`` for too much of it or nothing, ``E012`` for a row that is made up, and all that
        ``read_projects`` finds.
    """
    if len(text) > MOST_CHARACTERS:
        message = _("is longer than %d characters") % MOST_CHARACTERS
        raise refused_value("projects.E010", "report", "values", None, message)
    with tempfile.TemporaryDirectory(prefix="tanheng-report-") as folder:
        file = Path(folder) / f"{methodology.entity.table.name}.csv"
        # A browser ends lines in its own way; the reader wants one way throughout.
        file.write_text("\n".join(text.strip().splitlines()) + "\n", encoding="utf-8", newline="\n")
        rows = read_projects(methodology, file)
    if not rows:
        raise refused_value("projects.E010", "report", "values", None, _("hold no row below the names of the columns"))
    if len(rows) > MOST_ROWS:
        raise refused_value("projects.E010", "report", "values", None, _("are more than %d rows") % MOST_ROWS)
    invented = [
        Problem(
            "projects.E012", "report", number, "values", message=_("is marked as made up: nothing is credited for it")
        )
        for number, row in enumerate(rows, start=2)
        if row.get(ORIGIN.name) == "made_up"
    ]
    if invented:
        raise InputRejected(invented)
    return rows


def work_out(methodology: Methodology, rows: Sequence[dict[str, Any]]) -> list[Worked]:
    """What the methodology makes of rows, with the parameters of their years."""
    entity = methodology.entity
    names = list(dict.fromkeys(methodology.calculation.values()))
    on = date(max(row["year"] for row in rows), 12, 31)
    worked = []
    with City.from_rows((entity.table,), {entity.table.name: list(rows)}) as city:
        evaluation = Evaluation(city, methodology.rulebook, (), on=on, plan=methodology.plan)
        for row in evaluation.table(entity, names).collect("pyarrow").iter_rows(named=True):
            reduction = row[methodology.reduction]
            missing = None
            if reduction is None:
                missing = evaluation.cause(row[f"{methodology.reduction}__cause"]).text
            steps = {name: None if row[name] is None else float(row[name]) for name in names}
            amount = None if reduction is None else int(reduction)
            worked.append(Worked(row["project"], int(row["year"]), steps, amount, missing))
    return sorted(worked, key=lambda each: (each.year, each.subject))


def by_year(worked: Sequence[Worked]) -> dict[int, int]:
    """Tonnes by year of rows that are all determined."""
    totals: dict[int, int] = {}
    for each in worked:
        assert each.reduction_t is not None
        totals[each.year] = totals.get(each.year, 0) + each.reduction_t
    return totals
