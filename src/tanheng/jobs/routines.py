"""What the house does by itself at its hours. Registered from above; of each the last round is on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from tanheng.jobs.doing import fault_in_log
from tanheng.jobs.kinds import QUEUES, QUICK
from tanheng.jobs.models import LastRound, State
from tanheng.people.origin import coming_from
from tanheng.problems import InputRejected
from tanheng.text import Text

# A round that was due while no worker was there is made up for, once, if it was due within this time.
MADE_UP_FOR_S = 24 * 3600


@dataclass(frozen=True)
class Routine:
    """A routine: ``do`` returns what there is to say of it.

    ``every`` is when, as cron says it (UTC; a sixth field for seconds), ``when`` is the same for people.
    """

    name: str
    title: str | Promise
    when: str | Promise
    every: str
    do: Callable[[], Text]
    queue: str = QUICK


ROUTINES: dict[str, Routine] = {}


def register(routine: Routine) -> None:
    """A floor above tells of a routine when it starts.

    Raises
    ------
    ValueError
        When the name is taken by another, or there is no such queue.
    """
    if routine.queue not in QUEUES:
        raise ValueError(f"the routine {routine.name} has no such queue")
    if ROUTINES.setdefault(routine.name, routine) != routine:
        raise ValueError(f"the routine {routine.name} is registered twice")


def do_round(name: str) -> LastRound:
    """Do a routine once; what became of it is on record and, if it is a fault of ours, in the log."""
    routine = ROUTINES[name]
    begun = timezone.now()
    LastRound.objects.update_or_create(
        routine=name, defaults={"state": State.RUNNING, "started_at": begun, "ended_at": None}
    )
    ended: dict[str, Any]
    try:
        with coming_from("routine"), override("en"):
            said = routine.do()
    except InputRejected as rejected:
        ended = {"state": State.FAILED, "problems": [asdict(each) for each in rejected.problems], "fault": ""}
    except Exception:
        ended = {"state": State.FAILED, "problems": [], "fault": fault_in_log(f"routine {name}")}
    else:
        ended = {"state": State.DONE, "problems": [], "fault": "", "said": said._asdict(), "done_at": timezone.now()}
    return LastRound.objects.update_or_create(routine=name, defaults={**ended, "ended_at": timezone.now()})[0]
