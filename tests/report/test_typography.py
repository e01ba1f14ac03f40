"""Chinese punctuation: a report to a Chinese bureau with Latin commas looks unfinished, a changed number is worse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.report.typography import chinese, subscripts

COMMA, COLON, SEMICOLON, OPEN, CLOSE, QUESTION = "\uff0c", "\uff1a", "\uff1b", "\uff08", "\uff09", "\uff1f"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("排放(范围一):12,345 吨,比上年减少", f"排放{OPEN}范围一{CLOSE}{COLON}12,345 吨{COMMA}比上年减少"),
        ("下限(95%)", f"下限{OPEN}95%{CLOSE}"),
        ("real:公布;derived:推算", f"real{COLON}公布{SEMICOLON}derived{COLON}推算"),
        ("是否正确?", f"是否正确{QUESTION}"),
        ("共 1,500 个", "共 1,500 个"),
        ("见 https://a.b/深圳", "见 https://a.b/深圳"),
        ("English, only (here): yes?", "English, only (here): yes?"),
    ],
)
def test_punctuation_beside_chinese_is_of_full_width(typed: str, set_: str) -> None:
    assert chinese(typed) == set_


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("86.5 million t CO2e, CO2 only", "86.5 million t CO₂e, CO₂ only"),
        ("tCO2/10k CNY", "tCO₂/10k CNY"),
        ("fuel_use.co2_t and scope1_tCO2e", "fuel_use.co2_t and scope1_tCO2e"),
    ],
)
def test_carbon_dioxide_has_its_subscript_and_names_stay(typed: str, shown: str) -> None:
    assert subscripts(typed) == shown


@given(st.text())
def test_nothing_but_punctuation_and_blanks_changes(text: str) -> None:
    dropped = str.maketrans("", "", ",:;?!() " + COMMA + COLON + SEMICOLON + OPEN + CLOSE + QUESTION + "\uff01")
    assert chinese(text).translate(dropped) == text.translate(dropped)
    assert chinese(chinese(text)) == chinese(text)
