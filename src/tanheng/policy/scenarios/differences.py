"""What came out otherwise than expected, told so that nothing has to be run again to see why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tanheng.policy.explanation import Explanation, figure
from tanheng.policy.scenarios.reading import UNDETERMINED, Expected
from tanheng.text import Language, Text


@dataclass(frozen=True)
class Difference:
    """What came out is not what was expected.

    ``key`` names the row; ``there`` says whether there is such a row at all. ``found`` None is undetermined, and
    ``cause`` says why. ``explanation`` has the formula and what went into it.
    """

    expected: Expected
    key: tuple[tuple[str, Any], ...]
    there: bool = True
    found: Any = None
    cause: Text | None = None
    unit: str = "1"
    explanation: Explanation | None = None

    @property
    def row(self) -> str:
        return ", ".join(f"{name} {value}" if value != "" else f'{name} ""' for name, value in self.key)

    @property
    def wanted(self) -> str:
        """The expectation with its unit and how far off a result may be."""
        wanted = self.expected
        said = self._with_unit(wanted.value)
        return said if wanted.within is None else f"{said}, within {_number(wanted.within)}"

    def result(self, language: Language = "en") -> str:
        """What came out, with its unit, or why nothing did."""
        if not self.there:
            return Text("no such row", "没有这一行").in_language(language)
        if self.found is not None:
            return self._with_unit(self.found)
        word = Text(UNDETERMINED, "未确定").in_language(language)
        return word if self.cause is None else f"{word}: {self.cause.in_language(language)}"

    @property
    def off_by(self) -> str:
        """``+0.078 tCO2 (+0.36 %)``; empty where one of the two is no number."""
        found, wanted = self.found, self.expected.value
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (found, wanted)):
            return ""
        off = found - wanted
        part = f" ({_signed(100 * off / abs(wanted), 3)} %)" if wanted else ""
        return f"{_signed(off)}{self._unit}{part}"

    def __str__(self) -> str:
        """``line 9: plant_year plant_id P1, year 2022: energy is 3.0, expected 4 within 0.5``."""
        wanted = self.expected
        value = wanted.value if wanted.within is None else f"{wanted.value} within {wanted.within}"
        found = self.found
        if not self.there:
            found = "not there: no such row"
        elif found is None:
            found = UNDETERMINED if self.cause is None else f"{UNDETERMINED} ({self.cause.en})"
        return f"line {wanted.line}: {wanted.entity} {self.row}: {wanted.rule} is {found}, expected {value}"

    @property
    def _unit(self) -> str:
        return "" if self.unit == "1" else f" {self.unit}"

    def _with_unit(self, value: Any) -> str:
        if isinstance(value, bool):
            return figure(value)
        return f"{_number(value)}{self._unit}" if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    """All digits that matter, thousands separated: a difference in the eighth digit must be seen."""
    return f"{value:,.10g}"


def _signed(value: float, digits: int = 6) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value):,.{digits}g}"
