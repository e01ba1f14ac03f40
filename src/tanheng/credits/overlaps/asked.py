"""What somebody is about to claim, and whether it can be claimed at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tanheng.credits.overlaps import geometry
from tanheng.credits.overlaps.models import HolderKind, Scope, Stage
from tanheng.credits.overlaps.spelling import even, loose, registration
from tanheng.people.models import Organisation
from tanheng.problems import InputRejected, Problem

__all__ = ["ClaimIn", "Holder", "Prepared", "Stage", "prepared"]

TOLD_MOST, ACTIVITY_MOST, UNIT_MOST = 200, 64, 16


@dataclass(frozen=True)
class Holder:
    """Who claims: a project by its number, an application, a person by pseudonym.

    Attributes
    ----------
    kind
        ``project``, ``application`` or ``person``.
    organisation
        Whose it is, where it is an organisation's: its auditors see what is claimed and released.
    """

    kind: str
    key: str
    name: str
    organisation: Organisation | None = None


@dataclass(frozen=True)
class ClaimIn:
    """One thing that reductions rest on, from a first to a last day, both included.

    Attributes
    ----------
    scope
        ``device`` (a meter, a vehicle, an inverter), ``place``, ``beneficiary``, or ``registration``: a number of the
        same project in another registry, as ``verra:1234``.
    key
        Its number or name; of a place its address.
    activity
        What is counted there, e.g. the id of the methodology. A beneficiary is claimed for an activity: a household
        may save electricity and ride a bicycle. A device's kWh, a hectare or another registry's tonnes are claimed once
        whatever they are called.
    place
        GeoJSON in degrees (WGS 84): point, polygon or several; for places.
    quantity, unit
        What it comes to, where that is known; shown beside an overlap.
    """

    scope: str
    key: str
    first: date
    last: date
    activity: str = ""
    place: Mapping[str, Any] | None = field(default=None, hash=False)
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Prepared:
    """A claim that can be made, with its key as it is compared."""

    stage: str
    scope: str
    told: str
    key: str
    loose: str
    activity: str
    first: date
    last: date
    place: Mapping[str, Any] | None = field(hash=False)
    bounds: tuple[float, float, float, float] | None
    quantity: Decimal | None
    unit: str

    @property
    def registration(self) -> tuple[str, str] | None:
        """Registry and number, of a number elsewhere."""
        return registration(self.told) if self.scope == Scope.REGISTRATION else None


def prepared(holder: Holder, claims: Sequence[ClaimIn], stage: str) -> list[Prepared]:
    """The claims as they are compared and kept.

    Raises
    ------
    InputRejected
        ``overlaps.E001`` for everything that is wrong with them.
    """
    problems: list[Problem] = []
    for wrong, message in _faults_of_holder(holder, claims, stage):
        problems.append(Problem("overlaps.E001", holder.key or "claim", column=wrong, message=message))
    made = []
    for one in claims:
        place, faults = _place(one)
        faults += [*_faults(one)]
        problems += [
            Problem("overlaps.E001", holder.key or "claim", column=f"{one.scope} {one.key}"[:100], message=each)
            for each in faults
        ]
        if not faults:
            made.append(_made(one, stage, place))
    if not problems:
        problems += _twice(holder, made)
    if problems:
        raise InputRejected(problems)
    return made


def _made(one: ClaimIn, stage: str, place: dict[str, Any] | None) -> Prepared:
    number = registration(one.key) if one.scope == Scope.REGISTRATION else None
    key = f"{number[0]}:{number[1]}" if number else even(one.key)
    near = loose(key)
    if one.scope == Scope.BENEFICIARY:
        key, near = f"{even(one.activity)} {key}", f"{loose(one.activity)} {near}"
    return Prepared(
        stage=stage,
        scope=one.scope,
        told=one.key.strip(),
        key=key,
        loose=near,
        activity=one.activity.strip(),
        first=one.first,
        last=one.last,
        place=place,
        bounds=geometry.read(place).bounds if place else None,
        quantity=one.quantity,
        unit=one.unit.strip(),
    )


def _faults_of_holder(holder: Holder, claims: Sequence[ClaimIn], stage: str) -> Iterator[tuple[str, str]]:
    if holder.kind not in HolderKind.values:
        yield "holder", _("is of no kind that can claim: %s") % holder.kind
    if not holder.key.strip() or len(holder.key) > 64:
        yield "holder", _("must have a number of 1 to 64 characters")
    if not holder.name.strip() or len(holder.name) > 200:
        yield "holder", _("must have a name of 1 to 200 characters")
    if stage not in Stage.values:
        yield "stage", _("is no stage: %s") % stage
    if not claims:
        yield "claims", _("must be at least one: reductions that rest on nothing cannot be kept apart from others")


def _faults(one: ClaimIn) -> Iterator[str]:
    if one.scope not in Scope.values:
        yield _("is none of what can be claimed: %s") % ", ".join(Scope.values)
    if not loose(one.key) or len(one.key.strip()) > TOLD_MOST:
        yield _("must have a number or name of 1 to %d characters, with a letter or digit in it") % TOLD_MOST
    if one.last < one.first:
        yield _("ends before it begins")
    if len(one.activity.strip()) > ACTIVITY_MOST or len(one.unit.strip()) > UNIT_MOST:
        yield _("has too long an activity or unit")
    if one.scope == Scope.BENEFICIARY and not loose(one.activity):
        yield _("must say for which activity: a beneficiary may do more than one")
    if one.scope == Scope.REGISTRATION and loose(one.key) and registration(one.key) is None:
        yield _("must be a registry and a number, as verra:1234")
    if one.quantity is not None and (not one.quantity.is_finite() or one.quantity < 0):
        yield _("must have a quantity of 0 or more")


def _place(one: ClaimIn) -> tuple[dict[str, Any] | None, list[str]]:
    if one.place is None:
        return None, []
    if one.scope != Scope.PLACE:
        return None, [_("only a place has a geometry")]
    try:
        return geometry.plain(geometry.read(one.place)), []
    except geometry.NoPlace as wrong:
        return None, [_("has a geometry that cannot be used: %s") % wrong]


def _twice(holder: Holder, made: Sequence[Prepared]) -> list[Problem]:
    """The same thing twice in what one asks for."""
    problems = []
    for place, one in enumerate(made):
        for other in made[:place]:
            if (one.scope, one.key) == (other.scope, other.key) and one.first <= other.last and other.first <= one.last:
                told = {"first": max(one.first, other.first), "last": min(one.last, other.last)}
                message = _("is asked for twice, %(first)s to %(last)s") % told
                problems.append(Problem("overlaps.E001", holder.key, column=one.scope, value=one.told, message=message))
    return problems
