"""Units: side by side with pint where pint knows the unit, and the ways in which a text is refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.units import ONE, UnknownUnit
from tanheng.units import Unit as U

# Our name -> pint's. What pint does not know (tCO2e, tce, CNY, Nm3) has no second opinion to ask.
IN_PINT = {
    "g": "gram",
    "kg": "kilogram",
    "t": "metric_ton",
    "Mt": "megametric_ton",
    "J": "joule",
    "MJ": "megajoule",
    "GJ": "gigajoule",
    "TJ": "terajoule",
    "kWh": "kilowatt_hour",
    "MWh": "megawatt_hour",
    "GWh": "gigawatt_hour",
    "kW": "kilowatt",
    "MW": "megawatt",
    "m": "meter",
    "km": "kilometer",
    "m2": "meter ** 2",
    "ha": "hectare",
    "km2": "kilometer ** 2",
    "m3": "meter ** 3",
    "s": "second",
    "h": "hour",
    "d": "day",
    "year": "year",
    "%": "percent",
    "1": "dimensionless",
}
KINDS = {
    "mass": ("g", "kg", "t", "Mt"),
    "energy": ("J", "MJ", "GJ", "TJ", "kWh", "MWh", "GWh"),
    "power": ("kW", "MW"),
    "length": ("m", "km"),
    "area": ("m2", "ha", "km2"),
    "time": ("s", "h", "d", "year"),
    "ratio": ("%", "1"),
}
OURS_ALONE = ("tCO2", "tCO2e", "kgCO2e", "tC", "tce", "Nm3", "10k Nm3", "CNY", "10k CNY", "100M CNY", "person", "dB")

registry: Any = pint.UnitRegistry()


def in_pint(name: str) -> Any:
    return registry.Quantity(1, IN_PINT[name])


@st.composite
def products(draw: st.DrawFn, names: tuple[str, ...]) -> list[tuple[str, int]]:
    """A few named units with powers, e.g. [("GJ", 1), ("t", -1)]."""
    powers = st.integers(-3, 3).filter(bool)
    return draw(st.lists(st.tuples(st.sampled_from(names), powers), max_size=4))


def ours(product: list[tuple[str, int]]) -> U:
    unit = ONE
    for name, power in product:
        unit = unit * U.parse(name) ** power
    return unit


def theirs(product: list[tuple[str, int]]) -> Any:
    quantity: Any = registry.Quantity(1.0)
    for name, power in product:
        quantity = quantity * in_pint(name) ** power
    return quantity


units = products((*IN_PINT, *OURS_ALONE)).map(ours)


@pytest.mark.parametrize("kind", KINDS)
def test_factors_between_units_of_one_kind_are_pints(kind: str) -> None:
    """Otherwise a conversion in a rule would be wrong by the ratio: MWh for kWh, Mt for t."""
    for left in KINDS[kind]:
        for right in KINDS[kind]:
            factor = U.parse(left).factor_to(U.parse(right))
            assert factor is not None
            expected = (in_pint(left) / in_pint(right)).to("dimensionless").magnitude
            assert float(factor) == pytest.approx(expected, rel=1e-12)


def test_units_of_different_kinds_do_not_convert() -> None:
    """Otherwise energy could be added to mass."""
    for left, right in combinations(KINDS, 2):
        assert U.parse(KINDS[left][0]).factor_to(U.parse(KINDS[right][0])) is None
        assert not in_pint(KINDS[left][0]).is_compatible_with(in_pint(KINDS[right][0]))


@given(products(tuple(IN_PINT)), products(tuple(IN_PINT)))
def test_a_conversion_we_allow_is_one_pint_allows_with_the_same_factor(
    left: list[tuple[str, int]], right: list[tuple[str, int]]
) -> None:
    """We are stricter (a joule is no kg m2/s2 here), and never looser."""
    factor = ours(left).factor_to(ours(right))
    if factor is not None:
        assert float(factor) == pytest.approx((theirs(left) / theirs(right)).to("dimensionless").magnitude, rel=1e-9)
    if not theirs(left).is_compatible_with(theirs(right)):
        assert factor is None


def test_five_tonnes_are_five_things() -> None:
    """Carbon is not carbon dioxide (44/12), and coal equivalent is energy: mixing them is the classic mistake."""
    for left, right in combinations(("t", "tC", "tCO2", "tCO2e", "tce"), 2):
        assert U.parse(left).factor_to(U.parse(right)) is None


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("10k CNY", "CNY", 10_000),
        ("100M CNY", "10k CNY", 10_000),
        ("10k Nm3", "Nm3", 10_000),
        ("10k person", "person", 10_000),
        ("MtCO2e", "tCO2e", 1_000_000),
        ("kgce", "tce", Fraction(1, 1000)),
        ("%", "1", Fraction(1, 100)),
        ("tCO2/MWh", "kgCO2/kWh", 1),
        ("tCO2e/10k CNY", "kgCO2e/CNY", Fraction(1, 10)),
        ("GJ/t", "MJ/kg", 1),
    ],
)
def test_factors_of_the_field(source: str, target: str, factor: int | Fraction) -> None:
    assert U.parse(source).factor_to(U.parse(target)) == factor


@given(units)
def test_what_is_written_reads_back(unit: U) -> None:
    """A manifest and a rulebook keep units as text; a text that reads back differently would change a result."""
    assert U.parse(str(unit)) == unit


@given(units, units)
def test_products_cancel_and_factors_multiply(left: U, right: U) -> None:
    assert (left * right) / right == left
    assert (left * right).factor == left.factor * right.factor
    assert left * right == right * left
    assert (left / left).is_one


@given(units, units, units)
def test_converting_in_two_steps_is_converting_in_one(first: U, second: U, third: U) -> None:
    one, two = first.factor_to(second), second.factor_to(third)
    if one is not None and two is not None:
        assert first.factor_to(third) == one * two


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tCO2e/10k CNY", "tCO2e/10k CNY"),
        ("tCO2e/10k_CNY", "tCO2e/10k CNY"),
        ("kWh/(m2*year)", "kWh/(m2*year)"),
        ("kWh/m2/year", "kWh/(m2*year)"),
        (" GJ / t ", "GJ/t"),
        ("m^2", "m^2"),
        ("1/year", "1/year"),
        ("(t*km)/km", "t"),
        ("1", "1"),
        ("t/t", "1"),
    ],
)
def test_how_a_unit_is_read_and_shown(text: str, shown: str) -> None:
    assert str(U.parse(text)) == shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ends too early"),
        ("t/", "ends too early"),
        ("(t", "bracket is not closed"),
        ("t kg", "'kg' is left over"),
        ("t)", "')' is left over"),
        ("t?", "'?' is not understood"),
        ("tCO2eq", "near it are"),
        ("mwh", "near it are"),
        ("吨", "'吨' is not understood"),
        ("*t", "'*' is not known"),
        ("t^x", "'^x' is not understood"),
    ],
)
def test_a_text_that_is_no_unit_is_refused_with_the_part_that_is_wrong(text: str, says: str) -> None:
    with pytest.raises(UnknownUnit) as caught:
        U.parse(text)
    assert repr(text) in str(caught.value)
    assert says in str(caught.value)
