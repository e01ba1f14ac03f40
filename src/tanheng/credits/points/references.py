"""What an operator calls a person must not tell who it is: no telephone number, identity card or address of mail."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from tanheng.credits.points.models import REFERENCE
from tanheng.people.values import refused_value

_MOBILE = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0{0,2}86)?0(?:10|2\d|[3-9]\d{2})\d{7,8}")
_CARD = re.compile(r"[1-9]\d{5}((?:18|19|20)\d{2})(\d{2})(\d{2})\d{3}[\dX]")
_OLD_CARD = re.compile(r"[1-9]\d{5}(\d{2})(\d{2})(\d{2})\d{3}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RUNS = re.compile(r"\d+X?")


def fit_reference(reference: str) -> str:
    """The reference as it is kept.

    Raises
    ------
    InputRejected
        ``points.E001`` where it is no plain number of the operator's own, ``points.E002`` where it looks like something
        that tells who the person is. The value is not repeated: it would stand in logs then.
    """
    text = unicodedata.normalize("NFKC", reference).strip()
    looks = looks_personal(text)
    if looks:
        hint = _("Give a number of your own that says nothing of the person, e.g. a random one")
        raise refused_value("points.E002", "mandate", "reference", None, looks, hint)
    if not re.fullmatch(REFERENCE, text):
        message = _("must be 6 to 64 letters, digits, - and _")
        raise refused_value("points.E001", "mandate", "reference", None, message)
    return text


def looks_personal(text: str) -> str:
    """What a text looks like that tells who somebody is, as a sentence; empty where it looks like nothing of the kind.

    GB 11643 for identity cards (their check digit, or a date of birth that there is), YD/T 1175 for mobile numbers.
    """
    text = unicodedata.normalize("NFKC", text).upper()
    if "@" in text:
        return _("looks like an address of mail")
    if any("㐀" <= sign <= "鿿" for sign in text):
        return _("has Chinese characters in it, as a name or an address would")
    joined = re.sub(r"[\s()+._-]", "", text)
    for run in {*_RUNS.findall(text), joined, joined.lstrip("0")}:
        if _MOBILE.fullmatch(run.rstrip("X")):
            return _("looks like a mobile number")
        if _is_card(run):
            return _("looks like the number of an identity card")
    if _LANDLINE.fullmatch(joined) and re.search(r"\d{3,4}\D\d{7,8}$", text):
        return _("looks like a telephone number")
    return ""


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
