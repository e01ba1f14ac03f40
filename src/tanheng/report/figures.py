"""Numbers and units as people read them, in both languages.

English counts large tonnes in Mt, Chinese in 万吨 and money in 亿元, so one value has two scales:

    >>> figure(44_263_193.0, "tCO2e").in_language("en").text
    '44.26 Mt CO₂e'
    >>> figure(44_263_193.0, "tCO2e").in_language("zh").text
    '4,426 万吨CO₂当量'
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tanheng.text import LANGUAGES, Language, Text
from tanheng.units import Unit, UnknownUnit

# How a named unit is written. What is missing here is written as its own name.
_NAMES: dict[str, Text] = {
    "g": Text("g", "克"),
    "kg": Text("kg", "千克"),
    "t": Text("t", "吨"),
    "Mt": Text("Mt", "百万吨"),
    "gCO2": Text("g CO₂", "克CO₂"),
    "ha": Text("ha", "公顷"),
    "kgCO2": Text("kg CO₂", "千克CO₂"),
    "tCO2": Text("t CO₂", "吨CO₂"),
    "MtCO2": Text("Mt CO₂", "百万吨CO₂"),
    "gCO2e": Text("g CO₂e", "克CO₂当量"),
    "kgCO2e": Text("kg CO₂e", "千克CO₂当量"),
    "tCO2e": Text("t CO₂e", "吨CO₂当量"),
    "MtCO2e": Text("Mt CO₂e", "百万吨CO₂当量"),
    "tC": Text("t C", "吨碳"),
    "kgce": Text("kgce", "千克标准煤"),
    "tce": Text("tce", "吨标准煤"),
    "J": Text("J", "焦"),
    "MJ": Text("MJ", "兆焦"),
    "GJ": Text("GJ", "吉焦"),
    "TJ": Text("TJ", "太焦"),
    "kWh": Text("kWh", "千瓦时"),
    "MWh": Text("MWh", "兆瓦时"),
    "GWh": Text("GWh", "吉瓦时"),
    "MW": Text("MW", "兆瓦"),
    "kW": Text("kW", "千瓦"),
    "m": Text("m", "米"),
    "km": Text("km", "千米"),
    "m2": Text("m²", "平方米"),
    "km2": Text("km²", "平方千米"),
    "m3": Text("m³", "立方米"),
    "Nm3": Text("Nm³", "标准立方米"),
    "10k_Nm3": Text("10k Nm³", "万标准立方米"),
    "CNY": Text("CNY", "元"),
    "10k_CNY": Text("10k CNY", "万元"),
    "100M_CNY": Text("100M CNY", "亿元"),
    "person": Text("people", "人"),
    "10k_person": Text("10k people", "万人"),
    "s": Text("s", "秒"),
    "h": Text("h", "小时"),
    "d": Text("days", "天"),
    "year": Text("year", "年"),
    "degree": Text("°", "°"),
    "%": Text("%", "%"),
    "dB": Text("dB", "分贝"),
}
# Below the stroke there is one of them: t CO₂e/person.
_ONE_OF = {**_NAMES, "person": Text("person", "人"), "d": Text("day", "天")}
# What is counted, for indicators whose unit is a plain word.
_COUNTED: dict[str, Text] = {
    "facilities": Text("facilities", "家设施"),
    "enterprises": Text("enterprises", "家企业"),
    "projects": Text("projects", "个项目"),
    "districts": Text("districts", "个区"),
    "sectors": Text("sectors", "个行业"),
    "questions": Text("questions", "个问题"),
    "rows": Text("rows", "行"),
    "months": Text("months", "个月"),
    "years": Text("years", "年"),
    "points": Text("points", "个百分点"),
}
_BEFORE_SUBSTANCE = re.compile(r"(?<=[gt]) (?=C(O2e?)?\b)")
_POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Scale(NamedTuple):
    """A value of ``least`` or more is shown times ``factor`` in ``unit``."""

    least: float
    factor: float
    unit: str


def _tonnes(en: str, zh: str) -> dict[Language, tuple[Scale, ...]]:
    """Scales of a mass in tonnes."""
    return {
        "en": (Scale(1e6, 1e-6, f"Mt{en}"),),
        "zh": (Scale(1e8, 1e-8, f"亿吨{zh}"), Scale(1e4, 1e-4, f"万吨{zh}")),
    }


def _money(of: float) -> dict[Language, tuple[Scale, ...]]:
    return {
        "en": (Scale(1e9 / of, of / 1e9, "billion CNY"), Scale(1e6 / of, of / 1e6, "million CNY")),
        "zh": (Scale(1e8 / of, of / 1e8, "亿元"), Scale(1e4 / of, of / 1e4, "万元")),
    }


def _people(of: float) -> dict[Language, tuple[Scale, ...]]:
    return {
        "en": (Scale(1e6 / of, of / 1e6, "million people"),),
        "zh": (Scale(1e4 / of, of / 1e4, "万人"),),
    }


_SCALES: dict[str, dict[Language, tuple[Scale, ...]]] = {
    "t": _tonnes("", ""),
    "tCO2": _tonnes(" CO₂", "CO₂"),
    "tCO2e": _tonnes(" CO₂e", "CO₂当量"),
    "tC": _tonnes(" C", "碳"),
    "tce": {
        "en": (Scale(1e6, 1e-6, "Mtce"),),
        "zh": (Scale(1e8, 1e-8, "亿吨标准煤"), Scale(1e4, 1e-4, "万吨标准煤")),
    },
    "MWh": {
        "en": (Scale(1e6, 1e-6, "TWh"), Scale(1e3, 1e-3, "GWh")),
        "zh": (Scale(1e5, 1e-5, "亿千瓦时"), Scale(1e1, 1e-1, "万千瓦时")),
    },
    "GWh": {"en": (Scale(1e3, 1e-3, "TWh"),), "zh": (Scale(1e2, 1e-2, "亿千瓦时"), Scale(0, 1e2, "万千瓦时"))},
    "GJ": {"en": (Scale(1e6, 1e-6, "PJ"),), "zh": (Scale(1e4, 1e-4, "万吉焦"),)},
    "CNY": _money(1),
    "10k_CNY": _money(1e4),
    "100M_CNY": _money(1e8),
    "person": _people(1),
    "10k_person": _people(1e4),
}
# Units that an indicator may be given in, as so many of those that have scales.
_MULTIPLES = {
    "Mt": (1e6, "t"),
    "MtCO2": (1e6, "tCO2"),
    "MtCO2e": (1e6, "tCO2e"),
    "Mtce": (1e6, "tce"),
    "TWh": (1e6, "MWh"),
    "ktCO2e": (1e3, "tCO2e"),
    "ktCO2": (1e3, "tCO2"),
}
_SIGNIFICANT = 4  # digits of a scaled value


@dataclass(frozen=True)
class Written:
    """A number and its unit, in one language."""

    number: str
    unit: str
    language: Language

    @property
    def text(self) -> str:
        if not self.unit:
            return self.number
        if self.unit in ("%", "°"):
            return f"{self.number}{self.unit}"
        return f"{self.number} {self.unit}"


@dataclass(frozen=True)
class Figure:
    """A number and its unit, in both languages."""

    en: Written
    zh: Written

    def in_language(self, language: Language) -> Written:
        return self.zh if language == "zh" else self.en

    @property
    def text(self) -> Text:
        return Text(self.en.text, self.zh.text)


def figure(value: float, unit: str, digits: int = 2, *, as_large_as: float | None = None) -> Figure:
    """``value`` in ``unit`` as it is written. ``as_large_as`` picks the scale of another value, so that
    a target stands in the unit of the figure that it is compared with."""
    times, unit = _MULTIPLES.get(_joined(unit), (1.0, unit))
    value *= times
    as_large_as = None if as_large_as is None else as_large_as * times
    scaled: list[Written] = []
    for language in LANGUAGES:
        scale = _scale(unit, value if as_large_as is None else as_large_as, language)
        if scale is None:
            shown_digits = min(digits, _decimals(value)) if abs(value) >= 100 else digits
            scaled.append(Written(number(value, shown_digits), unit_text(unit).in_language(language), language))
        else:
            shown = value * scale.factor
            scaled.append(Written(number(shown, _decimals(shown)), scale.unit, language))
    return Figure(*scaled)


def scale_of(unit: str, largest: float, language: Language) -> Scale:
    """The scale for values up to ``largest``; of factor 1, in the unit itself, where none is larger."""
    times, unit = _MULTIPLES.get(_joined(unit), (1.0, unit))
    found = _scale(unit, largest * times, language) or Scale(0, 1.0, unit_text(unit).in_language(language))
    return found._replace(factor=found.factor * times)


def _scale(unit: str, value: float, language: Language) -> Scale | None:
    powers = _powers(unit)
    if powers is None or len(powers) != 1 or powers[0][1] != 1:
        return None
    for scale in _SCALES.get(powers[0][0], {}).get(language, ()):
        if abs(value) >= scale.least:
            return scale
    return None


def _decimals(value: float) -> int:
    if value == 0:
        return 0
    return min(2, max(0, _SIGNIFICANT - 1 - math.floor(math.log10(abs(value)))))


def number(value: float, digits: int) -> str:
    """``-1234.5`` as ``−1,234.50``: thousands apart, a true minus sign, never ``−0``."""
    shown = f"{value:,.{digits}f}"
    if shown.startswith("-"):
        return f"−{shown[1:]}" if shown.strip("-0,.") else shown[1:]
    return shown


def unit_text(unit: str) -> Text:
    """A unit as it is written: ``tCO2/10k CNY`` is ``t CO₂/10k CNY`` and ``吨CO₂/万元``.

    ``facilities`` and other counted things have a word; any other text is left as it is.
    """
    powers = _powers(unit)
    if powers is None:
        return _COUNTED.get(unit, Text(unit, unit))
    return Text(*(_product(powers, language) for language in LANGUAGES))


def _powers(unit: str) -> tuple[tuple[str, int], ...] | None:
    try:
        # Units may come as they are written for people, with a blank before the substance.
        return Unit.parse(_joined(unit)).powers if unit else ()
    except UnknownUnit:
        return None


def _joined(unit: str) -> str:
    return _BEFORE_SUBSTANCE.sub("", unit)


def _product(powers: tuple[tuple[str, int], ...], language: Language) -> str:
    above = "·".join(_power(name, power, language) for name, power in powers if power > 0)
    below = [_power(name, -power, language, _ONE_OF) for name, power in powers if power < 0]
    if not below:
        return above
    under = below[0] if len(below) == 1 else f"({'·'.join(below)})"
    return f"{above or '1'}/{under}"


def _power(name: str, power: int, language: Language, names: Mapping[str, Text] = _NAMES) -> str:
    written = names[name].in_language(language) if name in names else name
    return written if power == 1 else f"{written}{str(power).translate(_POWERS)}"
