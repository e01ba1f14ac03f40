"""From what somebody asks to compare to the folder of the comparison: the one way in which it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tanheng import report
from tanheng.comparison.answer import assessment_of
from tanheng.comparison.compared import Compared
from tanheng.comparison.folder import (
    address_of,
    plain_variant,
    write_about,
    write_differences,
)
from tanheng.comparison.kept_reasons import write_reasons
from tanheng.comparison.overview import overview_of
from tanheng.comparison.page import PAGE, Head, page
from tanheng.comparison.reasons import Reason, side_by_side
from tanheng.comparison.results import chosen
from tanheng.comparison.sweep import Sweep, read_sweep
from tanheng.comparison.sweeping import answer_of_sweep
from tanheng.comparison.variants import Variant, frozen
from tanheng.comparison.working import Outcome, compare_dates, compare_variants, is_made_up, sweep_steps
from tanheng.measures.assessment import Assessment
from tanheng.measures.registry import ALL_RULES, MEASURES
from tanheng.opening import checked_date, evaluation_of, open_city
from tanheng.perform import Progress, silent
from tanheng.policy.explanation import Explanation, NothingToExplain, explain, read_subject
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.problems import InputRejected, Problem, reject
from tanheng.report import Contents
from tanheng.runs.assessments import write_assessment, write_json
from tanheng.runs.manifest import MANIFEST, manifest_of
from tanheng.runs.snapshot import snapshot_of
from tanheng.runs.store import Run, digests, new_folder, open_run
from tanheng.text import Text
from tanheng.warehouse.city import City
from tanheng.warehouse.manifest import Manifest as CityManifest
from tanheng.warehouse.manifest import read_manifest


@dataclass(frozen=True)
class Asked:
    """What is compared; exactly one of four kinds.

    Variants (the overlays of each), two dates, a sweep, or what is recorded now with what was known on a day.
    ``year`` is the last of the city's when not given, ``on`` the last day of the year, ``rulebook`` the city's own;
    ``results`` are shown instead of the key results of the measures.
    """

    city: Path
    variants: tuple[tuple[Path, ...], ...] = ()
    dates: tuple[date, date] | None = None
    sweep: str | None = None
    known_on: date | None = None
    year: int | None = None
    on: date | None = None
    rulebook: str | Path | None = None
    results: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Setting:
    """What is asked for, with the defaults filled in and the rulebooks read."""

    about: CityManifest
    base: Rulebook
    year: int
    on: date
    variants: tuple[Variant, ...] = ()
    sweep: Sweep | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)


def compare(asked: Asked, *, out: Path = Path("comparisons"), force: bool = False, progress: Progress = silent) -> Run:
    """Work the comparison out, or find it where it stands: a folder of ``out`` named by what went in.

    Raises
    ------
    InputRejected
        When the city, a rulebook, an overlay, a date, the sweep or a result cannot be used.
    """
    progress(Text("Reading the rulebooks", "读取规则库"), 0.0)
    setting = _setting(asked)
    with ExitStack() as stack:
        progress(Text("Reading the city's tables", "读取城市数据表"), 0.05)
        city = stack.enter_context(open_city(asked.city, setting.base, setting.on))
        address = address_of(city, setting.base, year=setting.year, on=setting.on, asked=setting.asked)
        place = out / address
        if (place / MANIFEST).is_file() and not force:
            progress(Text("Checking the comparison that stands already", "核对已有的比较结果"), 0.9)
            return open_run(place, verify=True)
        with new_folder(out, address, replace=force) as folder:
            worked = _work_out(asked, setting, city, stack, progress)
            _write(folder, address, setting, city, worked, _command(asked), progress)
    progress(Text("Done", "完成"), 1.0)
    return Run(place, open_run(place).manifest)


def explained(asked: Asked, subject: str, rule: str, *, depth: int) -> Iterator[tuple[Text, Reason]]:
    """Why one result of one row is what it is, before and after, for each variant asked for.

    Raises
    ------
    InputRejected
        As ``compare``, and where there is no such row or result.
    """
    setting = _setting(asked)
    if setting.sweep is not None:
        raise InputRejected([Problem("compare.E003", "--explain", message="explains variants or dates, not a sweep")])
    with ExitStack() as stack:
        city = stack.enter_context(open_city(asked.city, setting.base, setting.on))
        try:
            if asked.dates is not None:
                then = stack.enter_context(open_city(asked.city, setting.base, asked.dates[0]))
                before = _explained_on(then, setting.base, asked.dates[0], subject, rule, depth)
                after = _explained_on(city, setting.base, asked.dates[1], subject, rule, depth)
                yield Text(*(f"{asked.dates[0]} / {asked.dates[1]}",) * 2), side_by_side(before, after)
                return
            before = _explained_on(city, setting.base, setting.on, subject, rule, depth)
            for variant in setting.variants:
                after = _explained_on(city, variant.rulebook, setting.on, subject, rule, depth)
                yield variant.title, side_by_side(before, after)
        except (NothingToExplain, KeyError) as error:
            raise reject("compare.E004", "--explain", str(error.args[0])) from None


def _explained_on(city: City, rulebook: Rulebook, on: date, subject: str, rule: str, depth: int) -> Explanation:
    evaluation = evaluation_of(city, rulebook, on)
    entity, key = read_subject(evaluation, subject)
    return explain(evaluation, entity, key, rule, depth=depth)


# -- reading what is asked -------------------------------------------------------------------------


def _setting(asked: Asked) -> _Setting:
    given = {
        "--with": asked.variants,
        "--dates": asked.dates,
        "--sweep": asked.sweep,
        "--known-on": asked.known_on,
    }
    kinds = [name for name, each in given.items() if each]
    if len(kinds) != 1:
        hint = "Say --with OVERLAY, --dates A B, --known-on DAY or --sweep PARAMETER=FROM:TO:STEPS"
        message = f"{' and '.join(kinds)} cannot be asked together" if kinds else "says nothing to compare with"
        raise InputRejected([Problem("compare.E005", "tanheng compare", message=message, hint=hint)])
    about = read_manifest(asked.city)
    rulebook = about.rulebook if asked.rulebook is None else asked.rulebook
    base = load_rulebook(rulebook, known_on=asked.known_on)
    if asked.results:
        chosen(Plan(ALL_RULES, base), MEASURES, asked.results)  # before anything is read: a wrong name is told at once
    if asked.dates is not None:
        return _of_dates(asked, about, base)
    year = about.years[1] if asked.year is None else asked.year
    on = checked_date(about, year, asked.on)
    said: dict[str, Any] = {"results": list(asked.results)}
    if asked.sweep is not None:
        sweep = read_sweep(asked.sweep, base, on)
        said["sweep"] = {"parameter": sweep.parameter, "keys": list(sweep.keys), "values": list(sweep.values)}
        return _Setting(about, base, year, on, sweep=sweep, asked=said)
    if asked.known_on is not None:
        title = Text(f"known now, after {asked.known_on}", f"{asked.known_on} 之后至今所知")
        variants: tuple[Variant, ...] = (Variant("variant-1", title, load_rulebook(rulebook)),)
    else:
        variants = tuple(_variants(rulebook, asked.variants))
    said["variants"] = [plain_variant(variant) for variant in variants]
    return _Setting(about, base, year, on, variants, asked=said)


def _of_dates(asked: Asked, about: CityManifest, base: Rulebook) -> _Setting:
    assert asked.dates is not None
    problems = []
    if asked.year is not None or asked.on is not None:
        hint = "The dates say which years are compared"
        problems.append(Problem("compare.E006", "--dates", message="goes without --year and --date", hint=hint))
    first, last = about.years
    for day in asked.dates:
        if not first <= day.year <= last:
            expected = f"in a year of the city: {first} to {last}"
            problems.append(Problem("compare.E006", "--dates", value=day.isoformat(), expected=expected))
    if asked.dates[0] >= asked.dates[1]:
        value = f"{asked.dates[0]} {asked.dates[1]}"
        problems.append(Problem("compare.E006", "--dates", value=value, expected="an earlier and a later day"))
    if problems:
        raise InputRejected(problems)
    said = {"results": list(asked.results), "dates": [day.isoformat() for day in asked.dates]}
    return _Setting(about, base, asked.dates[1].year, asked.dates[1], asked=said)


def _variants(rulebook: str | Path, overlays: Sequence[Sequence[Path]]) -> Iterator[Variant]:
    """The variants, or the faults of all of them at once."""
    problems: list[Problem] = []
    found: list[Variant] = []
    for place, files in enumerate(overlays, start=1):
        try:
            book = load_rulebook(rulebook, overlays=tuple(files))
        except InputRejected as rejected:
            problems += [problem for problem in rejected.problems if problem not in problems]
            continue
        titles = [overlay.title for overlay in book.overlays]
        title = Text(" + ".join(each.en for each in titles), " + ".join(each.zh for each in titles))
        found.append(Variant(f"variant-{place}", title, book, tuple(sorted(file.name for file in files))))
    if problems:
        raise InputRejected(problems)
    yield from found


def _command(asked: Asked) -> str:
    """The command that asks for any other explanation."""
    said = [f"tanheng compare {asked.city.name}"]
    said += [f"--with {'+'.join(file.name for file in files)}" for files in asked.variants]
    if asked.dates is not None:
        said.append(f"--dates {asked.dates[0]} {asked.dates[1]}")
    if asked.known_on is not None:
        said.append(f"--known-on {asked.known_on}")
    return " ".join([*said, "--explain"])


# -- working it out --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Worked:
    assessments: tuple[Assessment, ...]
    outcomes: tuple[Outcome, ...]
    title: Text


def _work_out(asked: Asked, setting: _Setting, city: City, stack: ExitStack, progress: Progress) -> _Worked:
    progress(Text("Working out the base", "计算基准"), 0.15)
    if setting.sweep is not None:
        return _swept(setting, setting.sweep, city, asked.results, progress)
    outcomes: list[Outcome] = []
    if asked.dates is not None:
        before = stack.enter_context(open_city(asked.city, frozen(setting.base, asked.dates[0]), asked.dates[0]))
        outcomes.append(compare_dates(before, city, setting.base, asked.dates, asked=asked.results))
    else:
        working = compare_variants(
            city, setting.base, setting.variants, on=setting.on, year=setting.year, asked=asked.results
        )
        for place, outcome in enumerate(working):
            outcomes.append(outcome)
            progress(outcome.compared.title, 0.4 + 0.3 * (place + 1) / len(setting.variants))
    compared = [outcome.compared for outcome in outcomes]
    assessments = [assessment_of(each) for each in compared]
    if len(compared) > 1:
        assessments.insert(0, overview_of(compared))
    return _Worked(tuple(assessments), tuple(outcomes), _title(compared))


def _title(compared: Sequence[Compared]) -> Text:
    if len(compared) == 1:
        return compared[0].title
    return Text(f"{len(compared)} variants", f"{len(compared)} 个方案")


def _swept(setting: _Setting, sweep: Sweep, city: City, results: Sequence[str], progress: Progress) -> _Worked:
    parameter = setting.base[sweep.parameter]
    steps = []
    for step in sweep_steps(city, setting.base, sweep, on=setting.on, year=setting.year, asked=results):
        steps.append(step)
        said = f"{sweep.shown} = {step.value:g}"
        progress(Text(said, said), 0.4 + 0.3 * len(steps) / len(sweep.values))
    title = parameter.title
    if sweep.keys:
        keys = ", ".join(sweep.keys)
        title = Text(f"{title.en} ({keys})", f"{title.zh}({keys})")
    unit = "" if str(parameter.unit) == "1" else str(parameter.unit)
    answer = answer_of_sweep(sweep, title, unit, steps, demonstration=is_made_up(city))
    return _Worked((answer,), (), title)


def _write(
    folder: Path, address: str, setting: _Setting, city: City, worked: _Worked, command: str, progress: Progress
) -> None:
    """Fill the folder of a comparison; its manifest comes last, when everything else stands."""
    progress(Text("Writing the results", "写出结果"), 0.7)
    for assessment in worked.assessments:
        write_assessment(folder, assessment)
    for outcome in worked.outcomes:
        write_differences(folder, outcome.compared)
    write_about(folder, setting.asked)
    changed = {
        outcome.compared.id: [name for name in outcome.compared.changes if name in setting.base]
        for outcome in worked.outcomes
    }
    if setting.sweep is not None:
        changed = {"sweep": [setting.sweep.parameter]}
    snapshot = snapshot_of(setting.base, changed, setting.on)
    snapshot.write(folder)
    if any(assessment.maps for assessment in worked.assessments):
        write_json(report.geometry_folder(folder) / "districts.json", city.geometry("districts"))
    manifest = manifest_of(
        city,
        setting.base,
        snapshot,
        {assessment.measure: assessment.title for assessment in worked.assessments},
        year=setting.year,
        on=setting.on,
        address=address,
        demonstration=is_made_up(city),
    )
    manifest.write(folder)
    geometries = {"districts": city.geometry("districts")} if "districts" in city.manifest.geometry else {}
    contents = Contents(manifest, worked.assessments, snapshot, pa.table({}), geometries)
    progress(Text("Drawing the page", "绘制页面"), 0.75)
    explained = {outcome.compared.id: outcome.explained for outcome in worked.outcomes}
    titles = {name: parameter.title for name, parameter in setting.base.parameters.items()}
    write_reasons(folder, explained)
    text = page(contents, _head(setting, worked, command), explained, titles)
    (folder / PAGE).write_text(text, encoding="utf-8", newline="\n")
    progress(Text("Writing the workbook", "写出工作簿"), 0.95)
    report.write_workbook(folder / report.WORKBOOK, contents)
    manifest.with_files(digests(folder)).write(folder)


def _head(setting: _Setting, worked: _Worked, command: str) -> Head:
    base = setting.base.title
    if setting.base.known_on is not None:
        day = setting.base.known_on
        base = Text(f"{base.en}, as known on {day}", f"{base.zh}(截至 {day} 所知)")
    lines: list[tuple[Text, Text]] = [(Text("Compared with", "比较基准"), base)]
    for variant in setting.variants if setting.base.known_on is None else ():
        files = ", ".join(variant.overlays)
        lines.append((variant.title, Text(files, files)))
    return Head(worked.title, tuple(lines), command)
