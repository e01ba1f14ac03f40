"""Tags and filters of pages: texts in the reader's language, icons, the same list with another cursor."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tanheng.text import Language, Text

register = template.Library()


def language() -> Language:
    """The reader's language, of the two of the house."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


@register.filter
def said(text: Text | str | None) -> str:
    """A text in the reader's language."""
    return text.in_language(language()) if isinstance(text, Text) else text or ""


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon beside words that say the same; a screen reader passes it by."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        static("vendor/tabler-icons/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: object) -> str:
    """The address of this page with other parameters; an empty one is left out."""
    asked = context["request"].GET.copy()
    for name, value in changes.items():
        asked.pop(name, None)
        if value not in (None, ""):
            asked[name] = str(value)
    return f"?{asked.urlencode()}"
