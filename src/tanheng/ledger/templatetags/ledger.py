"""Quantities, types and purposes as people read them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from psycopg.types.multirange import Multirange

from tanheng.ledger.account_types import PURPOSES, TYPES
from tanheng.ledger.models import Asset

register = template.Library()


@register.filter
def quantity(value: int | None, asset: Asset) -> str:
    """``1234567`` fen as ``¥12,345.67``, tonnes with their unit."""
    if value is None:
        return "–"
    sign, size = ("−" if value < 0 else ""), abs(value)
    if asset.unit == "fen":
        return f"{sign}¥{size // 100:,}.{size % 100:02d}"
    units = {"tCO2e": _("t CO₂e"), "point": _("points")}
    unit = units.get(asset.unit, asset.unit)
    return f"{sign}{size:,}\u00a0{unit}"


@register.filter
def signed(value: int, asset: Asset) -> str:
    """The same with a plus where something came in."""
    return f"+{quantity(value, asset)}" if value > 0 else quantity(value, asset)


@register.filter
def type_name(code: str) -> str:
    """A type of account in words."""
    return _(TYPES.get(code, code))


@register.filter
def purpose_name(code: str) -> str:
    """A purpose in words."""
    return _(PURPOSES[code][0]) if code in PURPOSES else code


@register.filter
def runs_of(serials: Multirange[int] | None) -> list[str]:
    """Serial numbers as runs, both ends included."""
    if serials is None:
        return []
    return [
        f"{run.lower:,}" if run.upper - run.lower == 1 else f"{run.lower:,}–{run.upper - 1:,}"
        for run in serials
        if run.lower is not None and run.upper is not None
    ]
