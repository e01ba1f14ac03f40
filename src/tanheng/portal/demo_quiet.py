"""The demonstration's quiet city: a made-up quarter worked out, monitors in it with four weeks of hours, communities
and complaints in each of their states. All of it goes through the actions that everybody goes through."""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from django.utils import timezone
from pyproj import Transformer

from tanheng.cases.models import Case
from tanheng.cases.taking import Taken, take
from tanheng.communities.actions import do_apply_community, do_complain, do_show_study
from tanheng.communities.calculating import checked, work_out
from tanheng.communities.measuring import do_show_monitor, do_take_in
from tanheng.communities.models import Community, Monitor, Study
from tanheng.jobs.progress import JobContext
from tanheng.measures.quiet.assessment.tables import MONITORS, READINGS
from tanheng.measures.quiet.places.monitors import transfer_to_monitors
from tanheng.measures.quiet.places.rows import shapes_of
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.study import Study as Calculated
from tanheng.measures.quiet.transfer.levels import all_levels
from tanheng.people import approvals
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE

SEED = 440300
QUARTER = {"seed": SEED, "area_km2": 0.25, "every_floor": 3, "method": "cnossos"}
WEEKS = 4
NIGHT = (*range(6), 22, 23)

LAKESIDE, HILL_COURT, GARDENS, SPRUCE, DAWN = (
    "示例湖畔花园 Demo Lakeside",
    "示例山语苑 Demo Hill Court",
    "示例海棠里 Demo Crab Apple Gardens",
    "示例云杉公寓 Demo Spruce House",
    "示例晨光村 Demo Dawn Village",
)
# Who applies by the name of one of its people, the community, its address, households, what is done for quiet.
APPLICATIONS: tuple[tuple[str, str, str, int, str], ...] = (
    ("park", LAKESIDE, "南山区示例路1号", 860, "夜间禁止装卸;更换低噪声风机;车库出入口铺设低噪声路面。"),
    ("developer", HILL_COURT, "福田区示例街8号", 420, "临街住户更换隔声窗;商铺22时后停止外放音响。"),
    ("park", GARDENS, "南山区示例路15号", 1_240, "水泵房加装减振垫;快递车辆22时后不进入小区。"),
    ("developer", SPRUCE, "福田区示例街20号", 310, "装修限定在工作日白天。"),
    ("park", DAWN, "南山区示例路30号", 540, "广场舞音量公约;垃圾清运改为早7时后。"),
)
MENDED = "装修限定在工作日白天,并在门禁处公示;空调外机支架全部更换为减振支架,附验收记录。"
FINDING = "示例:现场查看门窗与绿化完好,夜间无装卸;计算结果见评估表,评分办法未公布,故不打分。"
REPORT = "示例:本年度更换3台风机,处理邻里投诉4件,均已办结;夜间装卸禁令全年执行。"


def make(organisations: Mapping[str, Organisation]) -> None:
    """What needs no study; ``organisations`` by the name of one of their people."""
    for who, name, address, households, measures in APPLICATIONS:
        do_apply_community(
            organisations[who], name=name, address=address, households=households, measures=measures, acting_user=HOUSE
        )
    officer = _person("officer")
    because = "示例:未说明空调外机的减振措施,请补充后重新申请。"
    _step(Community.objects.get(name=SPRUCE), "refuse", officer, because=because)
    do_apply_community(
        organisations["developer"],
        name=SPRUCE,
        address="福田区示例街20号",
        households=310,
        measures=MENDED,
        acting_user=HOUSE,
    )
    now = timezone.now()

    def heard(source: str, place: str, ago: timedelta, text: str) -> Any:
        return do_complain(source=source, place=place, noticed_at=now - ago, text=text)

    heard("construction", "示例路3号", timedelta(hours=20), "夜间打桩,持续约两小时。")
    heard("social", "示例路12号", timedelta(hours=5), "楼下餐饮风机噪声明显。")
    looked = heard("traffic", "示例高架路口", timedelta(days=3), "夜间重型货车频繁经过。")
    answered = heard("industry", "示例街20号", timedelta(days=9), "冷却塔夜间运行,影响休息。")
    again = heard("construction", "示例路3号", timedelta(hours=19), "还是那处工地,夜间打桩。")
    _step(looked, "look_into", officer)
    _step(answered, "look_into", officer)
    answer = "示例:已到现场,冷却塔风机加装消声器,夜间降频运行,一周后复测。"
    heard_in = Community.objects.get(name=SPRUCE, state="applied")
    _step(answered, "give_answer", officer, answer=answer, community=str(heard_in.pk))
    _step(again, "set_aside", officer, because="示例:与同一工地的前一件合并办理。")


def is_whole() -> bool:
    """Whether the study, its monitors and the titles are there."""
    return Community.objects.filter(titled_on__isnull=False).exists()


def work_out_the_quarter() -> None:
    """The study, monitors beside it, and what becomes of the applications by it; what is there already stays."""
    officer = _person("officer")
    kept = Study.objects.order_by("pk").first()
    if kept is None:
        context = JobContext(0, 0, requested_by=officer.pk, ask=lambda statement, values: (False,))
        digest = work_out(context, checked(QUARTER, officer, None))["study"]
        kept = do_show_study(Study.objects.get(digest=digest), public=True, acting_user=officer)
    calculated = Calculated.load(kept.folder)
    if not Monitor.objects.exists():
        _monitors(calculated, officer)
    _titles(kept, calculated, officer)


