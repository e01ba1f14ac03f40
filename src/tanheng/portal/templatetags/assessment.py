"""Figures, cells and trust of an assessment as a page shows them, in the words of the report."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tanheng.measures.assessment import Indicator
from tanheng.report.figures import figure
from tanheng.report.typography import capital, in_chinese, subscripts
from tanheng.report.words import WORDS
from tanheng.text import Text
from tanheng.web.templatetags.page import language

register = template.Library()
ICONS = {"good": "check", "watch": "warn", "bad": "bad", "neutral": "info", "undetermined": "question"}


@register.filter
def prose(text: Text | str | None) -> str:
    """A text of an assessment in the reader's language, set as in print: CO₂, Chinese punctuation."""
    if text is None:
        return ""
    if language() == "zh":
        return in_chinese(text.zh if isinstance(text, Text) else text)
    return subscripts(text.en if isinstance(text, Text) else text)


@register.filter
def heading(text: Text | str | None) -> str:
    """The same as a heading."""
    said = prose(text)
    return capital(said) if language() == "en" and said else said


@register.filter
def word(name: str | None) -> str:
    """A word of the report: a state, a status."""
    return prose(WORDS[name]) if name in WORDS else name or ""


@register.filter
def amount(indicator: Indicator) -> SafeString:
    """The figure with its unit; the word for what is undetermined."""
    if indicator.value is None:
        return format_html("<b>{}</b>", word("undetermined"))
    written = figure(indicator.value, indicator.unit, indicator.digits).in_language(language())
    between = "" if written.unit in ("%", "°") else "\u00a0"
    return format_html("<b>{}</b>{}{}", written.number, between, written.unit)


@register.simple_tag
def beside(indicator: Indicator, value: float) -> str:
    """Another value of an indicator (target, bound) in the unit in which the indicator itself is written."""
    large = indicator.value if indicator.value is not None else value
    written = figure(value, indicator.unit, indicator.digits, as_large_as=large).in_language(language())
    # The figure above says the unit already.
    return written.text if indicator.value is None or written.unit in ("%", "°") else written.number


@register.simple_tag
def state(name: str) -> SafeString:
    """A state by sign, colour and word: the colour alone says nothing to many."""
    from tanheng.web.templatetags.page import icon

    return format_html('<span class="state {}">{}{}</span>', name, icon(ICONS.get(name, "info")), word(name))


@register.simple_tag(takes_context=True)
def readable(context: dict[str, Any], text: Text | str | None) -> str:
    """A text in which parameters are called as people call them."""
    names = context.get("names")
    if text is None:
        return ""
    told = text if isinstance(text, Text) else Text(text, text)
    return prose(names.readable(told) if names is not None else told)


@register.filter
def unmarked(markup: str) -> SafeString:
    """Markup that the report's own code made and escaped."""
    return mark_safe(str(markup))


@register.filter
def unlocalised(value: float) -> str:
    """A number for an attribute of a drawing: with a point in every language."""
    return repr(value)
