"""Reforms: a small YAML file, laid over a rulebook, that says only what it changes.

    changes: shenzhen
    title: {en: A lower factor of heat, zh: 下调热力排放因子}
    from: 2025-01-01
    parameters:
      inventory.heat_factor: 0.09
      near_zero.pilot_grant:
        values:
          2025-07-01: {school: 300000, kindergarten: unset}

A value that exists changes; a parameter that does not exist is declared in full, as in a rulebook. Anything else that
is unknown is refused. The rulebook beneath stays as it is: the result is another rulebook. Overlays that lie over one
rulebook together must not touch the same value, so their order does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from tanheng.policy.changes import Change, Said, read_change
from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import FactorTable
from tanheng.policy.parameter_reading import Shelf, read_parameter
from tanheng.policy.parameters import Parameter, Source, Status
from tanheng.policy.yaml_lines import MapNode, Node, parse_yaml
from tanheng.problems import Problem
from tanheng.text import Text

_HEAD = ("changes", "title", "from", "status", "source", "note", "parameters")


@dataclass(frozen=True)
class Overlay:
    """A reform as read. ``file`` is its name as cells and problems say it, ``sha256`` of its bytes.

    ``changes`` is what it makes of parameters that the rulebook has, ``added`` those that it brings itself.
    """

    title: Text
    start: date | None
    note: str | None
    file: str
    sha256: str
    changes: Mapping[str, Change]
    added: Mapping[str, Parameter]

    def over(self, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
        """The parameters with this overlay upon them."""
        changed = {name: change.of(parameters[name]) for name, change in self.changes.items()}
        return {**parameters, **changed, **self.added}


@dataclass(frozen=True)
class Beneath:
    """The rulebook that an overlay lies over. ``names`` are its own name and those of what it is based on."""

    names: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    documents: Mapping[str, Source]


def text_of(path: Path, problems: list[Problem]) -> str | None:
    """The text of an overlay file; ``rulebook.E001`` when there is no such file or it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem("rulebook.E001", str(path), message=f"cannot be opened ({error.strerror})"))
    except UnicodeDecodeError as error:
        message, hint = f"is not UTF-8 (byte {error.start})", "Save the file as UTF-8"
        problems.append(Problem("rulebook.E001", str(path), message=message, hint=hint))
    return None


def read_overlay(file: str, text: str, beneath: Beneath, problems: list[Problem]) -> Overlay | None:
    """The overlay in ``text``, or None when it has a fault.

    Codes, besides those of a rulebook's entries: ``rulebook.E026`` a parameter that the rulebook does not have and that
    is not declared, ``E030`` an overlay of another rulebook, ``E018`` a factor table.
    """
    before = len(problems)
    node = parse_yaml(text, file, problems)
    if node is None:
        return None
    faults = Faults(file, problems)
    entry = Entry("the reform", node, _HEAD, faults)
    title, start, note = entry.both_languages("title"), entry.day("from"), entry.text("note")
    _check_beneath(entry, beneath, faults)
    source = entry.source(beneath.documents) or Source(f"Reform: {title.en} ({title.zh})" if title else file)
    said = Said(start, source, entry.status() or Status.EXAMPLE)
    body = node.get("parameters")
    if body is None or not isinstance(body, MapNode) or not body.entries:
        entry.wrong("parameters", "a map from the parameters that change to what they become")
        return None
    reader = _Body(beneath, said, faults)
    for name, under in body.entries.items():
        reader.read(name, under, body.lines[name])
    if len(problems) > before or title is None:
        return None
    return Overlay(
        title=title,
        start=start,
        note=note,
        file=file,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        changes=MappingProxyType(reader.changes),
        added=MappingProxyType(reader.added),
    )


def _check_beneath(entry: Entry, beneath: Beneath, faults: Faults) -> None:
    changes = entry.text("changes", required=True)
    if changes is not None and changes not in beneath.names:
        expected = f"{' or '.join(beneath.names)}, over which it is laid here"
        hint = "Is it a reform of another rulebook?"
        faults.add("E030", entry.line("changes"), "changes", changes, expected=expected, hint=hint)


class _Body:
    """Reads the entries under ``parameters``."""

    def __init__(self, beneath: Beneath, said: Said, faults: Faults) -> None:
        self._beneath = beneath
        self._said = said
        self._faults = faults
        self._shelf = Shelf(beneath.documents, self._no_table, set())
        self.changes: dict[str, Change] = {}
        self.added: dict[str, Parameter] = {}

    def read(self, name: str, node: Node, line: int) -> None:
        beneath = self._beneath.parameters.get(name)
        if beneath is not None:
            change = read_change(name, node, line, beneath, self._said, self._shelf, self._faults)
            if change is not None:
                self.changes[name] = change
        elif isinstance(node, MapNode) and "title" in node:
            added = read_parameter(name, node, line, self._shelf, self._faults)
            if added is not None:
                self.added[name] = added
        else:
            self._faults.add(
                "E026",
                line,
                name,
                None if isinstance(node, MapNode) else written(node),
                message=f"is no parameter of {self._beneath.names[0]}",
                expected="one that it has, or declared in full: title, unit, values, source, status",
                hint=near(name, self._beneath.parameters),
            )

    def _no_table(self, file: str, line: int) -> FactorTable | None:
        hint = "Write the values out, or put table and parameter into the rulebook"
        self._faults.add("E018", line, "", file, message="is a table, and a reform has none", hint=hint)
        return None


def conflicts(overlays: Sequence[Overlay]) -> list[Problem]:
    """``rulebook.E029``: two overlays that say something of one value; which of them holds nobody could tell."""
    found: list[Problem] = []
    first: dict[tuple[str, ...], tuple[Overlay, str, int]] = {}
    for overlay in overlays:
        for place, (shown, line) in _places(overlay).items():
            other, _, at_line = first.setdefault(place, (overlay, shown, line))
            if other is not overlay:
                message = f"is changed by {other.file} line {at_line} too"
                hint = "Leave one of the two out, or write one reform that says what holds"
                found.append(Problem("rulebook.E029", overlay.file, line, shown, message=message, hint=hint))
    return found


def _places(overlay: Overlay) -> dict[tuple[str, ...], tuple[str, int]]:
    """What an overlay touches: each category of a parameter, its last day, its being there; with the words and line."""
    places: dict[tuple[str, ...], tuple[str, int]] = {}
    for name, parameter in overlay.added.items():
        places[name, "added"] = name, parameter.line
    for name, change in overlay.changes.items():
        if change.valid_until is not None:
            places[name, "valid_until"] = f"{name}: valid_until", change.line
        for cell in change.cells:
            shown = f"{name}[{', '.join(cell.keys)}]" if cell.keys else name
            places.setdefault((name, "value", *cell.keys), (shown, cell.line))
    return places
