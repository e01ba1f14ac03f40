"""What ``tanheng quiet plan`` and ``calibrate`` do."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import typer

from tanheng.cli.quiet_work import new_folder, same_sources, say, traffic_by, write_json
from tanheng.cli.screen import faults_told, read_date
from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.burden import weights_of
from tanheng.measures.quiet.assessment.calibration import Measured, calibrate, calibrated, groups_by_class
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.assessment.plan.effects import Effects, emit_by, screen_by
from tanheng.measures.quiet.assessment.plan.making import make_plan, priced
from tanheng.measures.quiet.assessment.plan.proposing import propose
from tanheng.measures.quiet.periods import HOURS
from tanheng.measures.quiet.places.monitors import transfer_to_monitors
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.study import Study
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected, Problem, reject
from tanheng.text import Text

NO_COSTS = Text(
    "no measure has a cost, so there is nothing to choose from: state the costs of your city in an overlay of the "
    "rulebook and name it by --with (docs/measures/quiet-assessment.md)",
    "没有一项措施有造价,无从选择:请在叠加包(YAML)中给出本市造价,并用 --with 指定(docs/measures/quiet-assessment.md)",
)
COLUMNS = ("monitor", "level_db", "from_hour", "to_hour")


def choose(
    folder: Path,
    budget: float,
    *,
    rulebook: str,
    overlays: Sequence[Path],
    day: str,
    counts: Path | None,
    out: Path | None,
    chinese: bool,
) -> None:
    """``plan``."""
    with faults_told():
        if not budget >= 0.0:
            raise reject("noise.E055", "budget", f"is {budget:g} CNY", hint="0 or more.")
        study = Study.load(folder)
        terms = Terms(load_rulebook(rulebook, overlays), read_date(day))
        traffic = traffic_by(study.quarter, counts, rulebook, day)
        same_sources(study, traffic)
        weights = weights_of(study, terms)
        candidates, left_out = priced(propose(study, weights, terms, traffic))
        told: Counter[tuple[str, str]] = Counter()
        for candidate, why in left_out:
            told[(candidate.title.zh, why.zh) if chinese else (candidate.title.en, why.en)] += 1
        for (title, reason), times in told.items():
            typer.echo(f"left out: {title}{f' ({times})' if times > 1 else ''}: {reason}")
        if left_out and not candidates:
            say([NO_COSTS], chinese=chinese)
        effects = Effects(
            study,
            weights,
            candidates,
            emit=emit_by(study, traffic),
            screen=screen_by(study),
            window_gain=terms.given(reads.WINDOW_GAIN).value,
        )
        plan = make_plan(effects, budget, left_out=left_out)
        for taken in plan.taken:
            title = taken.candidate.title.zh if chinese else taken.candidate.title.en
            typer.echo(f"{title}: {taken.candidate.cost:,.0f} CNY")
        relieved = f"{plan.relief:,.0f} of {plan.before:,.0f} person·dB above the limits"
        typer.echo(f"{plan.cost:,.0f} of {budget:,.0f} CNY relieve {relieved}")
        say(plan.notes, chinese=chinese)
        if out is not None:
            write_json(out, plan.as_json())


def read_measured(file: Path) -> list[Measured]:
    """Rows ``monitor, level_db, from_hour, to_hour`` (of the day; ``to_hour`` is not counted).

    Raises ``InputRejected`` (``noise.E057``) with every fault, by line.
    """
    problems: list[Problem] = []
    found: list[Measured] = []
    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if lacking:
                said = f"has no columns {', '.join(lacking)}"
                raise InputRejected([Problem("noise.E057", str(file), 1, message=said)])
            for line, row in enumerate(reader, start=2):
                values: list[float] = []
                for name in COLUMNS[1:]:
                    try:
                        values.append(float(row[name] or ""))
                    except ValueError:
                        problems.append(Problem("noise.E057", str(file), line, name, row[name], expected="a number"))
                if len(values) < 3:
                    continue
                level, first, last = values
                if not (0 <= first < HOURS and 0 < last <= HOURS and first != last):
                    said = f"is {first:g} to {last:g}"
                    problems.append(Problem("noise.E057", str(file), line, "to_hour", message=said, expected="0 to 24"))
                    continue
                found.append(Measured(row["monitor"], level, _hours(int(first), int(last))))
    except UnicodeDecodeError as fault:
        said = f"is not UTF-8: byte {fault.start + 1} is none"
        hint = "Save it as “CSV UTF-8” in Excel, or convert it from GBK."
        raise InputRejected([Problem("noise.E057", str(file), message=said, hint=hint)]) from fault
    except OSError as fault:
        raise InputRejected([Problem("noise.E057", str(file), message=f"cannot be read: {fault}")]) from fault
    if problems:
        raise InputRejected(sorted(problems))
    return found


def _hours(first: int, last: int) -> tuple[int, ...]:
    """Over midnight too."""
    return tuple(hour % HOURS for hour in range(first, last if last > first else last + HOURS))


def fit(folder: Path, file: Path, *, save: Path | None, rulebook: str, day: str, out: Path | None) -> None:
    """``calibrate``."""
    with faults_told():
        if save is not None:
            new_folder(save)
        study = Study.load(folder)
        terms = Terms(load_rulebook(rulebook), read_date(day))
        measured = read_measured(file)
        ids, kinds, features, statuses = (
            tuple(study.columns[name].to_pylist()) for name in ("id", "kind", "feature", "status")
        )
        emission = Emission(ids, kinds, features, statuses, study.emission)
        rows = _rows(study, measured, file)
        transfer = transfer_to_monitors(study.quarter, emission, study.settings).rows(np.array(rows, dtype=np.int64))
        groups = groups_by_class(study.quarter, kinds, features)
        found = calibrate(transfer, study.emission, measured, groups, terms)
        for name, errors in (("before", found.before), ("after", found.after), ("left out", found.left_out)):
            typer.echo(
                f"{name:8}: rmse {errors.rmse:.1f} dB, mean {errors.bias:+.1f} dB, largest {errors.largest:+.1f} dB"
            )
        for group, offset, heard in zip(found.groups, found.offsets, found.heard, strict=True):
            typer.echo(f"{group}: {f'{offset:+.1f} dB' if heard else 'no monitor hears it'}")
        say([found.note()])
        if out is not None:
            write_json(out, found.as_json())
        if save is not None:
            calibrated(study, found, groups).save(save)
            typer.echo(f"wrote {save}")


def _rows(study: Study, measured: Sequence[Measured], file: Path) -> list[int]:
    known = {name: row for row, name in enumerate(study.quarter["monitors"]["id"].to_pylist())}
    unknown = sorted({each.monitor for each in measured} - set(known))
    if unknown:
        raise InputRejected(
            [
                Problem("noise.E057", str(file), None, "monitor", name, "is no monitor of the quarter")
                for name in unknown
            ]
        )
    return [known[each.monitor] for each in measured]
