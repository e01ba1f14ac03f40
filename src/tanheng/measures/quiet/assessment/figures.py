"""A figure of an assessment: its value, or why there is none, how far it can be trusted, and from what it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.measures.quiet.assessment.parameters import Given, weakest
from tanheng.measures.quiet.study import Study
from tanheng.policy.parameters import Status
from tanheng.text import Text

# What a status of a column of emission is worth: nobody's count is an assumption.
_WORTH = {"counted": Status.REPORTED, "given": Status.REPORTED, "example": Status.EXAMPLE}


@dataclass(frozen=True)
class Figure:
    """``value`` None is undetermined, and ``why`` says what is missing. ``made_of``: from what it came, in words."""

    id: str
    title: Text
    value: float | None
    unit: str
    trust: Status | None = None
    made_of: tuple[Text, ...] = ()
    why: Text | None = None
    digits: int = 1

    def __post_init__(self) -> None:
        if (self.value is None) != (self.why is not None):
            raise ValueError(f"figure {self.id} has a value and a reason for none, or neither")

    def as_json(self) -> dict[str, Any]:
        """Plain values, for pages and records."""
        return {
            "id": self.id,
            "title": _plain(self.title),
            "value": self.value,
            "unit": self.unit,
            "trust": None if self.trust is None else self.trust.word,
            "made_of": [_plain(text) for text in self.made_of],
            "why": None if self.why is None else _plain(self.why),
            "digits": self.digits,
        }


def _plain(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def undetermined(name: str, title: Text, unit: str, why: Text, made_of: Iterable[Text] = ()) -> Figure:
    """A figure that cannot be told."""
    return Figure(name, title, None, unit, None, tuple(made_of), why)


def trust_of(study: Study) -> Status | None:
    """How far the levels of a study can be trusted: as its weakest column that sounds. None where nothing sounds."""
    sounds = [bool(np.isfinite(power).any()) for power in study.emission]
    statuses = study.columns["status"].to_pylist()
    return weakest(_WORTH.get(status, Status.EXAMPLE) for status, on in zip(statuses, sounds, strict=True) if on)


def from_rulebook(given: Given) -> Text:
    """Where a value of the rulebook comes from."""
    if given.value is None:
        return given.why or Text(f"{given.name} is unset", f"{given.name} 未设定")
    document = "" if given.source is None else given.source.document
    clause = "" if given.source is None or given.source.clause is None else f" {given.source.clause}"
    status = None if given.status is None else given.status.text
    en, zh = ("", "") if status is None else (f", {status.en}", f"，{status.zh}")
    return Text(
        f"{given.name} = {given.value:g} ({document}{clause}{en})",
        f"{given.name} = {given.value:g}（{document}{clause}{zh}）",
    )


def from_study(study: Study, receivers: int) -> Text:
    """Which calculation a figure rests on."""
    statuses = study.columns["status"].to_pylist()
    assumed = sum(status == "example" for status in statuses)
    return Text(
        f"{receivers} façade receivers of the study “{study.name}”, method {study.settings.method}; "
        f"{len(statuses)} sources, {assumed} of them with an assumed emission",
        f"“{study.name}”计算的{receivers}个立面受声点，方法{study.settings.method}；"
        f"声源{len(statuses)}个，其中{assumed}个源强为假设",
    )
