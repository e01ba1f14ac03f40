"""What an operator calls a person must not tell who it is: no telephone number, identity card or address of mail."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from tanheng.credits.points.models import REFERENCE
from tanheng.people.anonymity import number_of_somebody
from tanheng.people.values import refused_value


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
    """What a text looks like that tells who somebody is, as a sentence; empty for nothing of the kind."""
    if any("㐀" <= sign <= "鿿" for sign in unicodedata.normalize("NFKC", text)):
        return _("has Chinese characters in it, as a name or an address would")
    return number_of_somebody(text)
