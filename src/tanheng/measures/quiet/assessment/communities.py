"""What a study says about each community: its indicators, each with what it was made of, and its score card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.areas import Limits, limits_at
from tanheng.measures.quiet.assessment.exposure import (
    ROUNDING_DB,
    Band,
    above,
    buildings_of,
    by_band,
    persons_of,
    responding,
    share_of_people,
    with_quiet_side,
)
from tanheng.measures.quiet.assessment.figures import Figure, from_rulebook, from_study, trust_of, undetermined
from tanheng.measures.quiet.assessment.monitoring import Attainment
from tanheng.measures.quiet.assessment.parameters import DAY, NIGHT, Given, Terms, weakest
from tanheng.measures.quiet.assessment.rates import complaint_rate
from tanheng.measures.quiet.assessment.score import Card, score_card
from tanheng.measures.quiet.calculation import places_of
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.study import Study
from tanheng.policy.parameters import Status
from tanheng.text import Text

Mask = NDArray[np.bool_]
LEVEL = {DAY: "Ld", NIGHT: "Ln"}
TITLES: Mapping[str, Text] = {
    "persons": Text("Residents", "居住人口"),
    "attained_day": Text("Residents within the limit by day", "昼间达标人口比例"),
    "attained_night": Text("Residents within the limit at night", "夜间达标人口比例"),
    "above_day": Text("Residents above the limit by day", "昼间超标人口"),
    "above_night": Text("Residents above the limit at night", "夜间超标人口"),
    "quiet_by_day": Text("Residents below the level of a quiet area by day", "昼间安静人口比例"),
    "quiet_by_night": Text("Residents below the level of a quiet area at night", "夜间安静人口比例"),
    "mean_day": Text("Mean level at façades by day", "立面昼间平均声级"),
    "mean_night": Text("Mean level at façades at night", "立面夜间平均声级"),
    "noisiest": Text("Noisiest façade, Lden", "最吵立面 Lden"),
    "quietest": Text("Quietest façade, Lden", "最安静立面 Lden"),
    "quiet_side": Text("Residents with a quiet side", "拥有安静立面的人口比例"),
    "annoyed": Text("Residents highly annoyed by road traffic", "受道路交通噪声高度烦扰人口比例"),
    "sleep_disturbed": Text("Residents highly sleep disturbed by road traffic", "道路交通噪声重度睡眠干扰人口比例"),
    "nights_attained": Text("Nights of monitors within the limit", "监测夜间达标率"),
    "complaints": Text("Complaints by 1,000 residents and year", "每千人每年噪声投诉件数"),
}
NOBODY = Text("nobody is known to live there", "没有已知的居住人口")
NO_RECORD = Text("no complaints are on record", "没有投诉记录")
NO_CLASS = Text("no function area with a limit holds at its façades", "立面所在处没有设定限值的声环境功能区")


@dataclass(frozen=True)
class Observed:
    """What is known of a community besides the study. None: nobody measured, nobody kept complaints.

    ``complaints`` came in ``years``; ``why`` tells why they are not known.
    """

    nights: Attainment | None = None
    complaints: int | None = None
    years: float = 1.0
    why: Text = NO_RECORD


@dataclass(frozen=True)
class CommunityAssessment:
    """A community's figures by id, its people by band of Lden and Lnight, and its score card."""

    id: str
    name: str
    figures: Mapping[str, Figure]
    lden: tuple[Band, ...]
    lnight: tuple[Band, ...]
    card: Card
    notes: tuple[Text, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Plain values, for records and pages."""
        return {
            "id": self.id,
            "name": self.name,
            "figures": {name: figure.as_json() for name, figure in self.figures.items()},
            "bands": {
                name: [{"low": band.low, "high": band.high, "persons": band.persons} for band in bands]
                for name, bands in (("Lden", self.lden), ("Lnight", self.lnight))
            },
            "card": self.card.as_json(),
            "notes": [{"en": note.en, "zh": note.zh} for note in self.notes],
        }


def communities_of(quarter: Quarter) -> dict[str, int]:
    """Building -> row of its community: the one in which most of its footprint lies. Buildings in none are absent."""
    communities, buildings = quarter["communities"], quarter["buildings"]
    if not communities.num_rows or not buildings.num_rows:
        return {}
    outlines = shapely.from_wkb(communities["geometry"].to_numpy(zero_copy_only=False))
    shapes = shapely.from_wkb(buildings["geometry"].to_numpy(zero_copy_only=False))
    found, within = STRtree(outlines).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[found], outlines[within]))
    ids = buildings["id"].to_pylist()
    best: dict[str, tuple[float, int]] = {}
    for building, community, area in zip(found.tolist(), within.tolist(), shared.tolist(), strict=True):
        if area > 0.0 and (-area, community) < best.get(ids[building], (0.0, 0)):
            best[ids[building]] = (-area, community)
    return {building: community for building, (_, community) in best.items()}


class _Common:
    """What all communities of a study share, worked out once."""

    def __init__(self, study: Study, terms: Terms) -> None:
        self.study, self.terms = study, terms
        self.persons = persons_of(study)
        self.buildings = buildings_of(study)
        self.limits: Limits = limits_at(study.quarter, places_of(study.receivers), terms)
        self.levels = {name: study.level(name) for name in ("Ld", "Ln", "Lden", "Lnight")}
        self.quiet_side = with_quiet_side(study, terms)
        self.annoyed = responding(study, "annoyed", "road", terms)
        self.disturbed = responding(study, "sleep_disturbed", "road", terms)
        self.width = np.asarray(study.receivers["width_m"].to_numpy(zero_copy_only=False), dtype=np.float64)
        self.trust = trust_of(study)


def assess_communities(
    study: Study, terms: Terms, observed: Mapping[str, Observed] | None = None
) -> tuple[CommunityAssessment, ...]:
    """Every community of the study's quarter, in its order. ``observed`` by id of the community."""
    common = _Common(study, terms)
    rows = communities_of(study.quarter)
    of = np.array([rows.get(building, -1) for building in common.buildings], dtype=np.int64)
    table = study.quarter["communities"]
    names = zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True)
    return tuple(
        _assess(common, of == row, name, title or name, (observed or {}).get(name, Observed()))
        for row, (name, title) in enumerate(names)
    )


