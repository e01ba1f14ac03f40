"""Text in two languages."""

from __future__ import annotations

import pytest

from tanheng.text import LANGUAGES, Text


def test_each_language_gets_its_own_text() -> None:
    text = Text("allowance", "配额")
    assert [text.in_language(language) for language in LANGUAGES] == ["allowance", "配额"]


def test_values_are_filled_in_both_languages() -> None:
    """A figure that stood in one language only would make the two reports say different things."""
    said = Text("{n} of {total} facilities", "{total} 家设施中的 {n} 家").format(n=3, total=20)
    assert said == Text("3 of 20 facilities", "20 家设施中的 3 家")


def test_a_value_that_is_missing_is_an_error_and_no_gap_in_the_sentence() -> None:
    with pytest.raises(KeyError, match="total"):
        Text("{n}", "{total}").format(n=3)
