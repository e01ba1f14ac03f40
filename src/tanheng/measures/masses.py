"""Masses as people say them: Mt in English and 万吨 in Chinese, in sentences and on the axes of charts.

>>> amount(50_773_193.0).en, amount(50_773_193.0).zh
('50.77 Mt CO2e', '5,077万吨CO2当量')
>>> change(-431_000.0).zh
'−43.10万吨'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tanheng.text import Language, Text

CO2E = Text(" CO2e", "CO2当量")
CO2 = Text(" CO2", "CO2")
NO_SUBSTANCE = Text("", "")
_MEGA, _TEN_THOUSAND = 1e6, 1e4
_MANY = 1e7  # of so many tonnes, 万吨 are said without a fraction


def amount(tonnes: float, of: Text = CO2E) -> Text:
    """An amount of a substance."""
    written = _written(tonnes, tonnes)
    return Text(f"{written.en}{of.en}", f"{written.zh}{of.zh}")


def between(low: float, high: float) -> Text:
    """``84.20 to 89.30 Mt`` and ``8,420至8,930万吨``."""
    first, last = _written(low, high), _written(high, high)
    return Text(f"{first.en.rsplit(' ', 1)[0]} to {last.en}", f"{first.zh.rstrip('万吨')}至{last.zh}")


def change(tonnes: float) -> Text:
    """``+10.06 Mt`` and ``+1,006万吨``, with a true minus sign."""
    written = _written(abs(tonnes), abs(tonnes))
    sign = "+" if tonnes >= 0 else "−"
    return Text(f"{sign}{written.en}", f"{sign}{written.zh}")


def _written(tonnes: float, as_large_as: float) -> Text:
    large = abs(as_large_as)
    en = f"{tonnes / _MEGA:,.2f} Mt" if large >= _MEGA else f"{tonnes:,.0f} t"
    if large < _TEN_THOUSAND:
        return Text(en, f"{tonnes:,.0f}吨")
    return Text(en, f"{tonnes / _TEN_THOUSAND:,.{0 if large >= _MANY else 2}f}万吨")


@dataclass(frozen=True)
class MassScale:
    """How a chart writes the masses of its rows, which are in tonnes, in one language.

    ``tonnes`` make one unit, ``title`` stands at the axis, and ``digits`` are enough for a value at a bar.
    """

    tonnes: float
    title: str
    digits: int

    @classmethod
    def up_to(cls, largest: float, language: Language, of: Text = CO2E) -> MassScale:
        """The scale for masses up to ``largest`` tonnes."""
        large, substance = abs(largest), of.in_language(language)
        if language == "zh":
            if large < _TEN_THOUSAND:
                return cls(1.0, f"吨{substance}", 0)
            return cls(_TEN_THOUSAND, f"万吨{substance}", 0 if large >= _MEGA else 2)
        return cls(_MEGA, f"Mt{substance}", 2) if large >= _MEGA else cls(1.0, f"t{substance}", 0)

    @property
    def format(self) -> str:
        """For a value in the chart."""
        return f",.{self.digits}f"

    def written(self, tonnes: float) -> str:
        """A mass in this scale, without its unit."""
        return f"{tonnes / self.tonnes:,.{self.digits}f}"

    def scaled(self, base: Any, *columns: str) -> Any:
        """The chart ``base`` with ``columns`` of tonnes in this scale; nulls stay nulls."""
        formulas = {name: f"isValid(datum.{name}) ? datum.{name} / {self.tonnes:.0f} : null" for name in columns}
        return base.transform_calculate(**formulas)
