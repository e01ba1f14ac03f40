"""What the pages of points say in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tanheng.credits.points.models import Good
from tanheng.credits.points.own import OwnDay
from tanheng.text import Text
from tanheng.web.templatetags.page import language, said

register = template.Library()
PURPOSES: dict[str, Promise] = {
    "issue": _("granted"),
    "spend": _("used and cancelled"),
    "lapse": _("lapsed at the end of their life"),
    "retire": _("cancelled by the bureau"),
}


@register.simple_tag
def name_of(names: Mapping[str, Text], methodology: str) -> str:
    """What a methodology is called; its id where it is not in the library any more."""
    return said(names[methodology]) if methodology in names else methodology


@register.simple_tag
def good_name(good: Good) -> str:
    """A good's name."""
    return good.name_zh if language() == "zh" else good.name_en


@register.simple_tag
def good_about(good: Good) -> str:
    """A good's description."""
    return good.about_zh if language() == "zh" else good.about_en


@register.filter
def purpose_words(purpose: str) -> str:
    """Why points came or went."""
    return str(PURPOSES.get(purpose, purpose))


@register.filter
def kg(grams: int) -> str:
    """Grams as kilograms, to the gram."""
    return f"{grams // 1000:,}.{grams % 1000:03}"


@register.filter
def sum_kg(days: Iterable[OwnDay]) -> str:
    """What the known days add up to, in kilograms."""
    return kg(sum(each.reduction_g or 0 for each in days))
