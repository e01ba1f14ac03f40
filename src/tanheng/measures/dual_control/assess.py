"""Dual control's answer for a city and a year: where it stands, how it goes on, why, and what to do."""

from __future__ import annotations

from itertools import chain

from tanheng.measures.assessment import Assessment
from tanheng.measures.base_entities import CITY_YEAR
from tanheng.measures.dual_control import TITLE
from tanheng.measures.dual_control.parts import (
    causes,
    market,
    outlook,
    places,
    progress,
    projects,
    scheme,
    sectors,
    shares,
)
from tanheng.measures.dual_control.situation import look
from tanheng.policy.evaluation import Evaluation


def assess(evaluation: Evaluation, year: int) -> Assessment:
    """Total and intensity of the city, its districts and sectors at the end of ``year``."""
    situation = look(evaluation, year)
    budget = shares.budget(situation)
    parts = (
        progress.part(situation),
        outlook.part(situation),
        causes.part(situation),
        places.part(situation),
        sectors.part(situation),
        shares.part(situation, budget),
        projects.part(situation, budget),
        market.part(situation),
        scheme.part(situation),
    )
    return Assessment(
        measure="dual_control",
        title=TITLE,
        headline=tuple(chain.from_iterable(part.headline for part in parts)),
        sections=tuple(part.section for part in parts),
        to_do=tuple(chain.from_iterable(part.to_do for part in parts)),
        indicators=tuple(chain.from_iterable((*part.indicators, *part.beside) for part in parts)),
        tables=tuple(chain.from_iterable(part.tables for part in parts)),
        charts=tuple(chain.from_iterable(part.charts for part in parts)),
        maps=tuple(chain.from_iterable(part.maps for part in parts)),
        decisions=tuple(chain.from_iterable(part.decisions for part in parts)),
        methods=tuple(dict.fromkeys(chain.from_iterable(part.methods for part in parts))),
        demonstration=evaluation.rests_on_made_up(CITY_YEAR, "controlled_tco2e"),
        trust=situation.figure("controlled_tco2e").trust,
    )
