"""``methodology.yaml`` read strictly: known keys only, every fault at once, each with its line.

What was not found is written ``unset``, and never left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import cast, get_args

from tanheng.measures.credits.methodology import (
    SCHEME_WORDS,
    Condition,
    EventColumn,
    MeanBefore,
    Monitored,
    OfDay,
    Since,
    Standing,
    Steps,
    Track,
)
from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.parameters import Source
from tanheng.policy.rulebook_folder import packaged_names
from tanheng.policy.yaml_lines import ListNode, MapNode, Scalar, read_yaml
from tanheng.problems import Problem
from tanheng.text import Text
from tanheng.units import Unit, UnknownUnit

FILE = "methodology.yaml"
UNSET = "unset"
_KEYS = (
    *("id", "version", "names", "scheme", "number", "standing", "track", "scene", "rulebook"),
    *("published", "in_force", "retired", "scope", "applicability", "additionality", "crediting_period"),
    *("monitoring", "events", "means", "calculation", "unit", "sources", "notes"),
)
_ID = re.compile(r"[a-z][a-z0-9_]*")
_PARTIAL_DATE = re.compile(r"(by )?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


class MethodologyFaults(Faults):
    """Problems of one file, under the codes of methodologies."""

    def add(
        self,
        code: str,
        line: int,
        key: str = "",
        value: str | None = None,
        *,
        message: str = "",
        expected: str = "",
        hint: str = "",
    ) -> None:
        self.problems.append(
            Problem(f"methodology.{code}", self.file, line, key or None, value, message, expected, hint)
        )


@dataclass(frozen=True)
class Head:
    """What ``methodology.yaml`` says. ``lines`` are those of its keys, for what is found later."""

    id: str
    version: str
    names: Text
    scheme: str
    number: str | None
    standing: Standing
    track: Track
    scene: str | None
    rulebook: str
    published: str | None
    since: Since
    retired: date | None
    scope: Text
    applicability: tuple[Condition, ...]
    additionality: Text | None
    crediting_period: Text | None
    monitoring: tuple[Monitored, ...]
    events: tuple[EventColumn, ...]
    means: tuple[MeanBefore, ...]
    calculation: Mapping[Steps, str]
    unit: str
    sources: Mapping[str, Source]
    notes: tuple[Text, ...]
    lines: Mapping[str, int]


def read_head(folder: Path, shown: str, problems: list[Problem]) -> Head | None:
    """The head, or None when it has a fault.

    Codes, besides ``yaml.E00x``: ``methodology.E002`` unknown key, ``E003`` missing key, ``E004`` a value of the wrong
    kind, ``E005`` a unit, ``E006`` dates out of order, ``E009`` a document that is not there.
    """
    before = len(problems)
    faults = MethodologyFaults(f"{shown}/{FILE}", problems)
    node = read_yaml(folder / FILE, faults.file, problems)
    if node is None:
        return None
    entry = _Reader("methodology", node, _KEYS, faults)
    sources = _sources(entry, faults)
    head = _head(entry, sources, faults, node)
    return head if len(problems) == before else None


class _Reader(Entry):
    """An entry in which ``unset`` may stand for what was not found."""

    def is_unset(self, key: str) -> bool:
        node = self.node.get(key)
        return isinstance(node, Scalar) and node.text == UNSET

    def found(self, key: str) -> Text | None:
        """A text in both languages; None for ``unset``, which must be written."""
        if self.is_unset(key):
            return None
        if not self.has(key):
            self.missing(key, f"{{en: ..., zh: ...}}, or {UNSET}")
            return None
        return self.both_languages(key)

    def pattern(self, key: str, form: re.Pattern[str], expected: str) -> str:
        said = self.text(key, required=True)
        if said is not None and not form.fullmatch(said):
            self.wrong(key, expected)
        return said or ""

    def rows(self, key: str) -> list[MapNode]:
        """The maps of a list; nothing given is the empty list."""
        node = self.node.get(key)
        if node is None:
            return []
        items = list(node.items) if isinstance(node, ListNode) else []
        rows = [item for item in items if isinstance(item, MapNode)]
        if not isinstance(node, ListNode) or len(rows) < len(items):
            self.wrong(key, "a list of maps")
        return rows

    def map(self, key: str) -> MapNode | None:
        node = self.node.get(key)
        if node is None or isinstance(node, MapNode):
            return node
        self.wrong(key, "a map")
        return None

    def unit(self, key: str) -> str:
        said = self.text(key, required=True) or "1"
        try:
            Unit.parse(said)
        except UnknownUnit as error:
            self._faults.add("E005", self.line(key), f"{self.name}: {key}", message=f"has a wrong unit: {error}")
        return said


def _head(entry: _Reader, sources: Mapping[str, Source], faults: Faults, node: MapNode) -> Head:
    track = cast(Track, entry.choice("track", get_args(Track), required=True) or "persons")
    since, retired = _since(entry, faults), entry.day("retired")
    standing = cast(Standing, entry.choice("standing", get_args(Standing), required=True) or "draft")
    if since.day is not None and retired is not None and retired <= since.day:
        faults.add("E006", entry.line("retired"), "retired", str(retired), expected=f"after {since.day}")
    if (standing == "retired") != (retired is not None):
        entry.wrong("retired", "a day where standing is retired, and only there")
    published = None if entry.is_unset("published") else entry.text("published", required=True)
    if published is not None and not _PARTIAL_DATE.fullmatch(published):
        entry.wrong("published", f"2024, 2024-07, 2024-07-01, with `by ` before it where it was earlier, or {UNSET}")
    rulebook = entry.text("rulebook", required=True) or ""
    if rulebook and rulebook not in packaged_names():
        entry.wrong("rulebook", "the name of a packaged rulebook", near(rulebook, packaged_names()))
    scene = entry.text("scene", required=track == "persons")
    if track == "projects" and (scene or entry.has("events") or entry.has("means")):
        entry.wrong("track", "persons where there are a scene and events")
    if track == "persons" and not entry.rows("events"):
        entry.missing("events", "a list of {mode, unit, column}")
    return Head(
        id=entry.pattern("id", _ID, "small letters, digits and _"),
        version=entry.pattern("version", _ID, "small letters, digits and _, e.g. v1"),
        names=entry.both_languages("names") or Text("", ""),
        scheme=entry.choice("scheme", SCHEME_WORDS, required=True) or "",
        number=None if entry.is_unset("number") else entry.text("number", required=True),
        standing=standing,
        track=track,
        scene=scene,
        rulebook=rulebook,
        published=published,
        since=since,
        retired=retired,
        scope=entry.both_languages("scope") or Text("", ""),
        applicability=tuple(_condition(row, faults) for row in entry.rows("applicability")),
        additionality=entry.found("additionality"),
        crediting_period=entry.found("crediting_period"),
        monitoring=tuple(_monitored(row, faults) for row in entry.rows("monitoring")),
        events=tuple(_event(row, faults) for row in entry.rows("events")),
        means=tuple(_mean(row, faults) for row in entry.rows("means")),
        calculation=_calculation(entry, faults),
        unit=entry.unit("unit"),
        sources=sources,
        notes=tuple(_text(row, "notes", faults) for row in entry.rows("notes")),
        lines=MappingProxyType(node.lines),
    )


def _since(entry: _Reader, faults: Faults) -> Since:
    if entry.is_unset("in_force"):
        return Since(None)
    node = entry.map("in_force")
    if node is None:
        if not entry.has("in_force"):
            entry.missing("in_force", f"{{from: DATE, status: ..., note: ...}}, or {UNSET}")
        return Since(None)
    inner = Entry("in_force", node, ("from", "status", "note"), faults, at_line=entry.line("in_force"))
    day, status = inner.day("from"), inner.status()
    if day is None:
        inner.missing("from", "a day")
    if status is None:
        inner.missing("status", "how sure the day is")
    return Since(day, status, inner.both_languages("note", required=False))


def _sources(entry: _Reader, faults: Faults) -> Mapping[str, Source]:
    found: dict[str, Source] = {}
    node = entry.map("sources")
    if node is None or not node.entries:
        entry.missing("sources", "a map from names to {document: ..., read: ..., address: ...}")
        return found
    for name, under in node.entries.items():
        line = node.lines[name]
        if not isinstance(under, MapNode):
            faults.add("E004", line, name, written(under), expected="a map with document, read, address, note")
            continue
        inner = Entry(f"sources: {name}", under, ("document", "read", "address", "note"), faults, at_line=line)
        document = inner.text("document", required=True)
        if document is not None:
            found[name] = Source(document, None, inner.text("read"), inner.text("address"), inner.text("note"))
    return found


def _condition(row: MapNode, faults: Faults) -> Condition:
    inner = Entry("applicability", row, ("en", "zh", "rule"), faults)
    words = Text(inner.text("en", required=True) or "", inner.text("zh", required=True) or "")
    return Condition(words, inner.text("rule"))


def _text(row: MapNode, name: str, faults: Faults) -> Text:
    inner = Entry(name, row, ("en", "zh"), faults)
    return Text(inner.text("en", required=True) or "", inner.text("zh", required=True) or "")


def _monitored(row: MapNode, faults: Faults) -> Monitored:
    inner = _Reader("monitoring", row, ("column", "unit", "measured", "frequency", "quality"), faults)
    return Monitored(
        inner.text("column", required=True) or "",
        inner.unit("unit"),
        inner.found("measured"),
        inner.found("frequency"),
        inner.found("quality"),
    )


def _event(row: MapNode, faults: Faults) -> EventColumn:
    inner = _Reader("events", row, ("mode", "unit", "column", "of_day", "at_most"), faults)
    of_day = cast(OfDay, inner.choice("of_day", get_args(OfDay)) or "sum")
    node, most = row.get("at_most"), None
    if isinstance(node, Scalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        most = float(node.value)
    elif node is not None:
        inner.wrong("at_most", "a number")
    mode, column = inner.text("mode", required=True) or "", inner.text("column", required=True) or ""
    return EventColumn(mode, inner.unit("unit"), column, of_day, most)


def _mean(row: MapNode, faults: Faults) -> MeanBefore:
    inner = Entry("means", row, ("column", "of", "days"), faults)
    days = inner.integer("days", required=True)
    if days is not None and days < 1:
        inner.wrong("days", "1 or more")
    return MeanBefore(inner.text("column", required=True) or "", inner.text("of", required=True) or "", days or 1)


def _calculation(entry: _Reader, faults: Faults) -> Mapping[Steps, str]:
    node = entry.map("calculation")
    if node is None:
        entry.missing("calculation", "a map with reduction: RULE, and baseline, project, leakage where they are")
        return {"reduction": ""}
    inner = Entry("calculation", node, get_args(Steps), faults, at_line=entry.line("calculation"))
    found: dict[Steps, str] = {"reduction": inner.text("reduction", required=True) or ""}
    for step in get_args(Steps):
        if (said := inner.text(step)) is not None:
            found[step] = said
    return found
