"""Cells to values: dates, quantities, project numbers, ranges of serial numbers, as each registry writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from tanheng.credits.overlaps.models import Registry

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
_TO = re.compile(r"(?P<series>.+)-(?P<first>\d+) to (?P<last>\d+)")
_IN_FRONT = re.compile(r"(?P<block>\d+)-(?P<first>\d+)-(?P<last>\d+)-(?P<series>.+)")
_AT_THE_END = re.compile(r"(?P<series>.+)-(?P<first>\d+)-(?P<last>\d+)")
# As the CDM's registry writes both ends; Gold Standard lists such units as well.
_BOTH_ENDS = re.compile(r"(?P<front>[A-Z]{2}-\d+-)(?P<first>\d+)(?P<back>-[\d-]+) - (?P=front)(?P<last>\d+)(?P=back)")
_NUMBER = re.compile(r"[A-Za-z]*[-\s]*0*(\d+)")
NOTHING = frozenset({"", "-", "–", "n/a", "na", "none", "not applicable", "null"})
CHINA = frozenset({"china", "cn", "chn", "中国", "prc"})


class Unreadable(ValueError):
    """A cell that cannot be read as what it should be."""


@dataclass(frozen=True)
class Serials:
    """A range of serial numbers within a series, both ends included."""

    series: str
    first: int
    last: int

    @property
    def length(self) -> int:
        """How many units it is."""
        return self.last - self.first + 1


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing."""
    return cell.strip().casefold() in NOTHING


def day(cell: str, *, day_first: bool) -> date | None:
    """A date in any of the ways that registries write; None for an empty cell.

    Raises
    ------
    Unreadable
        When it is none.
    """
    if is_nothing(cell):
        return None
    try:
        if found := _ISO.fullmatch(cell):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SLASHED.fullmatch(cell):
            one, two, year = int(found[1]), int(found[2]), int(found[3])
            return date(year, two, one) if day_first else date(year, one, two)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    raise Unreadable("no date")


def quantity(cell: str) -> Decimal | None:
    """A quantity with or without commas between thousands; None for an empty cell.

    Raises
    ------
    Unreadable
        When it is none.
    """
    if is_nothing(cell):
        return None
    plain = cell.replace(" ", "")
    if "," in plain and not re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        raise Unreadable("commas that do not part thousands")
    try:
        found = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        raise Unreadable("no number") from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 16:
        raise Unreadable("no number of tonnes")
    return found


def year(cell: str) -> int | None:
    """A vintage; None for an empty cell.

    Raises
    ------
    Unreadable
        When it is no year from 1990 on.
    """
    if is_nothing(cell):
        return None
    found = re.fullmatch(r"(\d{4})(?:\.0)?", cell)
    if found is None or not 1990 <= int(found[1]) <= 2200:
        raise Unreadable("no year")
    return int(found[1])


def number(cell: str) -> str:
    """A project's number without the registry's letters and leading zeros: ``ACR586`` is ``586``."""
    text = cell.removesuffix(".0").strip()
    found = _NUMBER.fullmatch(text)
    return found[1] if found else text.casefold()


def serials(registry: str, cell: str) -> Serials | None:
    """The range of serial numbers; None for an empty cell.

    Raises
    ------
    Unreadable
        When its ends cannot be told.
    """
    if is_nothing(cell):
        return None
    if both := _BOTH_ENDS.fullmatch(cell):
        return Serials(both["front"] + both["back"], int(both["first"]), int(both["last"]))
    pattern = _IN_FRONT if registry == Registry.VERRA else _AT_THE_END
    found = _TO.fullmatch(cell) or pattern.fullmatch(cell)
    if found is None:
        raise Unreadable("no range of serial numbers")
    return Serials(found["series"], int(found["first"]), int(found["last"]))


def is_here(country: str) -> bool:
    """Whether a project may lie in China: it says so, or says nothing. One of several host countries counts."""
    if is_nothing(country):
        return True
    return any(each.strip().casefold() in CHINA for each in re.split(r"[;,/|]", country))
