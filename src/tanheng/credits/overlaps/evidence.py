"""An overlap, and what shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from tanheng.credits.overlaps.asked import Prepared
from tanheng.text import Text

FOREIGN = "foreign"


@dataclass(frozen=True)
class Overlap:
    """Two that meet on some days.

    Attributes
    ----------
    claim
        What was about to be claimed; None where the holder as a whole looks like a project elsewhere.
    other_kind, other_key, other_name
        The other side: a holder here, or ``foreign`` with ``registry:number``.
    first, last
        The days in common, both included; of a project elsewhere that tells no crediting period, our own.
    found_in
        Where it stands: ``claims``, or the table of another registry with its line.
    certain
        Whether both name the same thing; else they only look alike.
    own
        Whether the other side is the holder itself.
    score
        How alike they are, from 0 to 1; of two areas the share of the smaller one.
    evidence
        Both sides, field by field, as it is kept and shown.
    """

    claim: Prepared | None
    scope: str
    key: str
    told: str
    other_kind: str
    other_key: str
    other_name: str
    first: date
    last: date
    found_in: str
    certain: bool
    own: bool
    score: Decimal
    sentence: Text
    fingerprint: str
    evidence: Mapping[str, Any] = field(hash=False)


def fingerprint(*sides: object) -> str:
    """What makes it the same finding, whichever side looks: days and spelling of names are no part of it."""
    told = sorted(json.dumps(side, sort_keys=True, ensure_ascii=False) for side in sides)
    return sha256("\n".join(told).encode()).hexdigest()


def score_of(value: float) -> Decimal:
    """A likeness with three places."""
    return Decimal(str(round(min(1.0, max(0.0, value)), 3)))


def span(first: date, last: date) -> Text:
    """Days in words."""
    days = (last - first).days + 1
    return Text(
        f"{first} to {last} ({days} day{'' if days == 1 else 's'})",
        f"{first} 至 {last}(共 {days} 天)",
    )
