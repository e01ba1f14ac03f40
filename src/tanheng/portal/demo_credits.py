"""Made-up methodologies' cases, projects, applications and certificates for a look around, by the actions of everybody.

What stands in the library is taken over as published, since it is; what is made up is a project of cartons with its
report, an app with trips, and what waits for each role. Every step is taken by whoever has the right to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tanheng.cases.models import Case
from tanheng.cases.taking import take
from tanheng.credits.filing.actions import (
    do_apply_scene,
    do_begin_methodology,
    do_comment_methodology,
    do_give_opinion,
    do_show_comment,
)
from tanheng.credits.intake.actions import do_create_key, do_register_application, do_take_events
from tanheng.credits.intake.models import Application
from tanheng.credits.intake.working_out import work_out
from tanheng.credits.points.actions import do_enrol_person, do_offer_good
from tanheng.credits.points.shop import GoodIn
from tanheng.credits.projects.actions import (
    do_apply,
    do_begin_report,
    do_define_programme,
    do_propose_accreditation,
    do_put_values,
)
from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.models import Project, Report
from tanheng.credits.register.cases import do_begin_neutrality, do_begin_offset
from tanheng.credits.register.retirement import do_retire_credits
from tanheng.people.approvals import confirm
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE
from tanheng.portal.demo import PREFIX

CARTONS = ("sz_milk_cartons", "v1")
NOTICES = {
    CARTONS: "深圳市生态环境局公告(奶盒回收,2024)",
    ("sz_public_transport", "v1"): "深圳市生态环境局公告(低碳公共出行,2021)",
}
TRIPS = 40  # a person
PERSONS = 25


class Stage:
    """The made-up people, and steps that they take for each other."""

    def __init__(self, organisations: Mapping[str, Organisation]) -> None:
        self.organisations = organisations

    def user(self, name: str) -> User:
        """One of them, as a request has it."""
        return User.objects.get(username=f"{PREFIX}{name}")

    def step(self, case: Any, name: str, who: str, reason: str = "", **given: str) -> Any:
        """Take a step; where it wants a second person, the bureau's approver or the organisation's own confirms."""
        taken = take(case, name, acting_user=self.user(who), reason=reason, given=given)
        if taken.approval is not None:
            confirm(taken.approval.pk, self.user("approver"))
        found: Case = type(case)._default_manager.get(pk=case.pk)
        return found


def make(organisations: Mapping[str, Organisation]) -> None:
    """Put it in place; ``organisations`` by the name of one of their people."""
    stage = Stage(organisations)
    _methodologies(stage)
    _scenes(stage)
    _bodies(stage)
    _projects(stage)
    _application(stage)
    _after_issuance(stage)


def _methodologies(stage: Stage) -> None:
    bureau = stage.organisations["officer"]
    officer = stage.user("officer")
    for (identifier, version), notice in NOTICES.items():
        case = do_begin_methodology(identifier, version, organisation=bureau, acting_user=officer)
        stage.step(case, "take_over", "officer", notice=notice)
    filed = do_begin_methodology(
        "sz_paperless_banking", "v1", organisation=stage.organisations["developer"], acting_user=stage.user("developer")
    )
    filed = stage.step(filed, "file", "developer")
    for who, verdict, words in (
        ("expert", "conditional", "基准情景与监测参数清楚;排放因子须在公布前补齐。"),
        ("expert-second", "for", "同意;建议每年复核一次纸张因子。"),
    ):
        do_give_opinion(filed, verdict, words, acting_user=stage.user(who))
    filed = stage.step(filed, "assess", "officer", answer="排放因子补齐之前不予公布。")
    today = timezone.localdate()
    until = today + timedelta(days=20)
    filed = stage.step(filed, "open_comment", "officer", **{"from": str(today), "until": str(until)})
    comment = do_comment_methodology(filed, "建议说明电子回单是否计入。", name="一位市民")
    do_show_comment(comment, shown=True, acting_user=officer)
    waits = do_begin_methodology("sz_shared_bicycle", "v1", organisation=stage.organisations["app"], acting_user=HOUSE)
    take(waits, "file", acting_user=HOUSE)


def _scenes(stage: Stage) -> None:
    for who, name, place, published in (
        ("park", "近零碳园区低碳通勤", "示例近零碳园区", True),
        ("app", "地铁口绿色出行打卡", "福田区地铁站", False),
    ):
        scene = do_apply_scene(
            stage.organisations[who],
            name=name,
            scene="public_transport",
            place=place,
            behaviour="乘坐地铁或纯电动公交到达",
            data_protection="只保存化名与里程,不保存姓名、电话和行程起讫点。",
            acting_user=stage.user(who),
        )
        if published:
            scene = stage.step(scene, "assess", "expert", finding="记录方式可行,数据最少化。")
            stage.step(scene, "publish", "officer")


def _bodies(stage: Stage) -> None:
    today = timezone.localdate()
    for who, number, scope in (("validator", "SZ-VVB-001", "validation"), ("verifier", "SZ-VVB-002", "verification")):
        proposed = do_propose_accreditation(
            stage.organisations[who],
            number,
            [scope],
            [CARTONS[0]],
            date(today.year, 1, 1),
            date(today.year + 2, 12, 31),
            acting_user=stage.user("officer"),
        )
        stage.step(proposed, "accredit", "officer")


def _projects(stage: Stage) -> None:
    do_define_programme("shenzhen", "SZPH", "SZPHCER", name="深圳碳普惠核证减排量", acting_user=HOUSE)
    year = timezone.localdate().year
    cartons = _project(stage, "示例奶盒回收项目", "奶盒分拣线-01", [114.057, 22.543], year)
    cartons = stage.step(cartons, "submit", "developer", accreditation="SZ-VVB-001")
    cartons = stage.step(cartons, "validate", "validator", opinion="边界、监测计划与方法学一致。")
    cartons = stage.step(cartons, "register", "officer")
    first = _report(stage, cartons, year - 2, "1280.5")
    first = stage.step(first, "submit", "developer", accreditation="SZ-VVB-002")
    tonnes = str(_tonnes(first))
    first = stage.step(first, "verify", "verifier", tonnes=tonnes, opinion="称重记录与结算单核对一致。")
    first = stage.step(first, "review", "officer")
    stage.step(first, "issue", "officer")
    second = _report(stage, cartons, year - 1, "1412.25")
    stage.step(second, "submit", "developer", accreditation="SZ-VVB-002")
    # The same sorting line in two projects: found when it is validated, and for the bureau to decide.
    twice = _project(stage, "示例社区奶盒回收项目", "奶盒分拣线-01", [114.083, 22.556], year)
    twice = stage.step(twice, "submit", "developer", accreditation="SZ-VVB-001")
    stage.step(twice, "validate", "validator", opinion="文件齐全。")
    other = _project(stage, "示例校园奶盒回收项目", "奶盒分拣线-02", [114.115, 22.601], year)
    stage.step(other, "submit", "developer", accreditation="SZ-VVB-001")


def _project(stage: Stage, name: str, device: str, at: list[float], year: int) -> Project:
    return do_apply(
        stage.organisations["developer"],
        Description(
            name=name,
            methodology=CARTONS[0],
            version=CARTONS[1],
            first=date(year - 2, 1, 1),
            last=date(year + 4, 12, 31),
            description="回收纸铝塑复合包装并送再生企业(虚构项目)。",
            place_name=name,
            place={"type": "Point", "coordinates": at},
            devices=(device,),
            beneficiary="示例减排项目公司",
            estimated_t=2000,
        ),
        acting_user=stage.user("developer"),
    )


def _report(stage: Stage, project: Project, year: int, mass_t: str) -> Report:
    developer = stage.user("developer")
    report = do_begin_report(project, date(year, 1, 1), date(year, 12, 31), acting_user=developer)
    return do_put_values(report, f"project,year,cartons_t\n{project.number},{year},{mass_t}\n", acting_user=developer)


def _tonnes(report: Report) -> int:
    return sum(int(each["reduction_t"]) for each in report.result)


def _application(stage: Stage) -> None:
    operator = stage.user("app")
    app = do_register_application(
        stage.organisations["app"],
        "示例绿色出行",
        ["public_transport"],
        about="地铁与纯电动公交出行记录(虚构应用)",
        protection="只上报化名、里程与时间。",
        acting_user=operator,
    )
    app = stage.step(app, "test", "officer")
    do_create_key(app, "demo", acting_user=operator)
    persons = [
        do_enrol_person(app, f"R{number:05d}", acting_user=operator).person.pseudonym for number in range(PERSONS)
    ]
    _send(app, persons[:2], 3, operator)
    app = stage.step(app, "connect", "officer")
    last = timezone.localdate() - timedelta(days=1)
    _send(app, persons, TRIPS, operator)
    work_out(last - timedelta(days=TRIPS), last, acting_user=HOUSE, tell=_nobody)


def _nobody(*_said: object) -> None:
    """Nobody watches how far it is."""


def _send(app: Application, persons: list[UUID], trips: int, operator: User) -> None:
    """Trips to work and back, of a length that hangs on the person alone."""
    last = timezone.localdate() - timedelta(days=1)
    lines = []
    for number, person in enumerate(persons):
        for trip in range(trips):
            at = datetime.combine(last - timedelta(days=trip), datetime.min.time()) + timedelta(hours=8, minutes=number)
            lines.append(
                {
                    "event_id": f"T{number:03d}-{trip:03d}-{trips}",
                    "person": str(person),
                    "at": f"{at:%Y-%m-%dT%H:%M:%S}+08:00",
                    "scene": "public_transport",
                    "mode": "metro" if number % 3 else "electric_bus",
                    "quantity": 4 + number % 9,
                    "unit": "km",
                }
            )
    do_take_events(app, "\n".join(map(json.dumps, lines)).encode(), sender=operator)


def _after_issuance(stage: Stage) -> None:
    account = Project.objects.filter(account__isnull=False).get().account
    assert account is not None
    do_retire_credits(
        account.number,
        "SZPHCER",
        120,
        beneficiary="示例减排项目公司",
        purpose="2025 年度办公与差旅中和",
        acting_user=HOUSE,
    )
    year = timezone.localdate().year
    neutrality = do_begin_neutrality(
        stage.organisations["park"], "园区年会 2025", date(year - 1, 3, 1), date(year - 1, 3, 2), acting_user=HOUSE
    )
    take(neutrality, "calculate", acting_user=HOUSE, given={"stated": "86", "evidence": "活动核算报告 2025-03"})
    do_begin_offset(stage.organisations["emitter"], year - 1, acting_user=stage.user("emitter"))
    ticket = GoodIn("公共交通一日票", "Day ticket", 500, 200, "全市公共交通一日通行", "A day on all public transport")
    do_offer_good(ticket, offered_by=None, acting_user=stage.user("officer"))
