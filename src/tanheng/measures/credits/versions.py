"""In what two versions of a methodology differ: values, formulas, what is monitored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tanheng.measures.credits.methodology import Methodology
from tanheng.policy.explanation import figure
from tanheng.policy.parameters import Cell
from tanheng.policy.wording import formula

Kind = Literal["value", "formula", "monitored"]
_UNSET = "unset"


@dataclass(frozen=True)
class Difference:
    """``name`` as in ``avoided_per_km[metro] from 2022-01-01``; ``before`` and ``after`` are empty where it is not."""

    kind: Kind
    name: str
    before: str
    after: str


def differences(before: Methodology, after: Methodology) -> tuple[Difference, ...]:
    """Values by name, category and day, then rules, then columns, each sorted."""
    pairs: tuple[tuple[Kind, Mapping[str, str], Mapping[str, str]], ...] = (
        ("value", _values(before), _values(after)),
        ("formula", _formulas(before), _formulas(after)),
        ("monitored", _monitored(before), _monitored(after)),
    )
    return tuple(found for kind, one, other in pairs for found in _between(kind, one, other))


def _between(kind: Kind, one: Mapping[str, str], other: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            yield Difference(kind, name, one.get(name, ""), other.get(name, ""))


def _values(methodology: Methodology) -> dict[str, str]:
    """Its own values, by name without the id, category and first day."""
    found = {}
    for name in methodology.own_parameters:
        parameter = methodology.rulebook[name]
        for cell in parameter.cells:
            keys = f"[{', '.join(cell.keys)}]" if cell.keys else ""
            short = name.partition(".")[2]
            found[f"{short}{keys} from {cell.start}"] = f"{_said(cell)} {parameter.unit}".removesuffix(" 1")
    return found


def _said(cell: Cell) -> str:
    return _UNSET if cell.value is None else figure(cell.value)


def _formulas(methodology: Methodology) -> dict[str, str]:
    own = f"{methodology.id}."
    return {planned.name: formula(planned.expr).replace(own, "") for planned in methodology.plan}


def _monitored(methodology: Methodology) -> dict[str, str]:
    return {each.column: each.unit for each in methodology.monitoring}
