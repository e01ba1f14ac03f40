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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from tanheng.policy.catalogue import CatalogueMeasure, Confirmation
from tanheng.policy.overlays import Beneath, Overlay, conflicts, read_overlay, text_of
from tanheng.policy.parameters import STATUS_WORDS, Cell, Parameter, Source, Status
from tanheng.policy.rulebook_folder import PACKAGED, folder_of, read_folder
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

__all__ = [
    "PACKAGED",
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

UNSET_WORD = "unset"


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A loaded rulebook. Immutable: a reform is another rulebook.

    ``names`` are its own and those of the rulebooks it is based on. ``known_on``: the rulebook as it was known on that
    day; values recorded later are not in it. ``digest`` is the SHA-256 of all files, names and bytes, of those it is
    based on and of ``overlays`` too, and of ``known_on``: equal digests are equal rulebooks.
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
    known_on: date | None = None
    names: tuple[str, ...] = ()

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
            for cell in _cells(parameter, on):
                counts[_standing(cell)] += 1
        return counts

    def names_by_status(self, on: date | None = None) -> dict[str, tuple[str, ...]]:
        """The parameters that have a value of each status; one with several stands under each."""
        names: dict[str, set[str]] = {word: set() for word in (*STATUS_WORDS, UNSET_WORD)}
        for name, parameter in self.parameters.items():
            for cell in _cells(parameter, on):
                names[_standing(cell)].add(name)
        return {word: tuple(sorted(found)) for word, found in names.items()}


def _cells(parameter: Parameter, on: date | None) -> Iterable[Cell]:
    if on is not None:
        return parameter.in_force(on)
    return (cell for cell in parameter.cells if cell.said == "value")


def _standing(cell: Cell) -> str:
    return UNSET_WORD if cell.value is None else cell.status.word


def load_rulebook(path_or_name: str | Path, overlays: Sequence[Path] = (), known_on: date | None = None) -> Rulebook:
    """A rulebook from a folder, or a packaged one by its name (``"shenzhen"``), with the reforms laid over it.

    With ``known_on`` it is the rulebook as it was known on that day; the reforms lie over that one.

    Raises
    ------
    InputRejected
        With every fault of every file. Codes ``rulebook.E0xx`` (listed in docs/rulebooks.md) and ``yaml.E00x``.
    """
    problems: list[Problem] = []
    texts = [(path.name, text_of(path, problems)) for path in overlays]
    if problems:
        raise InputRejected(problems)
    folder = folder_of(path_or_name)
    contents = read_folder(folder, known_on)
    digest = contents.digest
    if known_on is not None:
        digest = hashlib.sha256(f"{digest} as known on {known_on}".encode()).hexdigest()
    book = Rulebook(
        name=contents.names[0],
        title=contents.title,
        city=contents.city,
        folder=folder,
        parameters=MappingProxyType(dict(sorted(contents.parameters.items()))),
        catalogue=contents.catalogue,
        documents=MappingProxyType(dict(contents.documents)),
        digest=digest,
        known_on=known_on,
        names=contents.names,
    )
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
    beneath = Beneath(book.names or (book.name,), book.parameters, book.documents)
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