def _titles(study: Study, calculated: Calculated, officer: User) -> None:
    """One is a quiet community, one under yearly review, one waits for the second person."""
    outlines = sorted(calculated.quarter["communities"]["id"].to_pylist())
    for name, outline in zip_longest((LAKESIDE, HILL_COURT, GARDENS), outlines[:3], fillvalue=""):
        case = Community.objects.filter(name=name, state="applied").first()
        if case is None:
            continue
        _step(case, "evaluate", officer, study=study.digest[:12], feature=outline, finding=FINDING)
        asked = _step(case, "give_title", officer).approval
        assert asked is not None
        if name != GARDENS:
            approvals.confirm(asked.pk, _person("approver"))
    reviewed = Community.objects.filter(name=LAKESIDE, state="titled").first()
    if reviewed is not None:
        _step(reviewed, "hand_in_report", _person("park"), report=REPORT)


def _monitors(calculated: Calculated, officer: User) -> None:
    """Those of the quarter, and their hours of the last four weeks, around what is calculated at their places."""
    bureau = Organisation.objects.get(memberships__user=officer)
    quarter = calculated.quarter
    table = quarter["monitors"]
    degrees = Transformer.from_crs(quarter.crs, "EPSG:4326", always_xy=True)
    points = shapes_of(table)
    ids = table["id"].to_pylist()
    places = [degrees.transform(point.x, point.y) for point in points]
    began = timezone.localdate() - timedelta(days=7 * WEEKS)
    rows = (
        {
            "monitor_id": f"DEMO-{name}", "name": f"示例监测点 Demo monitor {number + 1}", "lon": f"{lon:.6f}",
            "lat": f"{lat:.6f}", "height_m": height, "purpose": "road", "area_class": area,
            "in_force_from": began.isoformat(),
        }
        for number, (name, (lon, lat), height, area) in enumerate(
            zip(ids, places, table["height_m"].to_pylist(), _classes(quarter["areas"], points), strict=True)
        )
    )  # fmt: skip
    _take_in(bureau, "monitors", [column.name for column in MONITORS.columns], rows)
    levels = _levels(calculated)
    hours = (
        row
        for name, day, night in zip(ids, levels["Ld"], levels["Ln"], strict=True)
        for row in _hours(f"DEMO-{name}", day, night, began)
    )
    _take_in(bureau, "hours", [column.name for column in READINGS.columns], hours)
    for monitor in Monitor.objects.filter(organisation=bureau):
        do_show_monitor(monitor, public=True, acting_user=HOUSE)


def _levels(calculated: Calculated) -> Mapping[str, Sequence[float]]:
    names = ("id", "kind", "feature", "status")
    ids, kinds, features, statuses = (tuple(calculated.columns[name].to_pylist()) for name in names)
    emission = Emission(ids, kinds, features, statuses, calculated.emission)
    transfer = transfer_to_monitors(calculated.quarter, emission, calculated.settings)
    found = all_levels(transfer, calculated.emission)
    return {name: [float(level) for level in np.asarray(found[name])] for name in ("Ld", "Ln")}


def _classes(areas: pa.Table, points: Iterable[Any]) -> list[str]:
    """The function area that each stands in; none where it stands in none."""
    shapes, classes = shapes_of(areas), areas["class"].to_pylist()
    return [
        next((name for shape, name in zip(shapes, classes, strict=True) if shapely.covers(shape, point)), "")
        for point in points
    ]


def _hours(monitor: str, day: float, night: float, began: date) -> Iterator[dict[str, object]]:
    """Made up from a seed: the level that is calculated, the swing of a day, weather, an hour lost now and then."""
    chance = Random(f"{SEED} {monitor}")
    offset = chance.gauss(0.0, 1.5)
    for number in range(7 * WEEKS):
        on = began + timedelta(days=number)
        rush = 1.2 if on.weekday() < 5 else 0.4
        wet = chance.random() < 0.15
        for hour in range(24):
            swing = rush * math.exp(-(min(abs(hour - 8), abs(hour - 18)) ** 2) / 4.0)
            base = night if hour in NIGHT else day
            level = base + offset + swing + chance.gauss(0.0, 0.8)
            yield {
                "monitor_id": monitor, "date": on.isoformat(), "hour": hour, "leq_db": f"{level:.1f}",
                "l10_db": f"{level + 2.8:.1f}", "l50_db": f"{level - 1.9:.1f}", "l90_db": f"{level - 6.4:.1f}",
                "lmax_db": f"{level + 13.0 + chance.uniform(0, 6):.1f}",
                "measured_pct": 40 if chance.random() < 0.01 else 100,
                "wind_m_s": f"{abs(chance.gauss(1.8, 1.2)):.1f}", "wet": str(wet and 9 <= hour < 15).lower(),
            }  # fmt: skip


def _take_in(
    organisation: Organisation, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> None:
    with tempfile.TemporaryDirectory(prefix="tanheng-demo-") as folder:
        path = Path(folder) / f"demo-{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        do_take_in(organisation, table, path, name=path.name, acting_user=HOUSE)


def _step(case: Case, step: str, by: User, **given: str) -> Taken:
    """Take a step of a case as it stands by now."""
    return take(type(case)._default_manager.get(pk=case.pk), step, acting_user=by, given=given)


def _person(name: str) -> User:
    return User.objects.get(username=f"demo-{name}")
