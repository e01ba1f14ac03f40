"""Reading the folder of a rulebook, and those it is based on, into the parts that a rulebook is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tanheng.policy.catalogue import CatalogueMeasure, read_measure
from tanheng.policy.changes import read_change
from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import ROW_COLUMNS, FactorTable, read_table
from tanheng.policy.parameter_reading import Shelf, read_parameter
from tanheng.policy.parameters import Parameter, Source
from tanheng.policy.yaml_lines import MapNode, read_yaml
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

PACKAGED = Path(__file__).resolve().parent.parent / "rulebooks"
HEAD_FILE = "rulebook.yaml"


@dataclass(frozen=True)
class Contents:
    """What a folder holds on top of what it is based on. ``names`` are its own name and those of its bases.

    ``digest`` is the SHA-256 of its YAML and CSV files and of the digest of its base.
    """

    title: Text
    city: str | None = None
    names: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    catalogue: tuple[CatalogueMeasure, ...] = ()
    documents: Mapping[str, Source] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""


_NOTHING = Contents(Text("", ""))


def folder_of(path_or_name: str | Path) -> Path:
    """A folder, or that of a packaged rulebook by its name. ``rulebook.E001`` when there is neither.

    A folder that happens to have the name of a packaged one and is no rulebook (a city, say) does not hide it.
    """
    folder = Path(path_or_name)
    packaged = PACKAGED / folder.name if str(path_or_name) == folder.name else None
    if packaged is not None and not (folder / HEAD_FILE).is_file() and (packaged / HEAD_FILE).is_file():
        return packaged
    if folder.is_dir():
        return folder
    message, hint = "is neither a folder nor a packaged rulebook", near(str(path_or_name), packaged_names())
    raise InputRejected([Problem("rulebook.E001", str(path_or_name), message=message, hint=hint)])


def packaged_names() -> list[str]:
    return sorted(place.name for place in PACKAGED.iterdir() if (place / HEAD_FILE).is_file())


def read_folder(folder: Path, known_on: date | None, above: tuple[Path, ...] = ()) -> Contents:
    """The contents of a rulebook; ``above`` are the folders that are based on it.

    Raises
    ------
    InputRejected
        With every fault of every file of the folder; where it is based on one with faults, with those.
    """
    if not (folder / HEAD_FILE).is_file():
        raise InputRejected([Problem("rulebook.E001", str(folder), message=f"has no {HEAD_FILE}")])
    return _Loader(folder, known_on, above).load()


class _Loader:
    def __init__(self, folder: Path, known_on: date | None, above: tuple[Path, ...]) -> None:
        self._folder = folder
        self._known_on = known_on
        self._above = above
        self._name = folder.resolve().name
        self._problems: list[Problem] = []
        self._tables: dict[str, FactorTable | None] = {}
        self._used: set[tuple[str, str]] = set()
        self._base = _NOTHING
        self._parameters: dict[str, Parameter] = {}
        self._places: dict[str, str] = {}

    def load(self) -> Contents:
        title, city, catalogue_file, documents_file = self._head()
        documents = self._documents(documents_file)
        self._parameters = dict(self._base.parameters)
        apart = {HEAD_FILE, catalogue_file, documents_file}
        for path in sorted(self._folder.glob("*.yaml")):
            if path.name not in apart:
                self._parameter_file(path.name, documents)
        catalogue = self._catalogue(catalogue_file, documents)
        self._leftovers()
        if self._problems or title is None:
            raise InputRejected(sorted(self._problems, key=lambda p: (p.file, p.line or 0, p.code)))
        return Contents(
            title=title,
            city=city,
            names=(self._name, *self._base.names),
            parameters=self._parameters,
            catalogue=catalogue,
            documents=documents,
            places={**self._base.places, **self._places},
            digest=self._digest(),
        )

    def _shown(self, file: str) -> str:
        return f"{self._name}/{file}"

    def _read(self, file: str) -> tuple[MapNode | None, Faults]:
        faults = Faults(self._shown(file), self._problems)
        return read_yaml(self._folder / file, faults.file, self._problems), faults

    def _head(self) -> tuple[Text | None, str | None, str | None, str | None]:
        node, faults = self._read(HEAD_FILE)
        if node is None:
            return None, None, None, None
        entry = Entry("rulebook", node, ("title", "city", "based_on", "catalogue", "documents"), faults)
        files = []
        for key in ("catalogue", "documents"):
            said = entry.text(key)
            if said is not None and not (self._folder / said).is_file():
                entry.wrong(key, "the name of a file beside rulebook.yaml")
                said = None
            files.append(said)
        title, city = entry.both_languages("title"), entry.text("city")
        self._base = self._beneath(entry)
        return title, city, files[0], files[1]

    def _beneath(self, entry: Entry) -> Contents:
        """The rulebook that this one is based on: a folder beside it, or a packaged one."""
        name = entry.text("based_on")
        if name is None:
            return _NOTHING
        beside, packaged = self._folder.resolve().parent / name, PACKAGED / name
        found = next((place for place in (beside, packaged) if (place / HEAD_FILE).is_file()), None)
        if found is None or Path(name).name != name:
            there = [place.parent.name for place in beside.parent.glob(f"*/{HEAD_FILE}")]
            entry.wrong(
                "based_on", "a rulebook beside this one, or a packaged one", near(name, [*there, *packaged_names()])
            )
            return _NOTHING
        way = (*self._above, self._folder.resolve())
        if found.resolve() in way:
            circle = " -> ".join(place.name for place in (*way, found))
            entry.wrong("based_on", "a rulebook that is not based on this one", f"The way is {circle}")
            return _NOTHING
        return read_folder(found, self._known_on, way)

    def _documents(self, file: str | None) -> dict[str, Source]:
        found = dict(self._base.documents)
        node, faults = self._read(file) if file is not None else (None, None)
        if node is None or faults is None:
            return found
        for name, under in node.entries.items():
            line = node.lines[name]
            if name in self._base.documents:
                message = f"stands in {' or '.join(self._base.names)} already"
                faults.add("E017", line, name, message=message, hint="Give it a name of its own, or leave it out")
            elif not isinstance(under, MapNode):
                faults.add("E004", line, name, written(under), expected="a map with document, read, address, note")
            else:
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

        def open_table(table: str, line: int) -> FactorTable | None:
            return self._open_table(table, line, faults)

        shelf = Shelf(documents, open_table, self._used, self._known_on)
        for name, under in node.entries.items():
            line = node.lines[name]
            beneath = self._base.parameters.get(name)
            if name in self._places:
                message = f"stands in {self._places[name]} too"
                faults.add("E017", line, name, message=message, hint="Delete one of the two")
                continue
            self._places[name] = faults.file
            if beneath is None:
                parameter = read_parameter(name, under, line, shelf, faults)
                if parameter is not None:
                    self._parameters[name] = parameter
            elif isinstance(under, MapNode) and "title" in under:
                message = f"is declared in {beneath.file} line {beneath.line}"
                hint = "Leave title, unit, kind and by out, and write only the values of this rulebook"
                faults.add("E017", line, name, message=message, hint=hint)
            else:
                change = read_change(name, under, line, beneath, shelf, faults)
                if change is not None:
                    self._parameters[name] = change.of(beneath)

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
            return self._base.catalogue
        node, faults = self._read(file)
        if node is None:
            return ()
        places = {**self._base.places, **self._places}  # a parameter with a fault of its own is still a parameter
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
        total = hashlib.sha256(self._base.digest.encode())
        for path in sorted((*self._folder.glob("*.yaml"), *self._folder.glob("*.csv")), key=lambda path: path.name):
            content = path.read_bytes()
            total.update(f"{path.name}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()
