"""Days that people give as text in a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from tanheng.people.values import refused_value


def day_of(given: Mapping[str, str], name: str, record: str) -> date:
    """The day of a field.

    Raises
    ------
    InputRejected
        ``filing.E001`` where it is no day.
    """
    text = given[name]
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        raise refused_value("filing.E001", record, name, text, _("must be a day, as 2026-03-01")) from None


def year_after(day: date) -> date:
    """The same day of the next year; the last of February after a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