def assess_quarter(study: Study, terms: Terms, observed: Observed | None = None) -> CommunityAssessment:
    """All façades of a study taken together, as if they were one community."""
    common = _Common(study, terms)
    everywhere = np.ones(study.receivers.num_rows, dtype=bool)
    return _assess(common, everywhere, study.quarter.name, study.name, observed or Observed())


def _assess(common: _Common, own: Mask, name: str, title: str, observed: Observed) -> CommunityAssessment:
    study, terms = common.study, common.terms
    here = (from_study(study, int(own.sum())),)
    known = np.nan_to_num(np.where(own, common.persons, 0.0))
    found: list[Figure] = [_persons(common, own, own & ~np.isnan(common.persons))]
    within = own & common.limits.known
    for period in (DAY, NIGHT):
        found += _against_limit(common, within, period, here)
        quiet = terms.given(reads.QUIET_AREA, period)
        made_of = (*here, from_rulebook(quiet))
        shown = f"quiet_by_{period}"
        if quiet.value is None:
            found.append(undetermined(shown, TITLES[shown], "%", quiet.why or NOBODY, made_of))
        else:
            below = common.levels[LEVEL[period]] < quiet.value - ROUNDING_DB
            percent = share_of_people(common.persons, below, own)
            found.append(_share(shown, percent, made_of, weakest([common.trust, quiet])))
        found.append(_mean(common, own, period, here))
    found += _sides(common, own, here)
    for outcome, responded in (("annoyed", common.annoyed), ("sleep_disturbed", common.disturbed)):
        total = float(known.sum())
        counted = float(np.nan_to_num(np.where(own, responded, 0.0)).sum())
        curve = terms.given(reads.RESPONSE, outcome, "road", "square")
        percent = None if total <= 0.0 else 100.0 * counted / total
        found.append(_share(outcome, percent, (*here, _curve(curve)), weakest([common.trust, curve])))
    found += _observed(observed, float(known.sum()))
    figures = {figure.id: figure for figure in found}
    return CommunityAssessment(
        id=name,
        name=title,
        figures=figures,
        lden=by_band(common.levels["Lden"][own], common.persons[own]),
        lnight=by_band(common.levels["Lnight"][own], common.persons[own]),
        card=score_card(found, terms),
        notes=_notes(common, own),
    )


def _persons(common: _Common, own: Mask, peopled: Mask) -> Figure:
    """Residents as the map has them: what a calculation assumes about traffic does not touch their trust."""
    known, every = (len(set(common.buildings[which].tolist())) for which in (peopled, own))
    made_of = Text(f"residents of {known} of {every} buildings", f"{every}栋建筑中{known}栋的居住人口")
    if not peopled.any():
        return undetermined("persons", TITLES["persons"], "person", NOBODY, (made_of,))
    total = float(common.persons[peopled].sum())
    return Figure("persons", TITLES["persons"], total, "person", Status.REPORTED, (made_of,), digits=0)


def _against_limit(common: _Common, within: Mask, period: str, here: tuple[Text, ...]) -> list[Figure]:
    limits = common.limits.day if period == DAY else common.limits.night
    classes = sorted({each for each, on in zip(common.limits.classes, within, strict=True) if on and each is not None})
    given = [common.terms.limit(each, period) for each in classes]
    made_of = (*here, *(from_rulebook(each) for each in given))
    attained, exceeded = f"attained_{period}", f"above_{period}"
    if not within.any():
        return [
            undetermined(attained, TITLES[attained], "%", NO_CLASS, here),
            undetermined(exceeded, TITLES[exceeded], "person", NO_CLASS, here),
        ]
    louder = above(common.levels[LEVEL[period]], limits)
    trust = weakest([common.trust, *given])
    percent = share_of_people(common.persons, ~louder, within)
    persons = np.nan_to_num(common.persons[within & louder]).sum()
    return [
        _share(attained, percent, made_of, trust),
        _number(exceeded, persons, "person", made_of, trust, digits=0, of=within),
    ]


