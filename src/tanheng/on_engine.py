"""A city of Parquet on Polars or on a Spark cluster: the rules are worked out and written where the rows are.

    folder of Parquet ──> results/ENTITY.parquet, causes.json, summary.json

On Spark each result is a folder of parts that the executors write; what comes back to this process is the rows of the
city's years, which are few. Traps, references and repeated keys are the intake's: see ``warehouse.engines``. The
assessments and the report, which look at single facilities, are not made here.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import ExitStack
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tanheng.measures import base_entities
from tanheng.measures.registry import ALL_RULES, ALL_TABLES
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected, reject
from tanheng.warehouse.engines import Engine, open_on
from tanheng.warehouse.manifest import read_manifest
from tanheng.warehouse.whole_folder import whole_folder

WRITTEN: tuple[Entity, ...] = (
    base_entities.FACILITY_YEAR,
    base_entities.DISTRICT_YEAR,
    base_entities.SECTOR_YEAR,
    base_entities.CITY_YEAR,
)
_SCRATCH = "kept"
_NEEDS: dict[Engine, str] = {"polars": "polars", "spark": "pyspark"}


def work_out(
    folder: Path,
    out: Path,
    *,
    engine: Engine,
    master: str = "local[*]",
    on: date | None = None,
    rulebook: str | Path | None = None,
    known_on: date | None = None,
    settings: dict[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Work out every measure's rules for the entities of a run; the rows of the city's years.

    ``on`` is the last day of the city's last year when not given, ``rulebook`` the city's own, of which nothing
    counts that was recorded after ``known_on``. ``master`` and ``settings`` are Spark's. ``out`` must not be there
    yet, and nothing of it stays when something goes wrong; on a cluster all executors must see it and ``folder``.

    Raises
    ------
    InputRejected
        When the engine is not installed, the folder, its tables or the rulebook cannot be used, or ``out`` is there.
    """
    about = read_manifest(folder)
    rules = load_rulebook(about.rulebook if rulebook is None else rulebook, known_on=known_on)
    must_be_installed(engine)
    with whole_folder(out) as partial, ExitStack() as stack:
        session = None
        if engine == "spark":
            from tanheng.warehouse.spark_tables import session_on

            session = stack.enter_context(session_on(master, **(settings or {})))
        city = stack.enter_context(open_on(engine, folder, ALL_TABLES, session=session, scratch=partial / _SCRATCH))
        faults = city.find_faults(rules.categories())
        if faults:
            raise InputRejected(faults)
        evaluation = Evaluation(city, rules, ALL_RULES, on=on or date(about.years[1], 12, 31))
        wanted = {
            entity: [planned.name for planned in evaluation.plan if planned.rule.entity is entity] for entity in WRITTEN
        }
        evaluation.compute(wanted)
        for entity, names in wanted.items():
            evaluation.write(entity, names, partial / "results" / f"{entity.name}.parquet")
        summary = _rows(evaluation, base_entities.CITY_YEAR, wanted[base_entities.CITY_YEAR])
        causes = {str(n): evaluation.cause(n).text._asdict() for n in range(1, len(evaluation.causes) + 1)}
        _write(partial / "causes.json", causes)
        _write(partial / "summary.json", summary)
    return summary


def must_be_installed(engine: Engine) -> None:
    """Refuse an engine that this machine lacks, with how to get it."""
    if find_spec(_NEEDS[engine]) is None:
        message = f"{engine} is not installed here"
        hint = "In a copy of Tanheng, make cluster installs Polars and Spark"
        raise reject("engine.E005", "--engine", message, hint=hint)
    if engine == "spark" and shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise reject("engine.E005", "--engine", "Spark needs Java, and there is none", hint="Install Java 17 or later")


def _rows(evaluation: Evaluation, entity: Entity, names: list[str]) -> list[dict[str, Any]]:
    return list(evaluation.table(entity, names).sort(*entity.key).collect("pyarrow").iter_rows(named=True))


def _write(place: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    place.write_text(text + "\n", encoding="utf-8", newline="\n")
