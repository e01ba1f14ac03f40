"""What the house does by itself at its hours: the log, the ledger's daily work, tidying."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tanheng.jobs import routines
from tanheng.jobs.kinds import HEAVY
from tanheng.jobs.routines import Routine
from tanheng.ledger.actions import do_expire_reservations, do_lapse_points, do_run_queue
from tanheng.ledger.models import Asset
from tanheng.ledger.recomputation import do_recompute
from tanheng.portal.tidying import tidy
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.transparency.sealing import seal
from tanheng.transparency.sources import name_of
from tanheng.transparency.tiles import Broken

# In UTC: in the city it is eight hours later.
_NIGHT, _LATER, _LAST = "10 18 * * *", "40 18 * * *", "10 19 * * *"


def register() -> None:
    """Tell the queue of them."""
    every_s = settings.TANHENG_SEAL_EVERY
    often = "* * * * *" if every_s == 60 else f"* * * * * */{every_s}"
    minute = _("each minute")
    for routine in (
        Routine("seal_log", _("Seal what was done into the log"), _("as often as is set"), often, seal_log),
        Routine("work_queue", _("Do transfers that waited; end reservations"), minute, "* * * * *", work_queue),
        Routine("check_ledger", _("Recompute every balance"), _("daily at 2:10"), _NIGHT, check_ledger, queue=HEAVY),
        Routine("lapse", _("Let points lapse whose life is over"), _("daily at 2:40"), _LATER, lapse),
        Routine("tidy", _("Throw away what has ended"), _("daily at 3:10"), _LAST, throw_away),
    ):
        routines.register(routine)


def seal_log() -> Text:
    """Seal what waits into the transparency log."""
    try:
        done = seal()
    except Broken as error:
        raise InputRejected(
            [Problem("portal.E010", "transparency log", message=str(error), hint="See tanheng check-log")]
        ) from error
    if done.stuck:
        raise InputRejected(
            Problem("portal.E011", name_of(kind), value=str(ref), message="waits for the log and cannot be found")
            for kind, ref in done.stuck
        )
    return Text(f"{done.added} entries; the log has {done.size}", f"新增 {done.added} 条；日志共 {done.size} 条")


def work_queue() -> Text:
    """Transfers whose hour has come, and reservations whose time is over."""
    done, refused = do_run_queue()
    ended = do_expire_reservations()
    return Text(
        f"{done} transfers done, {refused} refused; {ended} reservations ended",
        f"完成划转 {done} 笔，拒绝 {refused} 笔；到期预留 {ended} 笔",
    )


def check_ledger() -> Text:
    """Balances from postings; what differs blocks its accounts and stands on home pages until it is explained."""
    found = do_recompute()
    if found:
        raise InputRejected(Problem("portal.E012", "ledger", message=str(each)) for each in found)
    return Text("all balances agree", "全部余额一致")


def lapse() -> Text:
    """Points at the end of their life."""
    lapsed = sum(do_lapse_points(asset) for asset in Asset.objects.filter(life_months__isnull=False))
    return Text(f"{lapsed} units lapsed", f"失效 {lapsed} 单位")


def throw_away() -> Text:
    """What has ended."""
    removed = sum(tidy().values())
    return Text(f"{removed} things removed", f"清理 {removed} 项")