def _mean(common: _Common, own: Mask, period: str, here: tuple[Text, ...]) -> Figure:
    """Arithmetic mean over façade points by width; silent ones have no level to add."""
    name = f"mean_{period}"
    levels = common.levels[LEVEL[period]]
    heard = own & np.isfinite(levels)
    silent = int((own & ~heard).sum())
    if not heard.any():
        return undetermined(name, TITLES[name], "dB(A)", Text("nothing is heard there", "没有可计算的声级"), here)
    made_of = here
    if silent:
        made_of = (*here, Text(f"{silent} silent receivers are left out", f"{silent}个无声受声点未计入"))
    mean = float(np.average(levels[heard], weights=common.width[heard]))
    return _number(name, mean, "dB(A)", made_of, common.trust, of=heard)


def _sides(common: _Common, own: Mask, here: tuple[Text, ...]) -> list[Figure]:
    difference = common.terms.given(reads.QUIET_SIDE)
    levels = np.where(own, common.levels["Lden"], np.nan)
    ids = common.study.receivers["id"]
    found = []
    for name, pick in (("noisiest", np.nanargmax), ("quietest", np.nanargmin)):
        heard = np.where(np.isfinite(levels), levels, np.nan)
        if np.isnan(heard).all():
            nothing = Text("nothing is heard there", "没有可计算的声级")
            found.append(undetermined(name, TITLES[name], "dB(A)", nothing, here))
            continue
        row = int(pick(heard))
        where = Text(f"at the receiver {ids[row].as_py()}", f"受声点{ids[row].as_py()}")
        found.append(_number(name, heard[row], "dB(A)", (*here, where), common.trust, of=own))
    percent = share_of_people(common.persons, common.quiet_side, own)
    made_of = (*here, from_rulebook(difference))
    found.append(_share("quiet_side", percent, made_of, weakest([common.trust, difference])))
    return found


def _observed(observed: Observed, persons: float) -> list[Figure]:
    nights, complaints = observed.nights, observed.complaints
    title = TITLES["nights_attained"]
    if nights is None or nights.percent is None:
        why = Text("no night of a monitor counts", "没有有效的监测夜间数据")
        found = [undetermined("nights_attained", title, "%", why)]
    else:
        made_of = Text(f"{nights.kept} of {nights.counted} nights", f"{nights.counted}个有效夜间中{nights.kept}个达标")
        found = [Figure("nights_attained", title, nights.percent, "%", Status.REPORTED, (made_of,))]
    title = TITLES["complaints"]
    if complaints is None:
        return [*found, undetermined("complaints", title, "1", observed.why)]
    rate = complaint_rate(complaints, persons, observed.years)
    if rate is None:
        return [*found, undetermined("complaints", title, "1", NOBODY)]
    said = Text(
        f"{complaints} complaint{'' if complaints == 1 else 's'} in {observed.years:g} "
        f"year{'' if observed.years == 1 else 's'}, {persons:.0f} residents",
        f"{observed.years:g}年内投诉{complaints}件，居住人口{persons:.0f}人",
    )
    return [*found, Figure("complaints", title, rate, "1", Status.REPORTED, (said,), digits=2)]


def _number(
    name: str, value: float, unit: str, made_of: tuple[Text, ...], trust: Status | None, *, of: Mask, digits: int = 1
) -> Figure:
    if not of.any():
        why = Text("it has no façade receiver", "没有立面受声点")
        return undetermined(name, TITLES[name], unit, why, made_of)
    return Figure(name, TITLES[name], float(value), unit, trust, made_of, digits=digits)


def _share(name: str, percent: float | None, made_of: tuple[Text, ...], trust: Status | None) -> Figure:
    if percent is None:
        return undetermined(name, TITLES[name], "%", NOBODY, made_of)
    return Figure(name, TITLES[name], percent, "%", trust, made_of)


def _curve(given: Given) -> Text:
    document = "" if given.source is None else given.source.document
    return Text(f"response by {document}, road traffic alone", f"反应曲线：{document}，仅道路交通")


def _notes(common: _Common, own: Mask) -> tuple[Text, ...]:
    """What is not in the figures, and how much that is."""
    found = []
    unknown = set(common.buildings[own & np.isnan(common.persons)].tolist())
    if unknown:
        said = Text(
            f"{len(unknown)} buildings with an unknown number of residents count in no share",
            f"{len(unknown)}栋居住人口未知的建筑不计入任何比例",
        )
        found.append(said)
    outside = int((own & ~common.limits.known).sum())
    if outside:
        said = Text(
            f"{outside} façade receivers lie in no function area with a limit; they count in no comparison with limits",
            f"{outside}个立面受声点不在设定限值的声环境功能区内，不参与达标评价",
        )
        found.append(said)
    return tuple(found)
