"""Which city the site works on: the operator's folder, with what was taken in since.

The operator's folder is never written to. With nothing taken in it is the city itself; else the city is put together
below the data folder, at an address that stands for all that went in, so that a run names it and can be made again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from tanheng.database.place import data_folder
from tanheng.measures.registry import ALL_TABLES
from tanheng.problems import InputRejected
from tanheng.submissions.models import State, Submission
from tanheng.submissions.receiving import file_of
from tanheng.warehouse.manifest import Manifest, read_manifest
from tanheng.warehouse.merging import CameIn, clear_partial, fingerprint, put_together

TAKEN = "taken.json"  # in the folder of a city: what was taken into it
_DAY_S = 86_400


def base_folder() -> Path:
    """The operator's own city folder: TANHENG_CITY."""
    return Path(settings.TANHENG_CITY)


def known_city() -> Manifest | None:
    """What the city says of itself; None where there is none at TANHENG_CITY."""
    try:
        path = base_folder() / "city.yaml"
        return _manifest(base_folder(), path.stat().st_mtime_ns)
    except (InputRejected, OSError):
        return None


@lru_cache(maxsize=4)
def _manifest(folder: Path, changed: int) -> Manifest:
    return read_manifest(folder)


def taken_in() -> list[Submission]:
    """The submissions that were taken in, in their order."""
    return list(Submission.objects.filter(state=State.TAKEN).order_by("place"))


def layer_of(submission: Submission) -> str:
    """The layer of the city that a submission becomes."""
    return f"taken-{submission.pk}"


def came_in(taken: Sequence[Submission]) -> list[CameIn]:
    """What was taken in, as the warehouse puts it together."""
    return [CameIn(layer_of(each), each.table, file_of(each.sha256, each.format)) for each in taken]


def digest_of(taken: Sequence[Submission]) -> str:
    """The hash of all that makes the city: every file of the operator's, and what was taken in."""
    parts = [fingerprint(base_folder()), *(f"{each.pk} {each.table} {each.sha256}" for each in taken)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def city_folder() -> Path:
    """The folder that a new run works on, put together where it does not stand yet.

    Raises
    ------
    InputRejected
        When there is no city at TANHENG_CITY.
    """
    taken = taken_in()
    if not taken:
        read_manifest(base_folder())
        return base_folder()
    cities = data_folder() / "city"
    clear_partial(cities, time.time() - _DAY_S)
    said = [
        {"submission": each.pk, "table": each.table, "layer": layer_of(each), "sha256": each.sha256} for each in taken
    ]
    notes = {TAKEN: json.dumps({"base": fingerprint(base_folder()), "taken": said}, indent=1) + "\n"}
    return put_together(base_folder(), came_in(taken), cities / digest_of(taken)[:16], ALL_TABLES, notes=notes)
