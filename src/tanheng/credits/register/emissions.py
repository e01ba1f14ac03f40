"""What an activity emitted, by the packaged rulebook: amount times a dated, cited factor, exact.

Knows no records. A factor that the rulebook leaves unset is told, and nothing is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cache

from tanheng.policy.parameters import Cell
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.text import Text

RULEBOOK = "shenzhen"
PURPOSE = "enterprise"
REGION = "CN"


class Unset(Exception):
    """A parameter has no value on a day; ``text`` says which, in both languages."""

    def __init__(self, name: str, on: date) -> None:
        self.name, self.on = name, on
        self.text = Text(
            f"the rulebook has no value of {name} on {on}; until it has, nothing is worked out",
            f"规则库中 {name} 在 {on} 没有取值;在确定之前不作计算",
        )
        super().__init__(self.text.en)


@dataclass(frozen=True)
class Worked:
    """One activity: ``t`` tonnes of CO2 equivalent from an amount, and where its factor comes from."""

    activity: str
    amount: Decimal
    unit: str
    factor: Decimal
    factor_unit: str
    parameter: str
    status: str
    source: str
    t: Decimal

    def as_json(self) -> dict[str, str]:
        """As text, exact."""
        return {name: str(value) for name, value in vars(self).items()}


@cache
def rulebook() -> Rulebook:
    """The city's rulebook, read once a process."""
    return load_rulebook(RULEBOOK)


def number(name: str, on: date, *keys: str) -> tuple[Decimal, Cell]:
    """A parameter's value on a day, exact as written.

    Raises
    ------
    Unset
        Where it has none.
    """
    book = rulebook()
    cell = book[name].at(on, *keys) if name in book else None
    if cell is None or cell.value is None or not isinstance(cell.value, int | float):
        raise Unset(name, on)
    return Decimal(str(cell.value)), cell


def electricity(mwh: Decimal, on: date) -> Worked:
    """Electricity from the grid, by the factor that the rulebook names for enterprises."""
    book, name = rulebook(), "inventory.grid_factor"
    method = book["inventory.grid_factor_method"].at(on, PURPOSE)
    if method is None or not isinstance(method.value, str):
        raise Unset("inventory.grid_factor_method", on)
    factor, cell = number(name, on, method.value, REGION)
    return Worked(
        "electricity",
        mwh,
        "MWh",
        factor,
        "tCO2/MWh",
        f"{name}[{method.value},{REGION}]",
        cell.status.word,
        cell.source.document,
        mwh * factor,
    )


def heat(gj: Decimal, on: date) -> Worked:
    """Heat that was bought."""
    name = "inventory.heat_factor"
    factor, cell = number(name, on)
    return Worked("heat", gj, "GJ", factor, "tCO2/GJ", name, cell.status.word, cell.source.document, gj * factor)


def whole_tonnes(t: Decimal) -> int:
    """The units that cover an emission: a tonne that is begun counts."""
    return int(t.to_integral_value(ROUND_CEILING))
