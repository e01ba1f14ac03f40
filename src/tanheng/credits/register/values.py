"""What people write into steps and forms, read as amounts and runs of serial numbers."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tanheng.ledger.requests import Serials
from tanheng.people.values import refused_value

_RUN = re.compile(r"(\d{1,18})(?:\s*[-–—]\s*(\d{1,18}))?")
MOST_RUNS = 100


def given_amount(record: str, name: str, text: str) -> Decimal | None:
    """An amount of 0 or more with at most six digits after the point; None where nothing was written.

    Raises
    ------
    InputRejected
        ``register.E006`` for anything else.
    """
    if not text:
        return None
    try:
        value = Decimal(text) if text.isascii() else None
    except InvalidOperation:
        value = None
    exponent = value.as_tuple().exponent if value is not None else None
    if value is None or not isinstance(exponent, int) or exponent < -6 or not 0 <= value < 10**11:
        message = _("must be a number of 0 or more, with at most six digits after the point")
        raise refused_value("register.E006", record, name, text, message)
    return value


def given_whole(record: str, name: str, text: str) -> int:
    """A whole number above 0.

    Raises
    ------
    InputRejected
        ``register.E006`` for anything else.
    """
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 15 and int(text) > 0):
        raise refused_value("register.E006", record, name, text, _("must be a whole number above 0"))
    return int(text)


def given_runs(record: str, name: str, text: str) -> Serials | None:
    """Runs of serial numbers, as ``1001-1100, 1205``; None where nothing was written.

    Raises
    ------
    InputRejected
        ``register.E007`` for what is no such list.
    """
    if not text.strip():
        return None
    runs: list[tuple[int, int]] = []
    for part in re.split(r"[,;,、;\s]+(?![-–—])", text.strip()):
        found = _RUN.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if first > last or len(runs) == MOST_RUNS:
            message = _("must be serial numbers and runs of them, at most %d, as 1001-1100, 1205") % MOST_RUNS
            raise refused_value("register.E007", record, name, text, message)
        runs.append((first, last))
    return runs
