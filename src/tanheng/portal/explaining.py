"""Why any figure of a run is what it is: as the run wrote it down, or worked out from the run when somebody asks.

A run writes down what its report shows first. For everything else its city is opened again, which takes seconds and
memory, so it is done for one at a time and kept; a run does not change, and neither does an explanation of it.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from hashlib import sha256
from typing import Any

from django.core.cache import cache as kept

from tanheng.measures.registry import ALL_RULES
from tanheng.opening import reopened
from tanheng.policy.explanation import NothingToExplain, explain_all, read_subject
from tanheng.portal.run_shelf import contents_of, runs_folder
from tanheng.problems import InputRejected
from tanheng.report.why import Tree
from tanheng.runs.explanations import without_idle_branches
from tanheng.runs.store import open_run
from tanheng.web.saying import all_told

DEPTH, PARTS = 5, 5
KEPT_S = 30 * 24 * 3600
PATIENCE_S = 20.0
_FORM = re.compile(r"([a-z_]+):([^ :]{1,100}) ([a-z][a-z0-9_]{0,80})")
_one_at_a_time = threading.Lock()


class NotNow(Exception):
    """It cannot be worked out: another one is asked for, or the run's city is no longer what it was."""


def tree_of(address: str, asks: str) -> Tree | None:
    """The explanation of a figure, e.g. ``facility_year:F00012,2024 energy_tce``; None where there is no such figure.

    Raises
    ------
    NoRun
        When there is no such run.
    NotNow
        With what stands in the way.
    """
    contents = contents_of(address)
    written: Tree | None = contents.explanations.get(asks)
    if written is not None:
        return written
    said = _FORM.fullmatch(asks)
    if said is None or (said[1], said[3]) not in _rules():
        return None
    key = f"why:{sha256(f'{address} {asks}'.encode()).hexdigest()}"
    known: dict[str, Any] | None = kept.get(key)
    if known is None:
        known = {"tree": _worked_out(address, asks)}
        kept.set(key, known, KEPT_S)
    found: Tree | None = known["tree"]
    return found


def _worked_out(address: str, asks: str) -> Tree | None:
    subject, _space, rule = asks.partition(" ")
    if not _one_at_a_time.acquire(timeout=PATIENCE_S):
        raise NotNow("another explanation is being worked out")
    try:
        run = open_run(runs_folder() / address)
        with reopened(run) as evaluation:
            figure = (*read_subject(evaluation, subject), rule)
            (tree,) = explain_all(evaluation, [figure], depth=DEPTH, parts=PARTS)
    except NothingToExplain:
        return None
    except InputRejected as rejected:
        raise NotNow("; ".join(all_told(rejected))) from rejected
    finally:
        _one_at_a_time.release()
    return None if isinstance(tree, NothingToExplain) else without_idle_branches(tree.as_plain())


@cache
def _rules() -> frozenset[tuple[str, str]]:
    return frozenset((rule.entity.name, rule.name) for rule in ALL_RULES)
