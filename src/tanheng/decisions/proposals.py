"""What a run proposes, read by its address: the texts, whom a decision is about, whether its figure is known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.utils.translation import gettext as _

from tanheng.measures.assessment import Decision
from tanheng.people.models import Kind, Organisation
from tanheng.problems import InputRejected, Problem
from tanheng.runs.facilities import organisation_of
from tanheng.runs.manifest import MANIFEST, Manifest
from tanheng.runs.plain import from_plain
from tanheng.runs.store import Run, open_run, origin_of
from tanheng.text import Text
from tanheng.web.templatetags.page import said


class NoProposal(ObjectDoesNotExist):
    """There is no such run here, or it has no such part."""


@dataclass(frozen=True)
class Proposed:
    """The decisions that one part of a run proposes."""

    run: Run
    measure: str
    decisions: Mapping[str, Decision]
    trust: str
    demonstration: bool

    @property
    def manifest(self) -> Manifest:
        """What the run says of itself."""
        return self.run.manifest


def run_of(address: str, *, verify: bool = False) -> Run:
    """A run by its address; with ``verify`` every one of its files is held against its manifest.

    Raises
    ------
    NoProposal
        When there is none.
    InputRejected
        When it is damaged.
    """
    folder = Path(settings.TANHENG_RUNS) / address
    if not address.isalnum() or not (folder / MANIFEST).is_file():
        raise NoProposal(address)
    run = open_run(folder, verify=verify)
    if run.manifest.address != address:
        raise NoProposal(address)
    return run


def proposed_by(run: Run, measure: str) -> Proposed:
    """What a part of a run proposes, as its file says.

    Raises
    ------
    NoProposal
        When the run has no such part.
    """
    if measure not in run.manifest.measures:
        raise NoProposal(measure)
    # Only the text: the rows of its tables and charts are not asked for.
    text: dict[str, Any] = json.loads((run.folder / "assessments" / f"{measure}.json").read_text("utf-8"))
    decisions = {each["id"]: from_plain(Decision, each) for each in text["decisions"]}
    return Proposed(run, measure, decisions, text["trust"] or "", bool(text["demonstration"]))


def binds(decision: Decision) -> bool:
    """Whether it binds somebody other than who publishes it: all but what is said of the whole city."""
    return decision.subject.partition(":")[0] != "city"


def found_in(proposed: Proposed, ids: Sequence[str]) -> list[Decision]:
    """The decisions of these ids, each known to rest on a figure.

    Raises
    ------
    InputRejected
        With one problem for each that is not there or whose figure is undetermined.
    """
    problems = list(_problems(proposed, ids))
    if problems:
        raise InputRejected(problems)
    return [proposed.decisions[one] for one in ids]


def _problems(proposed: Proposed, ids: Sequence[str]) -> Iterator[Problem]:
    where = f"{proposed.manifest.address} {proposed.measure}"
    for one in ids:
        if one not in proposed.decisions:
            yield Problem("decisions.E001", where, column="decision", value=one, message=_("is not proposed there"))
            continue
        missing = undetermined(proposed, proposed.decisions[one])
        if missing is not None:
            yield Problem(
                "decisions.E002",
                where,
                column="decision",
                value=one,
                message=_("rests on a figure that is undetermined: %s") % said(missing),
                hint=_("Have what is missing reported, and assess the city again"),
            )


def undetermined(proposed: Proposed, decision: Decision) -> Text | None:
    """What is missing of the figure that a decision rests on; None where it is known, or is no figure of the run."""
    entity, _dot, rule = decision.rule.partition(".")
    if entity == proposed.measure:
        return _of_indicator(proposed, rule)
    file = proposed.run.folder / "results" / f"{entity}.parquet"
    columns = pq.read_schema(file).names if file.is_file() else []
    if rule not in columns:
        return None
    key, beside = columns[0], [name for name in (f"{rule}__cause",) if name in columns]
    conditions = [(key, "=", decision.subject.partition(":")[2])]
    if "year" in columns:
        conditions.append(("year", "=", proposed.manifest.year))  # type: ignore[arg-type]
    rows = pq.read_table(file, columns=[rule, *beside], filters=conditions).to_pylist()
    if not rows:
        return Text("the assessment says nothing of it", "评估中没有该项")
    if rows[0][rule] is not None:
        return None
    causes: dict[str, Any] = json.loads((file.parent / "causes.json").read_text("utf-8"))
    cause = causes.get(str(rows[0].get(f"{rule}__cause")))
    return Text(cause["en"], cause["zh"]) if cause else Text("not reported", "未报告")


def _of_indicator(proposed: Proposed, rule: str) -> Text | None:
    file = proposed.run.folder / "assessments" / f"{proposed.measure}.json"
    for each in json.loads(file.read_text("utf-8"))["indicators"]:
        if each["id"] == rule and each["value"] is None:
            why = each["why"] or {"en": "undetermined", "zh": "未能确定"}
            return Text(why["en"], why["zh"])
    return None


def about(run: Run, decision: Decision) -> Organisation | None:
    """The organisation that a decision is about, where the records know it.

    Raises
    ------
    InputRejected
        When the city's facilities cannot be read.
    """
    kind, _colon, key = decision.subject.partition(":")
    if kind == "district":
        return Organisation.objects.filter(kind=Kind.DISTRICT_BRANCH, district=key, is_active=True).first()
    number: str | None = key if kind == "organisation" else None
    if kind == "facility":
        origin = origin_of(run)
        number = organisation_of(origin.city if origin else Path(settings.TANHENG_CITY), key)
    if number is None:
        return None
    return Organisation.objects.filter(Q(credit_code=number) | Q(register_number=number)).first()
