"""How names and numbers are compared: spelling evened out, and how alike two names are."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s_\-‐-―./\\|#()\[\]（）【】:：,，、;；'\"“”‘’·]+")
# What says only what sort of thing it is tells no two projects apart.
_COMMON = frozenset(
    [
        "project",
        "projects",
        "the",
        "of",
        "and",
        "in",
        "for",
        "a",
        "an",
        "to",
        "by",
        "with",
        "programme",
        "program",
        "activity",
        "activities",
        "co",
        "ltd",
        "limited",
        "company",
        "corporation",
        "inc",
        "phase",
        "carbon",
        "reduction",
        "emission",
        "emissions",
    ]
)


def even(text: str) -> str:
    """A number or name with width, case and separators evened out: ``ＩＮＶ_０１ a`` and ``inv-01-A`` are the same."""
    return _SEPARATORS.sub("-", unicodedata.normalize("NFKC", text).casefold()).strip("-")


def loose(text: str) -> str:
    """Letters and digits alone: for finding what may be the same, never for saying that it is."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def folded(name: str) -> str:
    """A name as it is compared: words of Latin script without common ones, other scripts as they stand."""
    words = [word for word in even(name).split("-") if word]
    kept = [word for word in words if word not in _COMMON]
    return " ".join(kept or words)


def likeness(first: str, second: str) -> float:
    """How alike two folded names are, from 0 to 1: the share of pairs of neighbouring characters in common (Dice).

    It does not mind the order of words, and needs no words where a script has none between them.
    """
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    ours, theirs = _pairs(first), _pairs(second)
    whole = len(ours) + len(theirs)
    return 2 * len(ours & theirs) / whole if whole else 0.0


def _pairs(text: str) -> frozenset[str]:
    return frozenset(word[place : place + 2] for word in text.split() for place in range(max(1, len(word) - 1)))


def registration(text: str) -> tuple[str, str] | None:
    """Registry and number of a project elsewhere, of ``verra:1234``, ``VCS 1234``, ``GS-1234``; None for neither."""
    found = re.fullmatch(r"\s*(?P<front>.*?)0*(?P<number>\d+)\s*", unicodedata.normalize("NFKC", text))
    words = re.findall(r"[^\W\d]+", found["front"].replace("_", "").casefold()) if found else []
    if found is None or not words:
        return None
    whole = "".join(words)
    return _REGISTRIES.get(whole) or _REGISTRIES.get(words[0], words[0]), found["number"]


_REGISTRIES = {
    "vcs": "verra",
    "verra": "verra",
    "gs": "gold_standard",
    "gld": "gold_standard",
    "goldstandard": "gold_standard",
    "acr": "acr",
    "americancarbonregistry": "acr",
    "car": "car",
    "climateactionreserve": "car",
    "cdm": "cdm",
    "unfccc": "cdm",
}
