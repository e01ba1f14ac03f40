"""Room for new projects in each district, and whether each applied project fits.

As no principle of division is decided, a project is tried under every principle that can be computed. What fits under
all fits whatever is decided; what fits under none does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tanheng.measures.assessment import Decision, Indicator, Table
from tanheng.measures.dual_control import words
from tanheng.measures.dual_control.budget import PRINCIPLES, TITLES, Principle
from tanheng.measures.dual_control.forecast import NotYet
from tanheng.measures.dual_control.headroom import Application, Fit, Room, fit, room
from tanheng.measures.dual_control.parts.part import Column, Part, amounts, table
from tanheng.measures.dual_control.parts.shares import Budget
from tanheng.measures.dual_control.results import MISSING, Figure
from tanheng.measures.dual_control.situation import Situation
from tanheng.text import Text

LEVEL = 0.9


@dataclass(frozen=True)
class Tried:
    """A project under every principle: how many it fits under, of how many."""

    project: str
    fits: Mapping[Principle, Fit]

    @property
    def fitting(self) -> int:
        return sum(one.verdict in ("fits", "fits_at_median") for one in self.fits.values())

    @property
    def verdict(self) -> Text:
        if not self.fits or all(one.verdict == "undetermined" for one in self.fits.values()):
            return words.VERDICTS["undetermined"]
        if self.fitting == len(self.fits):
            return Text("fits under every principle", "各原则下均可纳入")
        if self.fitting == 0:
            return Text("fits under no principle", "各原则下均不能纳入")
        return Text(
            f"fits under {self.fitting} of {len(self.fits)} principles",
            f"{len(self.fits)}种原则中{self.fitting}种可纳入",
        )


def part(situation: Situation, found: Budget | Text) -> Part:
    """Head-room by district, and the applied projects."""
    title = Text("Room for new projects", "新建项目余量")
    if not len(situation.projects):
        return Part(title, (Text("There is no project in the tables.", "表中没有项目。"),))
    rooms = {} if isinstance(found, Text) else rooms_of(situation, found)
    applied = [
        _application(situation, project) for (project,) in situation.projects if _state(situation, project) == "applied"
    ]
    tried = [Tried(one.project, {}) for one in applied]
    if rooms:
        by_principle = {
            principle: {one.application.project: one for one in fit(applied, there)}
            for principle, there in rooms.items()
        }
        tried = [
            Tried(one.project, {principle: fits[one.project] for principle, fits in by_principle.items()})
            for one in applied
        ]
    return Part(
        title,
        tuple(_text(situation, found, tried)),
        indicators=(
            Indicator(
                "projects_applied",
                Text("projects that ask for room", "申请余量的项目"),
                float(len(applied)),
                "projects",
                digits=0,
            ),
        ),
        tables=tuple(_tables(situation, found, rooms, tried)),
        decisions=tuple(_decisions(situation, found, tried)),
        to_do=tuple(_to_do(situation)),
        methods=(
            Text(
                "Head-room is the budget less the forecast of the year less a full year of approved projects that do "
                "not run yet. Applied projects are tried in the order of emissions per value added, lowest first.",
                "余量为预算减去当年预测再减去已批复未投产项目的全年排放;申请项目按单位增加值排放由低到高依次比对。",
            ),
        ),
    )


def rooms_of(situation: Situation, found: Budget) -> dict[Principle, dict[str, Room]]:
    """The room of every district under every principle that can be computed; empty without a total."""
    forecasts = {district: situation.emissions_ahead_of(district) for district in found.districts}
    rooms: dict[Principle, dict[str, Room]] = {}
    for principle in PRINCIPLES:
        tonnes = found.tonnes(principle)
        if tonnes is None:
            continue
        there = {}
        for district in found.districts:
            ahead, approved = forecasts[district], situation.of_district("approved_projects_tco2e", district)
            known = not isinstance(ahead, NotYet)
            there[district] = room(
                district,
                budget=float(tonnes[district]),
                forecast=ahead.median if known else None,  # type: ignore[union-attr]
                forecast_high=ahead.interval(LEVEL)[1] if known else None,  # type: ignore[union-attr]
                approved=approved.number,
                missing={
                    "budget": found.missing or MISSING.reason,
                    "forecast": ahead.because if isinstance(ahead, NotYet) else MISSING.reason,
                    "approved": Text(
                        f"emissions of an approved project: {approved.reason.en}",
                        f"已批复项目排放:{approved.reason.zh}",
                    ),
                },
            )
        rooms[principle] = there
    return rooms


def _state(situation: Situation, project: str) -> str:
    return str(situation.projects.figure("state", project).value)


def _application(situation: Situation, project: str) -> Application:
    row = situation.projects.at(project)
    return Application(
        project, str(row["district_id"].value), row["emissions_tco2e"].number, row["value_added_10k_cny"].number
    )


def _text(situation: Situation, found: Budget | Text, tried: list[Tried]) -> Iterator[Text]:
    counts = {
        state: sum(_state(situation, project) == state for (project,) in situation.projects) for state in words.STATES
    }
    said = ", ".join(f"{count} {words.STATES[state].en}" for state, count in counts.items() if count)
    said_zh = "、".join(f"{words.STATES[state].zh}{count}个" for state, count in counts.items() if count)
    yield Text(f"{len(situation.projects)} projects: {said}.", f"项目共{len(situation.projects)}个:{said_zh}。")
    if isinstance(found, Text):
        yield Text(f"Room is undetermined: {found.en}.", f"余量未能确定:{found.zh}。")
        return
    if not found.official:
        rests = Text("", "")
        if found.total is not None:
            rests = Text(
                " What is shown rests on the illustration above and decides nothing.",
                "此处以上述示例推算,不作为决定依据。",
            )
        yield Text(
            f"Room is undetermined as long as the city's total is not published.{rests.en}",
            f"全市总量公布之前余量未能确定。{rests.zh}",
        )
    judged = [one for one in tried if one.fits]
    if judged:
        every = sum(one.fitting == len(one.fits) for one in judged)
        none = sum(one.fitting == 0 for one in judged)
        yield Text(
            f"Of {len(judged)} projects that ask for room, {every} would fit under every principle, {none} under none, "
            f"and {len(judged) - every - none} depend on the principle.",
            f"申请的{len(judged)}个项目中,{every}个在各原则下均可纳入,{none}个均不能纳入,"
            f"{len(judged) - every - none}个取决于所采用的原则。",
        )


def _to_do(situation: Situation) -> Iterator[Text]:
    unknown = [
        (project, situation.projects.figure("emissions_tco2e", project).reason)
        for (project,) in situation.projects
        if _state(situation, project) in ("applied", "approved")
        and situation.projects.figure("emissions_tco2e", project).number is None
    ]
    if unknown:
        first, reason = unknown[0]
        yield Text(
            f"Ask for expected emissions that are not known: {len(unknown)} project(s), first {first} ({reason.en}).",
            f"请补报项目预计排放量:共{len(unknown)}个,如{first}({reason.zh})。",
        )


def _decisions(situation: Situation, found: Budget | Text, tried: list[Tried]) -> Iterator[Decision]:
    for one in tried:
        project = situation.projects.at(one.project)
        subject = f"project:{one.project}"
        name = str(project["name"].value)
        if not isinstance(found, Text) and found.official and one.fits:
            yield from _by_budget(one, subject, name)
        evaluation, review = project["carbon_evaluation_due"].value, project["review_due"].value
        if review:
            asked = Text("an energy review", "节能审查")
            if evaluation:
                asked = Text("an energy review with a carbon evaluation", "含碳排放评价的节能审查")
            under = Text("", "")
            if one.fits:
                under = Text(f"; under the illustration it {one.verdict.en}", f";示例推算下{one.verdict.zh}")
            energy = project["energy_tce"].number or 0.0
            yield Decision(
                f"review-{one.project}",
                subject,
                Text(f"Require {asked.en} of {name}", f"要求{name}开展{asked.zh}"),
                Text(
                    f"expected energy use of {energy:,.0f} tce a year reaches the threshold{under.en}",
                    f"预计年综合能耗{energy:,.0f}吨标准煤,达到审查标准{under.zh}",
                ),
                "project.carbon_evaluation_due" if evaluation else "project.review_due",
            )


def _by_budget(one: Tried, subject: str, name: str) -> Iterator[Decision]:
    """With an official budget: refuse what fits under no principle, take up what fits under every one."""
    verdicts = {found.verdict for found in one.fits.values()}
    reasons = one.fits[next(iter(one.fits))]
    if verdicts == {"does_not_fit"}:
        yield Decision(
            f"refuse-{one.project}",
            subject,
            Text(f"Refuse {name}, or take it up against an equal cut", f"不予通过{name},或以等量削减为条件"),
            Text(f"{one.verdict.en}: {reasons.because.en}", f"{one.verdict.zh}:{reasons.because.zh}"),
            "dual_control.headroom",
        )
    elif verdicts <= {"fits", "fits_at_median"} and "fits_at_median" in verdicts:
        yield Decision(
            f"condition-{one.project}",
            subject,
            Text(
                f"Take up {name} on condition that it starts after the year is accounted",
                f"附条件通过{name}:待年度核算后投产",
            ),
            Text(f"{one.verdict.en}: {reasons.because.en}", f"{one.verdict.zh}:{reasons.because.zh}"),
            "dual_control.headroom",
        )


def _tables(
    situation: Situation, found: Budget | Text, rooms: Mapping[Principle, Mapping[str, Room]], tried: list[Tried]
) -> Iterator[Table]:
    if not isinstance(found, Text) and rooms:
        yield _room_table(situation, found, rooms)
    by_project = {one.project: one for one in tried}
    rows = []
    for (project,) in situation.projects:
        row = situation.projects.at(project)
        if row["state"].value != "applied":
            continue
        one = by_project[project]
        district = str(row["district_id"].value)
        reason = next((one.fits[name].because for name in ("blend", "history") if name in one.fits), None)
        rows.append(
            {
                **row,
                "project": project,
                "name": str(row["name"].value),
                "district": situation.district_names.get(district, Text(district, district)),
                "starts": str(row["starts"].value),
                "verdict": one.verdict,
                "reason": reason,
                "_turn": (-one.fitting, row["carbon_intensity"].number or float("inf"), project),
            }
        )
    rows.sort(key=lambda row: row["_turn"])
    if rows:
        yield table(
            "applied_projects",
            Text("Projects that ask for room", "申请余量的项目"),
            (
                Column("project", Text("project", "项目编号"), "text"),
                Column("name", Text("name", "名称"), "text"),
                Column("district", Text("district", "区"), "text"),
                amounts("emissions_tco2e", Text("emissions a year", "年排放")),
                Column("verdict", Text("room", "余量"), "text"),
                Column("review_due", Text("energy review", "节能审查"), "boolean"),
                Column("carbon_evaluation_due", Text("carbon evaluation", "碳评价"), "boolean"),
                Column(
                    "carbon_intensity",
                    Text("carbon per value added", "单位增加值碳排放"),
                    unit="tCO2e/10k CNY",
                    digits=3,
                ),
                amounts("energy_tce", Text("energy a year", "年能耗"), "tce"),
                Column("starts", Text("starts", "预计投产"), "text"),
                Column("reason", Text("reason, under the blend", "理由(综合加权)"), "text"),
            ),
            rows,
        )


def _room_table(situation: Situation, found: Budget, rooms: Mapping[Principle, Mapping[str, Room]]) -> Table:
    rows = []
    for district in found.districts:
        ahead = situation.emissions_ahead_of(district)
        row: dict[str, object] = {
            "district": situation.district_names[district],
            "forecast": Figure(None, ahead.because) if isinstance(ahead, NotYet) else ahead.median,
            "high": None if isinstance(ahead, NotYet) else ahead.interval(LEVEL)[1],
            "approved": situation.of_district("approved_projects_tco2e", district),
        }
        for principle, there in rooms.items():
            left, missing = there[district].left, there[district].missing
            row[principle] = Figure(None, missing) if left is None else left
        rows.append(row)
    title = Text(
        f"Room in {found.year}: budget less forecast less approved projects",
        f"{found.year}年余量:预算减预测减已批复项目",
    )
    if not found.official:
        title = Text(f"Room in {found.year} under the illustration, binds nobody", f"{found.year}年示例余量(无约束力)")
    return table(
        "room",
        title,
        (
            Column("district", Text("district", "区"), "text"),
            amounts("forecast", Text("forecast, median", "预测中值")),
            amounts("high", Text("forecast, 95 of 100 below", "预测上限")),
            amounts("approved", Text("approved projects", "已批复项目")),
            *(amounts(name, Text(f"room: {TITLES[name].en}", f"余量:{TITLES[name].zh}")) for name in rooms),
        ),
        rows,
    )
