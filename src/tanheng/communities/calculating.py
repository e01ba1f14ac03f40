"""The job ``noise_study``: a quarter worked out and kept.

The quarter is that of a study that is kept, worked out anew by the other method or finer, or a made-up one from a seed
to try things on. Quarters from maps come by the command line (``tanheng quiet``), where their files are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.communities.access import access_study
from tanheng.communities.actions import KEEP, do_keep_study
from tanheng.jobs import kinds
from tanheng.jobs.kinds import Arguments, Kind, Result
from tanheng.jobs.progress import JobContext
from tanheng.measures.quiet.calculation import calculate
from tanheng.measures.quiet.kept_traffic import keep_traffic, kept_traffic
from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.by_class import class_traffic
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.measures.quiet.study import Study as Calculated
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Actor, require
from tanheng.people.values import refused_value
from tanheng.policy.rulebook import load_rulebook
from tanheng.text import Text

KIND = "noise_study"
RECORD = "study"
METHODS = ("cnossos", "hj24")
AREAS_KM2 = (0.25, 4.0)
FLOORS = (1, 50)
SEED_MOST = 2**31 - 1


def register() -> None:
    """Tell the queue of it."""
    title = gettext_lazy("Noise of a quarter")
    kinds.register(Kind(KIND, title, work_out, right=KEEP, checked=checked, told=told))


def checked(given: Arguments, acting_user: Actor, organisation: Organisation | None) -> Arguments:
    """The arguments in their one form.

    Raises
    ------
    Refused
        Without ``noise.calculate``.
    InputRejected
        ``noise.E084`` with what cannot be: a study that is not there, an area or a number of floors out of range.
    """
    require(acting_user, KEEP, None)
    method = str(given.get("method") or METHODS[0])
    if method not in METHODS:
        raise refused_value("noise.E084", RECORD, "method", method, _("must be one of: %s") % ", ".join(METHODS))
    floors = _number(given.get("every_floor") or 3, "every_floor", FLOORS)
    if of := str(given.get("of") or ""):
        return {"of": access_study(acting_user, of).digest, "method": method, "every_floor": int(floors)}
    seed = _number(given.get("seed") or 0, "seed", (0, SEED_MOST))
    area = _number(given.get("area_km2") or AREAS_KM2[0], "area_km2", AREAS_KM2)
    return {"of": "", "seed": int(seed), "area_km2": area, "method": method, "every_floor": int(floors)}


def _number(given: object, name: str, bounds: tuple[float, float]) -> float:
    try:
        number = float(str(given))
    except ValueError:
        raise refused_value("noise.E084", RECORD, name, str(given), _("is no number")) from None
    if not bounds[0] <= number <= bounds[1]:
        message = _("must be from %(least)s to %(most)s") % {"least": bounds[0], "most": bounds[1]}
        raise refused_value("noise.E084", RECORD, name, str(given), message)
    return number


def told(given: Arguments) -> Sequence[tuple[str, str]]:
    """The arguments in the reader's words."""
    quarter = given["of"][:12] if given["of"] else _("made up from %d") % given["seed"]
    return [(_("Quarter"), quarter), (_("Method"), given["method"])]


def work_out(context: JobContext, given: Arguments) -> Result:
    """Work it out and keep it; the same however often it is begun."""
    by: Actor = HOUSE if context.requested_by is None else User.objects.get(pk=context.requested_by)
    context.tell(Text("Preparing the quarter", "准备计算范围"), 0.02)
    if given["of"]:
        before = access_study(by, given["of"])
        calculated = Calculated.load(before.folder)
        quarter, traffic, settings = calculated.quarter, kept_traffic(before.folder), calculated.settings
    else:
        quarter, traffic, settings = make_quarter(given["seed"], given["area_km2"]), None, Settings()
    settings = replace(settings, method=given["method"], every_floor=given["every_floor"])
    on = timezone.localdate()
    if traffic is None:
        traffic = traffic_of(quarter, by_class=class_traffic(load_rulebook("shenzhen"), on))
    emission = emission_of(quarter, traffic, method=settings.method)

    def progress(share: float) -> None:
        context.tell(Text("Sound on its way to the façades", "计算声传播"), 0.05 + 0.9 * min(1.0, share))

    study = calculate(quarter, emission, settings, made_at=on.isoformat(), progress=progress)
    # The last moment to stop: what is kept stays.
    context.tell(Text("Keeping the study", "保存计算结果"), 0.97)
    with tempfile.TemporaryDirectory(prefix="tanheng-noise-") as scratch:
        folder = Path(scratch) / "study"
        study.save(folder)
        keep_traffic(folder, traffic)
        kept = do_keep_study(folder, acting_user=by)
    result: dict[str, Any] = {"url": kept.get_absolute_url(), "study": kept.digest}
    return result
