"""From a city folder to a run: the one way in which a city is worked out.

    city + rulebook ──open──> tables ──rules──> assessments ──> run folder with report and workbook

The command line calls it, and whatever else starts a run does too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from tanheng import report
from tanheng.measures.assessment import Assessment
from tanheng.measures.registry import MEASURES, Measure
from tanheng.opening import KEPT, RESULTS, checked_date, evaluation_of, open_city
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.rulebook import PACKAGED, Rulebook, load_rulebook
from tanheng.runs.address import address_of
from tanheng.runs.assessments import DEMONSTRATION_NOTICE, write_assessment, write_json, write_rows
from tanheng.runs.explanations import write_explanations
from tanheng.runs.manifest import MANIFEST, Manifest, manifest_of
from tanheng.runs.snapshot import snapshot_of
from tanheng.runs.store import Origin, Run, digests, new_folder, open_run, remember_origin
from tanheng.text import Text
from tanheng.warehouse.city import City
from tanheng.warehouse.manifest import read_manifest
from tanheng.warehouse.queries import room_told

Progress = Callable[[Text, float], None]
_INTAKE_COLUMNS = [
    *((name, pa.string()) for name in ("id", "trap", "table", "subject", "file")),
    ("line", pa.int64()),
    *((name, pa.string()) for name in ("key", "column", "value", "expected")),
    ("rows", pa.int64()),
    ("asks_en", pa.string()),
    ("asks_zh", pa.string()),
]


def silent(step: Text, part: float) -> None:
    """No progress is shown."""


def perform(
    folder: Path,
    *,
    year: int | None = None,
    on: date | None = None,
    known_on: date | None = None,
    rulebook: str | Path | None = None,
    runs: Path = Path("runs"),
    force: bool = False,
    progress: Progress = silent,
) -> Run:
    """Work out a city for a year, or find the run that did.

    ``year`` is the last of the city's years when not given, ``on`` the last day of the year, ``rulebook`` the
    city's own. With ``known_on`` nothing counts that was recorded in the rulebook after that day. A run that
    stands already is held against its manifest and used; ``force`` builds it again. ``progress`` is told each step
    and how much of the whole is done before it, from 0 to 1.

    Raises
    ------
    InputRejected
        When the city, the rulebook, the year or the date cannot be used, or a run that stands is damaged.
    """
    progress(Text("Reading the city's tables", "读取城市数据表"), 0.0)
    about = read_manifest(folder)
    year = about.years[1] if year is None else year
    on = checked_date(about, year, on)
    rules = load_rulebook(about.rulebook if rulebook is None else rulebook, known_on=known_on)
    with room_told(folder, runs), open_city(folder, rules, on) as city:
        inputs = [(file.path, file.sha256) for file in city.inputs]
        address = address_of(inputs=inputs, rulebook=rules.digest, year=year, on=on)
        remember_origin(runs, address, Origin(folder.resolve(), _place_of(rules)))
        place = runs / address
        if (place / MANIFEST).is_file() and not force:
            progress(Text("Checking the run that stands already", "核对已有的运行结果"), 0.9)
            return open_run(place, verify=True)
        with new_folder(runs, address, replace=force) as partial:
            manifest = _work_out(city, rules, year, on, address, partial, progress)
            city.close()  # the report needs the run folder only, and the memory is better used for drawing
            _write_report(manifest, partial, progress)
    progress(Text("Done", "完成"), 1.0)
    return Run(place, Manifest.read(place))


def _place_of(rules: Rulebook) -> str:
    """A packaged rulebook by its name, any other by its folder."""
    return rules.name if rules.folder.parent == PACKAGED else str(rules.folder.resolve())


def _work_out(
    city: City, rules: Rulebook, year: int, on: date, address: str, folder: Path, progress: Progress
) -> Manifest:
    """Fill the folder of a run with assessments, results and what they rest on."""
    evaluation = evaluation_of(city, rules, on)
    assessments: list[Assessment] = []
    for place, measure in enumerate(MEASURES):
        progress(measure.title, 0.2 + 0.4 * place / len(MEASURES))
        assessment = measure.assess(evaluation, year)
        write_assessment(folder, assessment)
        assessments.append(assessment)
    progress(Text("Explaining the figures", "整理数据依据"), 0.6)
    write_explanations(folder, evaluation, assessments)
    progress(Text("Writing the results", "写出结果"), 0.65)
    demonstration = any(city.made_up(table) for table in city.tables)
    _write_results(evaluation, folder, DEMONSTRATION_NOTICE if demonstration else None)
    _write_geometry(city, assessments, folder)
    write_rows(folder / report.INTAKE, intake_rows(city), DEMONSTRATION_NOTICE if demonstration else None)
    snapshot = snapshot_of(rules, {measure.name: _parameters(evaluation, measure, rules) for measure in MEASURES}, on)
    snapshot.write(folder)
    measures = {measure.name: measure.title for measure in MEASURES}
    about = (city, rules, snapshot, measures)
    return manifest_of(*about, year=year, on=on, address=address, demonstration=demonstration)


def _write_report(manifest: Manifest, folder: Path, progress: Progress) -> None:
    """The page and the workbook of a run, then its manifest: it comes last, when everything else stands."""
    contents = report.Contents.of(Run(folder, manifest))
    progress(Text("Drawing the report", "绘制报告"), 0.7)
    (folder / report.PAGE).write_text(report.page(contents), encoding="utf-8", newline="\n")
    progress(Text("Writing the workbook", "写出工作簿"), 0.9)
    report.write_workbook(folder / report.WORKBOOK, contents)
    manifest.with_files(digests(folder)).write(folder)


def _parameters(evaluation: Evaluation, measure: Measure, rules: Rulebook) -> Sequence[str]:
    """The parameters that the measure's rules take up, and those of its own subject that its models read."""
    wanted: dict[Entity, list[str]] = {}
    for rule in measure.rules:
        wanted.setdefault(rule.entity, []).append(rule.name)
    own = (name for name in rules.parameters if name.startswith(f"{measure.name}."))
    return sorted({*evaluation.parameters_behind(wanted), *own})


def _write_results(evaluation: Evaluation, folder: Path, notice: str | None) -> None:
    for entity, frame in evaluation.results():
        if entity in KEPT:
            rows = frame.collect("pyarrow").to_native()
            write_rows(folder / RESULTS / f"{entity.name}.parquet", rows, notice)
    causes = evaluation.causes
    write_json(
        folder / RESULTS / "causes.json",
        {str(code): causes[code].text._asdict() for code in range(1, len(causes) + 1)},
    )


def _write_geometry(city: City, assessments: Sequence[Assessment], folder: Path) -> None:
    """The outlines that maps are drawn on; points are drawn on the districts."""
    layers = [layer for assessment in assessments for layer in assessment.maps]
    wanted = {layer.geometry for layer in layers if layer.geometry} | {"districts" for layer in layers}
    for name in sorted(wanted & city.manifest.geometry.keys()):
        write_json(report.geometry_folder(folder) / f"{name}.json", city.geometry(name))


def intake_rows(city: City) -> pa.Table:
    """The doubtful values of the city's tables, one row a question."""
    names = [name for name, _ in _INTAKE_COLUMNS]
    rows = [
        {
            **{name: getattr(question, name) for name in names[:-2]},
            "asks_en": question.asks.en,
            "asks_zh": question.asks.zh,
        }
        for question in city.questions
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(_INTAKE_COLUMNS))
