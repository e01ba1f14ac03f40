"""Units of measurement of columns, parameters and rules, in pint's vocabulary.

A unit is a product of powers of named units. The engine compares and multiplies units and never
converts one silently: tonnes and kilograms are of one dimension, and still cannot be added until a
rule says ``.to("t")``. Things that a city must not mix have a dimension each: ``tCO2``, ``tCO2e``,
``tC``, ``tce`` (standard coal equivalent) and ``t`` are five different things.

Own code and not pint, because pint takes 0.5 s to import, more than a rulebook may take to load;
tests hold the two side by side. See ``docs/decisions/0003-units.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

# name -> (factor, dimension as powers of base names). Factors are exact.
_BASE: dict[str, tuple[Fraction, dict[str, int]]] = {}


def _define(name: str, factor: str | int | Fraction, **dimension: int) -> None:
    _BASE[name] = (Fraction(factor), dimension)


_define("g", "1/1000", mass=1)
_define("kg", 1, mass=1)
_define("t", 1000, mass=1)
_define("Mt", 10**9, mass=1)
_define("gCO2", "1/1000000", co2=1)
_define("kgCO2", "1/1000", co2=1)
_define("tCO2", 1, co2=1)
_define("MtCO2", 10**6, co2=1)
_define("gCO2e", "1/1000000", co2e=1)
_define("kgCO2e", "1/1000", co2e=1)
_define("tCO2e", 1, co2e=1)
_define("MtCO2e", 10**6, co2e=1)
_define("tC", 1, carbon=1)
_define("kgce", "1/1000", coal_equivalent=1)
_define("tce", 1, coal_equivalent=1)
_define("J", 1, energy=1)
_define("MJ", 10**6, energy=1)
_define("GJ", 10**9, energy=1)
_define("TJ", 10**12, energy=1)
_define("kWh", 3_600_000, energy=1)
_define("MWh", 3_600_000_000, energy=1)
_define("GWh", 3_600_000_000_000, energy=1)
_define("MW", 10**6, energy=1, time=-1)
_define("kW", 10**3, energy=1, time=-1)
_define("m", 1, length=1)
_define("km", 1000, length=1)
_define("m2", 1, length=2)
_define("ha", 10**4, length=2)
_define("km2", 10**6, length=2)
_define("m3", 1, length=3)
# Gas at normal conditions (0 °C, 101.325 kPa) is counted apart: a volume there is an amount of substance.
_define("Nm3", 1, normal_volume=1)
_define("10k_Nm3", 10**4, normal_volume=1)
_define("CNY", 1, money=1)
_define("10k_CNY", 10**4, money=1)
_define("100M_CNY", 10**8, money=1)
_define("person", 1, person=1)
_define("10k_person", 10**4, person=1)
_define("s", 1, time=1)
_define("h", 3600, time=1)
_define("d", 86400, time=1)
_define("year", 31_557_600, time=1)
_define("degree", 1, angle=1)
_define("%", "1/100")
_define("1", 1)
_define("dB", 1, level=1)

_TOKEN = re.compile(r"\s*(?:(?P<op>[*/()])|(?P<power>\^-?\d+)|(?P<name>%|[A-Za-z0-9_]+))")


class UnknownUnit(ValueError):
    """The text is no unit of this vocabulary."""


@dataclass(frozen=True)
class Unit:
    """A unit as powers of named units; ``Unit.parse("tCO2e/MWh")``. The empty product is "1"."""

    powers: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def parse(text: str) -> Unit:
        """Read ``tCO2/10k CNY``, ``GJ/t``, ``kWh/(m2*year)``, ``%`` or ``1``.

        Raises
        ------
        UnknownUnit
            With the part that is not understood and the names that come near it.
        """
        return _parse(text)

    def __mul__(self, other: Unit) -> Unit:
        return _product(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _product(self, other, -1)

    def __pow__(self, exponent: int) -> Unit:
        return Unit(tuple((name, power * exponent) for name, power in self.powers if exponent))

    @property
    def dimension(self) -> Mapping[str, int]:
        """Powers of the base dimensions, without zeros."""
        total: dict[str, int] = {}
        for name, power in self.powers:
            for base, exponent in _BASE[name][1].items():
                total[base] = total.get(base, 0) + exponent * power
        return {base: exponent for base, exponent in sorted(total.items()) if exponent}

    @property
    def factor(self) -> Fraction:
        """How many base units one of this unit is."""
        total = Fraction(1)
        for name, power in self.powers:
            total *= _BASE[name][0] ** power
        return total

    @property
    def is_one(self) -> bool:
        return not self.powers

    def factor_to(self, other: Unit) -> Fraction | None:
        """The exact factor that turns a value in this unit into ``other``; None if it cannot be."""
        if self.dimension != other.dimension:
            return None
        return self.factor / other.factor

    def __str__(self) -> str:
        above = "*".join(_shown(n, p) for n, p in self.powers if p > 0)
        below = [_shown(n, -p) for n, p in self.powers if p < 0]
        if not below:
            return above or "1"
        under = below[0] if len(below) == 1 else f"({'*'.join(below)})"
        return f"{above or '1'}/{under}"


ONE = Unit()


def _shown(name: str, power: int) -> str:
    readable = name.replace("10k_", "10k ").replace("100M_", "100M ")
    return readable if power == 1 else f"{readable}^{power}"


def _product(left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.powers)
    for name, power in right.powers:
        powers[name] = powers.get(name, 0) + sign * power
    return Unit(tuple(sorted((n, p) for n, p in powers.items() if p)))


@lru_cache(maxsize=1024)
def _parse(text: str) -> Unit:
    source = re.sub(r"\b(10k|100M) (?=[A-Za-z])", r"\1_", text.strip())
    tokens: list[str] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise UnknownUnit(f"{text!r} is not a unit: {source[position:]!r} is not understood")
        tokens.append(match.group().strip())
        position = match.end()
    unit, rest = _read_product(tokens, text)
    if rest:
        raise UnknownUnit(f"{text!r} is not a unit: {' '.join(rest)!r} is left over")
    return unit


def _read_product(tokens: list[str], text: str) -> tuple[Unit, list[str]]:
    unit, tokens = _read_factor(tokens, text)
    while tokens and tokens[0] in "*/":
        operator, tokens = tokens[0], tokens[1:]
        right, tokens = _read_factor(tokens, text)
        unit = unit * right if operator == "*" else unit / right
    return unit, tokens


def _read_factor(tokens: list[str], text: str) -> tuple[Unit, list[str]]:
    if not tokens:
        raise UnknownUnit(f"{text!r} is not a unit: it ends too early")
    first, tokens = tokens[0], tokens[1:]
    if first == "(":
        unit, tokens = _read_product(tokens, text)
        if not tokens or tokens[0] != ")":
            raise UnknownUnit(f"{text!r} is not a unit: a bracket is not closed")
        tokens = tokens[1:]
    elif first in _BASE:
        unit = ONE if first == "1" else Unit(((first, 1),))
    else:
        from difflib import get_close_matches

        near = get_close_matches(first, _BASE, n=3, cutoff=0.4)
        hint = f"; near it are {', '.join(near)}" if near else ""
        raise UnknownUnit(f"{text!r} is not a unit: {first!r} is not known{hint}")
    if tokens and tokens[0].startswith("^"):
        unit, tokens = unit ** int(tokens[0][1:]), tokens[1:]
    return unit, tokens
