"""Texts of a decision as a page shows them."""

from __future__ import annotations

from django import template

from tanheng.report.typography import in_chinese, subscripts
from tanheng.text import Text
from tanheng.web.templatetags.page import language

register = template.Library()


@register.filter
def told(text: Text | dict[str, str]) -> str:
    """A text of an assessment, or of a request that carries one, in the reader's language and set as in print."""
    both = text if isinstance(text, Text) else Text(text["en"], text["zh"])
    return in_chinese(both.zh) if language() == "zh" else subscripts(both.en)
