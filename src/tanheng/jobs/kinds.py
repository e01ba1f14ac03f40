"""What jobs do, by name. Registered from above when the house starts; nothing else is ever done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tanheng.jobs.progress import JobContext
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor
from tanheng.problems import InputRejected, Problem

HEAVY, QUICK = "heavy", "quick"
QUEUES = (HEAVY, QUICK)

Arguments = dict[str, Any]
Result = dict[str, Any]
Checked = Callable[[Arguments, Actor, Organisation | None], Arguments]


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    ``do`` gets the context, to which it tells its progress, and the arguments; what it returns (JSON) is the job's
    result, in which ``url`` is where the reader is led. It may be called again after a worker was killed in it, so it
    must end the same however often it was begun. ``right`` is needed of who asks, in the job's organisation or over
    it, and in the bureau where it has none; without a right whoever signs in may ask. ``checked`` brings arguments
    into their one form, or raises ``InputRejected`` or ``Refused`` before anything is queued.

    Heavy kinds run one at a time in a worker; mail and small checks never wait behind them. A ``shared`` kind gives
    everybody the same answer: two who ask for the same are led to one job, and all who have the right see it.
    ``told`` says the arguments in the reader's words, label and value.
    """

    name: str
    title: str | Promise
    do: Callable[[JobContext, Arguments], Result]
    right: str | None = None
    queue: str = HEAVY
    attempts: int = 3
    shared: bool = False
    checked: Checked | None = None
    told: Callable[[Arguments], Sequence[tuple[str, str]]] | None = None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """A floor above tells of a kind when it starts.

    Raises
    ------
    ValueError
        When the name is taken by another.
    """
    if kind.queue not in QUEUES or kind.attempts < 1:
        raise ValueError(f"the kind {kind.name} of jobs has no such queue or no attempt")
    if KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"the kind {kind.name} of jobs is registered twice")


def kind_of(name: str) -> Kind:
    """A kind by its name.

    Raises
    ------
    InputRejected
        When none is registered.
    """
    if name not in KINDS:
        raise InputRejected(
            [Problem("jobs.E001", "job", column="kind", value=name, message=_("there is no such kind of job"))]
        )
    return KINDS[name]
