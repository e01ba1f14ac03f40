"""The demonstration's quiet city: two communities that apply, two complaints, a made-up quarter to work out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from tanheng.cases.taking import take
from tanheng.communities.actions import do_apply_community, do_complain
from tanheng.communities.calculating import KIND
from tanheng.communities.models import Study
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.models import Job
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE

QUARTER = {"seed": 440300, "area_km2": 0.25, "every_floor": 3, "method": "cnossos"}


def make(organisations: Mapping[str, Organisation]) -> None:
    """Put it in place; ``organisations`` by the name of one of their people."""
    for who, name, address, households, measures in (
        (
            "park",
            "示例湖畔花园 Demo Lakeside",
            "南山区示例路1号",
            860,
            "夜间禁止装卸;更换低噪声风机;车库出入口铺设低噪声路面。",
        ),
        (
            "developer",
            "示例山语苑 Demo Hill Court",
            "福田区示例街8号",
            420,
            "临街住户更换隔声窗;商铺22时后停止外放音响。",
        ),
    ):
        do_apply_community(
            organisations[who], name=name, address=address, households=households, measures=measures, acting_user=HOUSE
        )
    now = timezone.now()
    do_complain(
        source="construction", place="示例路3号", noticed_at=now - timedelta(hours=20), text="夜间打桩,持续约两小时。"
    )
    second = do_complain(
        source="traffic", place="示例高架路口", noticed_at=now - timedelta(days=3), text="夜间重型货车频繁经过。"
    )
    take(second, "look_into", acting_user=HOUSE)


def have_a_quarter_worked_out() -> None:
    """Ask for it as the officer would, once; the worker does it while people look around."""
    if Study.objects.exists() or Job.objects.filter(kind=KIND).exists():
        return
    do_start_job(KIND, dict(QUARTER), acting_user=User.objects.get(username="demo-officer"))
