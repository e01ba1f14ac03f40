"""What tells who somebody is: telephone numbers, identity cards, addresses of mail. Where only pseudonyms are kept, a
text with one of them is refused and not repeated."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

_MOBILE = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0{0,2}86)?0(?:10|2\d|[3-9]\d{2})\d{7,8}")
_CARD = re.compile(r"[1-9]\d{5}((?:18|19|20)\d{2})(\d{2})(\d{2})\d{3}[\dX]")
_OLD_CARD = re.compile(r"[1-9]\d{5}(\d{2})(\d{2})(\d{2})\d{3}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RUNS = re.compile(r"\d+X?")
_ASCII_RUNS = re.compile(r"[0-9]+X?")
_NUMBERS = re.compile(r"(?<![\dX])[\d][\d\s-]{6,24}[\dX]")


def number_of_somebody(text: str) -> str:
    """What a text looks like that is the number or address of a person, as a sentence; empty for none.

    GB 11643 for identity cards (their check digit, or a date of birth that there is), YD/T 1175 for mobile numbers.
    """
    text = unicodedata.normalize("NFKC", text).upper()
    if "@" in text:
        return _("looks like an address of mail")
    joined = re.sub(r"[\s()+._-]", "", text)
    for run in {*_RUNS.findall(text), joined, joined.lstrip("0")}:
        if _MOBILE.fullmatch(run.rstrip("X")):
            return _("looks like a mobile number")
        if _is_card(run):
            return _("looks like the number of an identity card")
    if _LANDLINE.fullmatch(joined) and re.search(r"\d{3,4}\D\d{7,8}$", text):
        return _("looks like a telephone number")
    return ""


def number_in(text: str) -> str:
    """As ``number_of_somebody``, of any number that stands within a longer text."""
    text = unicodedata.normalize("NFKC", text).upper()
    # Each run by itself as well: beside other numbers, what stands together would be cut at the wrong place.
    found = (number_of_somebody(each) for each in (*_NUMBERS.findall(text), *_ASCII_RUNS.findall(text)))
    return next((each for each in found if each), number_of_somebody(text) if "@" in text else "")


def _is_card(run: str) -> bool:
    if (found := _CARD.fullmatch(run)) and _is_day(int(found[1]), int(found[2]), int(found[3])):
        return True
    if re.fullmatch(r"\d{17}[\dX]", run):
        left = sum(int(digit) * weight for digit, weight in zip(run[:17], _WEIGHTS, strict=True)) % 11
        return run[17] == "10X98765432"[left]
    return bool((old := _OLD_CARD.fullmatch(run)) and _is_day(1900 + int(old[1]), int(old[2]), int(old[3])))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day) <= date.today()
    except ValueError:
        return False
