"""Numbers as people read them: a wrong scale here is a wrong figure in the report, a thousand times too large."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng import units
from tanheng.report.figures import figure, number, scale_of, unit_text
from tanheng.text import LANGUAGES


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (44_263_193.0, "tCO2e", "44.26 Mt CO₂e", "4,426 万吨CO₂当量"),
        (44.263193, "MtCO2", "44.26 Mt CO₂", "4,426 万吨CO₂"),
        (569.12, "MtCO2", "569.1 Mt CO₂", "5.69 亿吨CO₂"),
        (12_345.6, "tCO2e", "12,346 t CO₂e", "1.23 万吨CO₂当量"),
        (3_000.0, "t CO2e", "3,000 t CO₂e", "3,000 吨CO₂当量"),
        (36_801.87, "100M_CNY", "3,680 billion CNY", "36,802 亿元"),
        (50_000.0, "10k CNY", "500.0 million CNY", "5.00 亿元"),
        (1_779.01, "10k_person", "17.79 million people", "1,779 万人"),
        (0.1152, "t CO2/10k CNY", "0.12 t CO₂/10k CNY", "0.12 吨CO₂/万元"),
        (-14.5, "%", "−14.50%", "−14.50%"),
        (113.9, "TWh", "113.9 TWh", "1,139 亿千瓦时"),
        (30.42, "Mtce", "30.42 Mtce", "3,042 万吨标准煤"),
        (1.139e8, "MWh", "113.9 TWh", "1,139 亿千瓦时"),
        (20_113.0, "facilities", "20,113 facilities", "20,113 家设施"),
        (0.5, "1", "0.50", "0.50"),
    ],
)
def test_a_figure_has_the_scale_of_its_language(value: float, unit: str, en: str, zh: str) -> None:
    written = figure(value, unit)
    assert (written.en.text, written.zh.text) == (en, zh)


def test_a_target_is_written_in_the_unit_of_its_figure() -> None:
    """800,000 t beside 1.20 Mt would have to be converted by the reader."""
    assert figure(800_000.0, "tCO2e", as_large_as=1_200_000.0).en.text == "0.80 Mt CO₂e"


@given(st.floats(-1e15, 1e15), st.sampled_from(["tCO2e", "MtCO2", "10k_CNY", "100M_CNY", "MWh", "GJ", "person", "tce"]))
def test_a_scaled_figure_is_the_value_within_its_digits(value: float, unit: str) -> None:
    """Read back, number times scale gives the value: no scale has a factor that is wrong by a power of ten."""
    for language in LANGUAGES:
        scale = scale_of(unit, value, language)
        said = figure(value, unit).in_language(language)
        read = float(said.number.replace(",", "").replace("−", "-")) / scale.factor
        assert read == pytest.approx(value, rel=0.006, abs=0.0051 / scale.factor)
        assert said.unit == scale.unit


def test_scales_agree_with_the_vocabulary_of_units() -> None:
    """A scale of a unit that has a name of its own in ``units`` has that unit's factor."""
    for unit, large, name in (("tCO2e", 1e7, "MtCO2e"), ("tCO2", 1e7, "MtCO2"), ("t", 1e7, "Mt"), ("MWh", 1e4, "GWh")):
        factor = units.Unit.parse(unit).factor_to(units.Unit.parse(name))
        assert factor is not None
        assert scale_of(unit, large, "en").factor == pytest.approx(float(factor))


@pytest.mark.parametrize(("value", "digits", "said"), [(-0.001, 2, "0.00"), (-1234.5, 1, "−1,234.5"), (0.0, 0, "0")])
def test_a_minus_sign_is_true_and_never_before_zero(value: float, digits: int, said: str) -> None:
    assert number(value, digits) == said


def test_every_unit_of_the_vocabulary_is_written_in_chinese() -> None:
    same = {"%", "1", "degree"}
    for name in units._BASE:
        written = unit_text(name)
        assert name in same or written.zh != written.en, f"{name} has no Chinese name"
        assert "_" not in written.en + written.zh


def test_compound_units_are_written_in_both_languages() -> None:
    assert unit_text("tCO2/10k CNY").zh == "吨CO₂/万元"
    assert unit_text("kWh/(m2*year)").en in ("kWh/(m²·year)", "kWh/(year·m²)")
    assert unit_text("m^3").en == "m³"
    assert unit_text("anything else").zh == "anything else"
