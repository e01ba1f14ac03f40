"""Masses in words and on axes. One figure in two units on one page is read as two figures."""

from __future__ import annotations

from typing import Any

import pytest

from tanheng.measures.charting import Row, chart, largest
from tanheng.measures.masses import CO2, MassScale, amount, between, change
from tanheng.report.charts import picture_of_chart
from tanheng.report.figures import figure
from tanheng.text import Language, Text


@pytest.mark.parametrize(
    ("tonnes", "en", "zh"),
    [
        (50_773_193.0, "50.77 Mt CO2e", "5,077万吨CO2当量"),
        (1_234_567.0, "1.23 Mt CO2e", "123.46万吨CO2当量"),
        (229_379.0, "229,379 t CO2e", "22.94万吨CO2当量"),
        (4_321.0, "4,321 t CO2e", "4,321吨CO2当量"),
        (0.0, "0 t CO2e", "0吨CO2当量"),
    ],
)
def test_an_amount_in_a_sentence(tonnes: float, en: str, zh: str) -> None:
    assert amount(tonnes) == Text(en, zh)


def test_a_span_and_a_change() -> None:
    assert between(43_600_000.0, 58_000_000.0) == Text("43.60 to 58.00 Mt", "4,360至5,800万吨")
    assert between(900.0, 12_000.0) == Text("900 to 12,000 t", "0.09至1.20万吨")
    assert change(-431_000.0) == Text("−431,000 t", "−43.10万吨")
    assert change(10_060_000.0) == Text("+10.06 Mt", "+1,006万吨")


@pytest.mark.parametrize("tonnes", [44_263_193.0, 3_200_000.0, 45_000.0, 900.0])
def test_sentences_and_cards_have_one_unit(tonnes: float) -> None:
    """An officer who reads 百万吨 in the sentence and 万吨 on the card beside it asks which of the two is right."""
    card = figure(tonnes, "tCO2e").in_language("zh").unit
    assert card.replace("₂", "2") in amount(tonnes).zh
    assert MassScale.up_to(tonnes, "zh").title == card.replace("₂", "2")


@pytest.mark.parametrize(("language", "shown"), [("en", "2.50"), ("zh", "250")])
def test_a_chart_writes_tonnes_in_the_unit_of_its_axis(language: Language, shown: str) -> None:
    """Rows hold tonnes; a chart that forgot to scale one layer would write 2500000 at a bar of 2.5 Mt."""
    rows: list[Row] = [{"label": "a", "amount": 2_500_000.0}, {"label": "b", "amount": None}]

    def draw(base: Any, language: Language) -> Any:
        scale = MassScale.up_to(largest(rows, "amount"), language, CO2)
        base = scale.scaled(base, "amount").transform_filter("isValid(datum.amount)")
        bars = base.mark_bar().encode(x="amount:Q", y="label:N")
        said = {"field": "amount", "type": "quantitative", "format": scale.format}
        return bars + base.mark_text().encode(x="amount:Q", y="label:N", text=said)

    title = Text("masses", "质量")
    drawn = picture_of_chart("test", chart("c", title, rows, draw, title))
    svg = drawn.svg(language)
    assert f">{shown}</text>" in svg
    assert "500000" not in svg
    assert ">0.00</text>" not in svg  # what is unknown is not drawn as nothing


def test_the_largest_of_sums() -> None:
    rows = [{"year": 2023, "amount": 4.0}, {"year": 2024, "amount": 3.0}, {"year": 2024, "amount": 2.0}]
    assert (largest(rows, "amount"), largest(rows, "amount", by=("year",))) == (4.0, 5.0)
    assert largest([], "amount") == 0.0
