"""Figures of an evaluation as they were kept, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format

from tanheng.text import Text
from tanheng.web.templatetags.page import said

register = template.Library()
UNITS = {"person": Text("persons", "人"), "dB": Text("dB(A)", "dB(A)")}


@register.filter
def told(text: Mapping[str, str]) -> str:
    """A text that was kept in both languages."""
    return said(Text(text["en"], text["zh"]))


@register.filter
def value_told(figure: Mapping[str, Any]) -> str:
    """The value with its digits and its unit."""
    unit = figure["unit"]
    shown = number_format(figure["value"], decimal_pos=figure["digits"], use_l10n=True, force_grouping=True)
    return f"{shown} {said(UNITS[unit]) if unit in UNITS else unit}"
