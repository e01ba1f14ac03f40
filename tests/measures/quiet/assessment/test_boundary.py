"""Each plant alone against the limit of its standard where it is heard; what is wanting is said, and not passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from tests.measures.quiet.small_study import small_study

from tanheng.measures.quiet.assessment import boundary
from tanheng.measures.quiet.assessment.areas import classes_at
from tanheng.measures.quiet.assessment.boundary import (
    NO_CLASS,
    NO_KIND,
    NO_LIMIT,
    SILENT,
    UNHEARD,
    PlantCheck,
    check_plants,
)
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.calculation import places_of
from tanheng.measures.quiet.quarter import TABLES
from tanheng.measures.quiet.sources.limits import BoundaryCheck
from tanheng.measures.quiet.study import Study
from tanheng.policy.rulebook import load_rulebook

TERMS = Terms(load_rulebook("china"), date(2026, 5, 1))
# GB 22337-2008, table 1: by day 55 dB(A) in class 1 and 70 in class 4.
LIMITS = {"1": 55.0, "4a": 70.0}
FAN = 2


def louder(study: Study, added_db: float) -> Study:
    """With another power of the fan, by day and in one hour of the night."""
    power = study.emission.copy()
    power[FAN] += added_db
    power[FAN, 23] = power[FAN, 12]
    return study.with_emission(power)


def of_kind(study: Study, kind: str | None) -> Study:
    plants = study.quarter["plants"].to_pylist()
    table = pa.Table.from_pylist([{**plants[0], "kind": kind}], schema=TABLES["plants"])
    return replace(study, quarter=study.quarter.with_tables(plants=table))


def by_period(study: Study, terms: Terms = TERMS) -> dict[str, PlantCheck]:
    return {each.period: each for each in check_plants(study, terms)}


@pytest.mark.parametrize("added", [0.0, 10.0, 25.0])
def test_the_facade_that_decides_is_the_one_most_above_its_limit(added: float):
    study = louder(small_study(), added)
    found = by_period(study)["day"]
    alone = np.full_like(study.emission, -np.inf)
    alone[FAN] = study.emission[FAN]
    # By day it sounds evenly, so its loudest hour is its level by day as the study works it out.
    levels = study.with_emission(alone).level("Ld")
    classes = classes_at(study.quarter, places_of(study.receivers), TERMS)
    over = [
        level - LIMITS[known] if known in LIMITS and np.isfinite(level) else -np.inf
        for level, known in zip(levels, classes, strict=True)
    ]
    place = int(np.argmax(over))
    assert found.receiver == study.receivers["id"][place].as_py() and found.area_class == classes[place]
    assert found.level_db == pytest.approx(levels[place], abs=1e-4)
    assert found.excess_db == pytest.approx(over[place], abs=1e-4)
    assert found.kept is bool(over[place] <= 0.05) and found.why is None


def test_an_hour_of_the_night_is_not_spread_over_the_night():
    found = by_period(louder(small_study(), 0.0))
    night, day = found["night"], found["day"]
    assert night.level_db is not None and night.level_db == pytest.approx(day.level_db), "as loud while it works"
    assert night.excess_db == pytest.approx((day.excess_db or 0.0) + 10.0, abs=1e-6), "class 1 at night: 45 dB(A)"


def test_what_is_wanting_is_told():
    study = small_study()
    found = by_period(study)
    assert found["night"].why == SILENT and found["night"].kept is None
    for kind in ("kindergarten", None):
        assert {each.why for each in check_plants(of_kind(study, kind), TERMS)} == {NO_KIND}
    nowhere = replace(study, quarter=study.quarter.with_tables(areas=TABLES["areas"].empty_table()))
    told = by_period(nowhere)["day"]
    assert told.why == NO_CLASS and told.excess_db is None and told.level_db is not None
    entries = np.flatnonzero(study.transfer.columns != FAN)
    rows = np.searchsorted(study.transfer.starts, entries, side="right") - 1
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=study.transfer.receiver_count))])
    deaf = replace(
        study.transfer, starts=starts, columns=study.transfer.columns[entries], ratios=study.transfer.ratios[entries]
    )
    assert by_period(replace(study, transfer=deaf))["day"].why == UNHEARD


def test_without_a_limit_in_the_rulebook_nothing_is_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(boundary, "check_boundary", lambda *asked: BoundaryCheck(asked[-1], None))
    told = by_period(small_study())["day"]
    assert told.why == NO_LIMIT and told.kept is None and told.level_db is not None


def test_a_building_site_has_its_own_limit_everywhere():
    found = by_period(of_kind(small_study(), "construction"))["day"]
    # GB 12523-2011, table 1: 70 dB(A) by day.
    assert found.level_db is not None and found.excess_db == pytest.approx(found.level_db - 70.0)


def test_records_are_plain():
    told = by_period(small_study())["day"].as_json()
    assert told["plant"] == "fan" and told["limit_db"] in LIMITS.values() and told["limit_status"] == "recalled"
    empty = replace(small_study(), quarter=small_study().quarter.with_tables(plants=TABLES["plants"].empty_table()))
    assert check_plants(empty, TERMS) == ()
