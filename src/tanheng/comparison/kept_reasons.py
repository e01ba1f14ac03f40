"""The two explanations side by side, as they are kept with a comparison, for whoever shows it later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tanheng.comparison.page import shown
from tanheng.comparison.reasons import Reason
from tanheng.comparison.working import Explained
from tanheng.runs.assessments import write_json
from tanheng.runs.plain import from_plain, to_plain
from tanheng.text import Text

REASONS = "reasons.json"


@dataclass(frozen=True)
class Line:
    """A figure on both sides, in words, with what stands behind it; ``is_open`` where something differs in there."""

    title: Text
    name: str
    before: Text
    after: Text
    said_before: Text
    said_after: Text
    differs: bool
    is_open: bool
    children: tuple[Line, ...] = ()


@dataclass(frozen=True)
class KeptReason:
    """Why one result of one row is what it is, on both sides."""

    subject: str
    name: Text
    result: Text
    line: Line


def write_reasons(folder: Path, explained: Mapping[str, Sequence[Explained]]) -> None:
    """Keep the explanations of each variant."""
    kept = {
        variant: [KeptReason(each.subject, each.name, each.result.title, _line(each.reason)) for each in found]
        for variant, found in explained.items()
    }
    write_json(folder / REASONS, to_plain(kept))


def read_reasons(folder: Path) -> Mapping[str, tuple[KeptReason, ...]]:
    """The explanations of each variant; none where the comparison was made before they were kept."""
    file = folder / REASONS
    if not file.is_file():
        return {}
    said = json.loads(file.read_text("utf-8"))
    return {variant: from_plain(tuple[KeptReason, ...], plain) for variant, plain in said.items()}


def _line(reason: Reason) -> Line:
    before, after = reason.sources
    return Line(
        reason.one.title,
        reason.name,
        shown(reason.before),
        shown(reason.after),
        before,
        after,
        reason.differs,
        reason.parts_somewhere,
        tuple(_line(child) for child in reason.children),
    )
