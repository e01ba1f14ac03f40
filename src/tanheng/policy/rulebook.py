"""A rulebook: a folder of dated, cited parameters and the catalogue of the measures they belong to.

    rulebook.yaml     title, city, catalogue (the file of the measures), documents (the file of the documents cited)
    *.yaml            parameters, one file a subject
    *.csv             factor tables that parameters take their values from

Everything is checked when it loads, and every fault is told at once: unknown keys, units and
categories, dates out of order, a value twice, a table row that is no number, a value without source
or status. ``docs/rulebooks.md`` says how to write one. Sub-folders are not part of the rulebook.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from tanheng.policy.catalogue import CatalogueMeasure, Confirmation, read_measure
from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import ROW_COLUMNS, FactorTable, read_table
from tanheng.policy.overlays import Beneath, Overlay, conflicts, read_overlay, text_of
from tanheng.policy.parameter_reading import Shelf, read_parameter
from tanheng.policy.parameters import STATUS_WORDS, Cell, Parameter, Source, Status
from tanheng.policy.yaml_lines import MapNode, read_yaml
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

__all__ = [
    "CatalogueMeasure",
    "Cell",
    "Confirmation",
    "Overlay",
    "Parameter",
    "Rulebook",
    "Source",
    "Status",
    "load_rulebook",
    "with_overlays",
]

PACKAGED = Path(__file__).resolve().parent.parent / "rulebooks"
UNSET_WORD = "unset"


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A loaded rulebook. Immutable: a reform is another rulebook.

    ``digest`` is the SHA-256 of all its files, names and bytes, those of ``overlays`` among them: equal digests are
    equal rulebooks.
    """

    name: str
    title: Text
    city: str | None
    folder: Path
    parameters: Mapping[str, Parameter]
    catalogue: tuple[CatalogueMeasure, ...]
    documents: Mapping[str, Source]
    digest: str
    overlays: tuple[Overlay, ...] = ()

    def __getitem__(self, name: str) -> Parameter:
        return self.parameters[name]

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    def categories(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Parameter -> axis -> the values seen, for the parameters that have categories."""
        return {name: parameter.categories for name, parameter in self.parameters.items() if parameter.by}

    def cells_by_status(self, on: date | None = None) -> dict[str, int]:
        """How many values are official, reported, recalled, example and unset; with ``on``, of those in force."""
        counts = dict.fromkeys((*STATUS_WORDS, UNSET_WORD), 0)
        for parameter in self.parameters.values():
            for cell in parameter.cells if on is None else parameter.in_force(on):
                counts[_standing(cell)] += 1
        return counts

    def names_by_status(self, on: date | None = None) -> dict[str, tuple[str, ...]]:
        """The parameters that have a value of each status; one with several stands under each."""
        names: dict[str, set[str]] = {word: set() for word in (*STATUS_WORDS, UNSET_WORD)}
        for name, parameter in self.parameters.items():
            for cell in parameter.cells if on is None else parameter.in_force(on):
                names[_standing(cell)].add(name)
        return {word: tuple(sorted(found)) for word, found in names.items()}


def _standing(cell: Cell) -> str:
    return UNSET_WORD if cell.value is None else cell.status.word


def load_rulebook(path_or_name: str | Path, overlays: Sequence[Path] = ()) -> Rulebook:
    """A rulebook from a folder, or a packaged one by its name (``"shenzhen"``), with the reforms laid over it.

    Raises
    ------
    InputRejected
        With every fault of every file. Codes ``rulebook.E0xx`` (listed in docs/rulebooks.md) and ``yaml.E00x``.
    """
    problems: list[Problem] = []
    texts = [(path.name, text_of(path, problems)) for path in overlays]
    book = _Loader(_folder(path_or_name), problems).load()
    return with_overlays(book, [(file, text) for file, text in texts if text is not None])


def with_overlays(book: Rulebook, overlays: Sequence[tuple[str, str]]) -> Rulebook:
    """Another rulebook, with the reforms laid over it. Each is (name of the file, text), in any order.

    Raises
    ------
    InputRejected
        With every fault of every overlay, and every value that two of them change.
    """
    if not overlays:
        return book
    problems: list[Problem] = []
    beneath = Beneath((book.name,), book.parameters, book.documents)
    read = [read_overlay(file, text, beneath, problems) for file, text in sorted(overlays)]
    found = [overlay for overlay in read if overlay is not None]
    problems += conflicts((*book.overlays, *found))
    if problems:
        raise InputRejected(sorted(problems))
    parameters: Mapping[str, Parameter] = book.parameters
    digest = hashlib.sha256(book.digest.encode())
    for overlay in found:
        parameters = overlay.over(parameters)
        digest.update(f"{overlay.file}\0{overlay.sha256}\0".encode())
    return replace(
        book,
        parameters=MappingProxyType(dict(sorted(parameters.items()))),
        digest=digest.hexdigest(),
        overlays=(*book.overlays, *found),
    )


def _folder(path_or_name: str | Path) -> Path:
    folder = Path(path_or_name)
    if folder.is_dir():
        return folder
    if isinstance(path_or_name, str) and folder.name == path_or_name and (PACKAGED / path_or_name).is_dir():
        return PACKAGED / path_or_name
    packaged = [place.name for place in PACKAGED.iterdir() if (place / "rulebook.yaml").is_file()]
    hint = near(str(path_or_name), packaged)
    raise InputRejected(
        [Problem("rulebook.E001", str(path_or_name), message="is neither a folder nor a packaged rulebook", hint=hint)]
    )


class _Loader:
    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self._folder = folder
        self._name = folder.resolve().name
        self._problems = problems
        self._tables: dict[str, FactorTable | None] = {}
        self._used: set[tuple[str, str]] = set()
        self._parameters: dict[str, Parameter] = {}
        self._places: dict[str, str] = {}

    def load(self) -> Rulebook:
        head_file = "rulebook.yaml"
        if not (self._folder / head_file).is_file():
            raise InputRejected([Problem("rulebook.E001", str(self._folder), message=f"has no {head_file}")])
        title, city, catalogue_file, documents_file = self._head(head_file)
        documents = self._documents(documents_file)
        apart = {head_file, catalogue_file, documents_file}
        for path in sorted(self._folder.glob("*.yaml")):
            if path.name not in apart:
                self._parameter_file(path.name, documents)
        catalogue = self._catalogue(catalogue_file, documents)
        self._leftovers()
        if self._problems or title is None:
            raise InputRejected(sorted(self._problems, key=lambda p: (p.file, p.line or 0, p.code)))
        return Rulebook(
            name=self._name,
            title=title,
            city=city,
            folder=self._folder,
            parameters=MappingProxyType(dict(sorted(self._parameters.items()))),
            catalogue=catalogue,
            documents=MappingProxyType(documents),
            digest=self._digest(),
        )

    def _shown(self, file: str) -> str:
        return f"{self._name}/{file}"

    def _read(self, file: str) -> tuple[MapNode | None, Faults]:
        faults = Faults(self._shown(file), self._problems)
        return read_yaml(self._folder / file, faults.file, self._problems), faults

    def _head(self, file: str) -> tuple[Text | None, str | None, str | None, str | None]:
        node, faults = self._read(file)
        if node is None:
            return None, None, None, None
        entry = Entry("rulebook", node, ("title", "city", "catalogue", "documents"), faults)
        files = []
        for key in ("catalogue", "documents"):
            said = entry.text(key)
            if said is not None and not (self._folder / said).is_file():
                entry.wrong(key, "the name of a file beside rulebook.yaml")
                said = None
            files.append(said)
        return entry.both_languages("title"), entry.text("city"), files[0], files[1]

    def _documents(self, file: str | None) -> dict[str, Source]:
        if file is None:
            return {}
        node, faults = self._read(file)
        found: dict[str, Source] = {}
        if node is not None:
            for name, under in node.entries.items():
                line = node.lines[name]
                if not isinstance(under, MapNode):
                    faults.add("E004", line, name, written(under), expected="a map with document, read, address, note")
                    continue
                entry = Entry(name, under, ("document", "read", "address", "note"), faults, at_line=line)
                document = entry.text("document", required=True)
                if document is not None:
                    read, address, note = entry.text("read"), entry.text("address"), entry.text("note")
                    found[name] = Source(document, None, read, address, note)
        return found

    def _parameter_file(self, file: str, documents: Mapping[str, Source]) -> None:
        node, faults = self._read(file)
        if node is None:
            return
        shelf = Shelf(documents, lambda table, line: self._open_table(table, line, faults), self._used)
        for name, under in node.entries.items():
            line = node.lines[name]
            if name in self._places:
                message = f"stands in {self._places[name]} too"
                faults.add("E017", line, name, message=message, hint="Delete one of the two")
                continue
            self._places[name] = faults.file
            parameter = read_parameter(name, under, line, shelf, faults)
            if parameter is not None:
                self._parameters[name] = parameter

    def _open_table(self, file: str, line: int, faults: Faults) -> FactorTable | None:
        if file not in self._tables:
            path = self._folder / file
            if Path(file).name != file or not path.is_file():
                here = [found.name for found in self._folder.glob("*.csv")]
                faults.add("E018", line, "", file, message="is no table beside the rulebook", hint=near(file, here))
                self._tables[file] = None
            else:
                self._tables[file] = read_table(path, self._shown(file), self._problems)
        return self._tables[file]

    def _catalogue(self, file: str | None, documents: Mapping[str, Source]) -> tuple[CatalogueMeasure, ...]:
        if file is None:
            return ()
        node, faults = self._read(file)
        if node is None:
            return ()
        places = self._places  # a parameter with a fault of its own is still a parameter
        measures = (
            read_measure(key, under, node.lines[key], documents, places, faults) for key, under in node.entries.items()
        )
        return tuple(measure for measure in measures if measure is not None)

    def _leftovers(self) -> None:
        """Files and columns that nothing uses: mostly a misspelt name.

        Columns are told only where all else is well, because a parameter with a fault uses none.
        """
        for path in sorted(self._folder.iterdir()):
            stray_yaml = path.suffix == ".yml"
            stray_table = path.suffix == ".csv" and path.name not in self._tables
            if stray_yaml or stray_table:
                hint = "Rename it to .yaml" if stray_yaml else "Name it in the table of a parameter, or delete it"
                self._problems.append(
                    Problem("rulebook.E019", self._shown(path.name), message="is used by nothing", hint=hint)
                )
        if self._problems:
            return
        for table in filter(None, self._tables.values()):
            for column in table.columns:
                if column not in ROW_COLUMNS and (table.shown, column) not in self._used:
                    hint = near(column, ROW_COLUMNS)
                    self._problems.append(
                        Problem(
                            "rulebook.E019", table.shown, column=column, message="is used by no parameter", hint=hint
                        )
                    )

    def _digest(self) -> str:
        total = hashlib.sha256()
        for path in sorted((*self._folder.glob("*.yaml"), *self._folder.glob("*.csv")), key=lambda path: path.name):
            content = path.read_bytes()
            total.update(f"{path.name}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()
