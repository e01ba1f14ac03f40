"""Variants of a rulebook, made in memory; the rulebook that they come from is never touched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from tanheng.policy.parameters import Cell, Parameter, Source, Status
from tanheng.policy.rulebook import Rulebook
from tanheng.text import Text


@dataclass(frozen=True, eq=False)
class Variant:
    """A rulebook that is held against the base. ``id`` names files, ``overlays`` are the files it was made with."""

    id: str
    title: Text
    rulebook: Rulebook
    overlays: tuple[str, ...] = ()


def mixed(base: Rulebook, other: Rulebook, names: Iterable[str]) -> Rulebook:
    """The base with the parameters ``names`` as the other has them."""
    taken = sorted(names)
    parameters = {**base.parameters, **{name: other[name] for name in taken}}
    return _with(base, parameters, "mixed", other.digest, *taken)


def with_value(base: Rulebook, name: str, keys: tuple[str, ...], value: float, on: date) -> Rulebook:
    """The base with another number in place of the cell in force on the day, from that cell's own first day on.

    Raises
    ------
    KeyError
        When the parameter has no cell for these keys on the day.
    """
    parameter = base[name]
    found = parameter.at(on, *keys)
    if found is None:
        raise KeyError(name)
    number = int(value) if parameter.kind == "integer" else float(value)
    tried = replace(found, value=number, status=Status.EXAMPLE, source=TRIED, note=None, confidence=None)
    cells = tuple(tried if cell is found else cell for cell in parameter.cells)
    parameters = {**base.parameters, name: replace(parameter, cells=cells)}
    return _with(base, parameters, "value", name, *keys, found.start.isoformat(), repr(number))


TRIED = Source("A value that is tried out")


def frozen(rulebook: Rulebook, day: date) -> Rulebook:
    """The rules as they stood on the day: nothing that came into force or ran out later."""

    def then(parameter: Parameter) -> Parameter:
        cells = tuple(cell for cell in parameter.cells if cell.start <= day)
        ended = parameter.valid_until is not None and parameter.valid_until < day
        return replace(parameter, cells=cells, valid_until=parameter.valid_until if ended else None)

    parameters = {name: then(parameter) for name, parameter in rulebook.parameters.items()}
    return _with(rulebook, parameters, "frozen", day.isoformat())


def _with(base: Rulebook, parameters: Mapping[str, Parameter], *how: str) -> Rulebook:
    digest = hashlib.sha256("\0".join((base.digest, *how)).encode()).hexdigest()
    return replace(base, parameters=MappingProxyType(dict(sorted(parameters.items()))), digest=digest)


def value_of(cell: Cell | None) -> object:
    """What a cell says, for showing: its value, or None where it is unset or not there."""
    return None if cell is None else cell.value
