"""Pages of a study: who may see it, what they say without scripts, what the map gets, and that they stay quick."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.communities.sight.kept_study import with_traffic

from tanheng.communities.actions import do_show_study
from tanheng.communities.models import Study
from tanheng.people.rights import HOUSE

PARTS = ("", "layers.json", "levels.json?speed=30", "why/0/", "drawing.svg", "pictures/exposure.json",
         "pictures/exposure.svg")  # fmt: skip
AT_MOST = 12


def _at(study: Study, part: str = "") -> str:
    return f"{study.get_absolute_url()}{part}"


def test_what_is_not_public_is_not_there_for_others_and_each_part_follows_the_page(kept: Study, officer: Client):
    for part in PARTS:
        assert officer.get(_at(kept, part)).status_code == 200, part
        assert Client().get(_at(kept, part)).status_code == 404, part
    assert officer.get(f"/quiet/studies/{'0' * 64}/").status_code == 404
    do_show_study(kept, public=True, acting_user=HOUSE)
    for part in PARTS:
        assert Client().get(_at(kept, part)).status_code == 200, part
    other = Client().get(_at(kept, "?against=" + "0" * 64))
    assert other.status_code == 404, "what one may not see one may not compare with"


def test_without_scripts_the_page_has_drawing_table_and_answer(kept: Study, officer: Client):
    html = officer.get(_at(kept, "?show=Ln&speed=40&ban=1&roads=main")).content.decode()
    assert f"{_at(kept, 'drawing.svg')}?show=Ln&amp;speed=40&amp;ban=1&amp;roads=main" in html
    assert "at most 40 km/h; no lorries from 22 to 6 h; on Main Road." in html
    assert html.count('class="btn btn-sm btn-icon noise-go"') == 3 and 'value="40"' in html
    assert "The lane was not counted" in html
    after = officer.get(_at(kept, "?show=Ln&speed=40&ban=1&roads=main")).context["rows"]
    before = officer.get(_at(kept, "?show=Ln")).context["rows"]
    for row in after:
        (was,) = (each["house"].loudest for each in before if each["house"].id == row["house"].id)
        assert row["house"].before == was and row["change"] == pytest.approx(row["house"].loudest - was)
        assert row["change"] < -3
    found = officer.get(_at(kept, "?q=s"))
    assert [row["house"].id for row in found.context["rows"]] == ["S"]


def test_what_cannot_be_meant_is_said_on_the_page_and_nothing_is_worked_out(kept: Study, officer: Client):
    answer = officer.get(_at(kept, "?speed=900&surface=velvet"))
    html = answer.content.decode()
    assert answer.status_code == 422 and "5 to 200 km/h" in html and "velvet" in html
    assert answer.context["said"] == [] and len(answer.context["rows"]) == 3
    assert officer.get(_at(kept, "?speed=30&roads=nowhere")).status_code == 422
    for part in ("levels.json?speed=900", "drawing.svg?show=Lx", "pictures/none.json", "why/99999/"):
        assert officer.get(_at(kept, part)).status_code in (400, 404), part


def test_the_map_gets_what_the_study_has_packed_once(kept: Study, officer: Client):
    packed = officer.get(_at(kept, "layers.json"), headers={"accept-encoding": "gzip"})
    layers = json.loads(gzip.decompress(packed.content))
    assert layers == officer.get(_at(kept, "layers.json")).json()
    assert "immutable" not in packed["Cache-Control"] and packed["Cache-Control"].startswith("private")
    assert layers["limits"]["1"] == [55.0, 45.0] and set(layers["strips"]["class"]) == {"1", "4a"}
    assert layers["levels"]["strips"]["Ln"] == [round(10 * level) for level in with_traffic().level("Ln").tolist()]
    half = officer.get(_at(kept, "levels.json?show=Ln&flow=0")).json()
    assert set(half["strips"]["Ln"]) == {None}, "at night the fan is off, and no car drives"


def test_a_facade_says_which_roads_it_hears(kept: Study, officer: Client):
    html = officer.get(_at(kept, "why/0/?show=Ld")).content.decode()
    assert "data-panel-content" in html and "Main Road" in html and "an assumption" in html
    zh = officer.get(_at(kept, "why/0/?show=Ld"), headers={"accept-language": "zh-hans"}).content.decode()
    assert "来自哪些声源" in zh and "假定" in zh


def test_hot_spots_are_those_of_the_assessment_on_page_and_map(kept: Study, officer: Client):
    shown = officer.get(_at(kept)).context["hot"]["rows"]
    layers = officer.get(_at(kept, "layers.json")).json()
    assert [row["spot"].rank for row in shown] == list(range(1, len(shown) + 1)) and shown
    assert sorted(set(layers["hotspots"]["of"])) == list(range(len(shown)))
    burdens = [row["spot"].burden for row in shown]
    assert burdens == sorted(burdens, reverse=True) and shown[0]["sources"][0][0] == "Main Road"


def test_hot_spots_of_another_traffic_are_those_of_its_own_levels(kept: Study, officer: Client):
    now = officer.get(_at(kept)).context["hot"]
    assert now["before"] is None and now["after"].burden > 0
    asked = "?speed=30&ban=1&flow=20"
    answer = officer.get(_at(kept, asked))
    hot = answer.context["hot"]
    assert hot["before"].burden == pytest.approx(now["after"].burden) and 0 <= hot["after"].burden < 0.7 * (
        now["after"].burden
    )
    # By hand: everybody times what is over the limits there, from the levels of the change alone.
    study, limits = with_traffic(), {"1": (55.0, 45.0), "4a": (70.0, 55.0)}
    levels = officer.get(_at(kept, f"levels.json{asked}")).json()
    classes = officer.get(_at(kept, "layers.json")).json()["strips"]["class"]
    persons = [each or 0.0 for each in study.receivers["persons"].to_pylist()]
    expected = sum(
        lived * max(0.0, level / 10 - limits[kind][place])
        for place, name in enumerate(("Ld", "Ln"))
        for lived, level, kind in zip(persons, levels["strips"][name], classes, strict=True)
    )
    assert hot["after"].burden == pytest.approx(expected, rel=0.02)
    assert sorted(set(levels["hotspots"]["of"])) == list(range(len(hot["rows"])))
    for row in hot["rows"]:
        assert row["before"] > row["spot"].burden
    html = answer.content.decode()
    assert "Worked out anew" in html and html.count("data-picture=") == 3, "both charts side by side, and both in one"
    own = officer.get(_at(kept)).context
    assert own["was"] is None and answer.context["was"] == own["summary"], "the cards say what was before"
    assert answer.context["summary"]["loudest"] < own["summary"]["loudest"]
    silent = officer.get(_at(kept, "?flow=0&show=Ln"))
    assert silent.context["hot"]["change"] < 0


def test_charts_before_and_after_have_the_same_axes(kept: Study, officer: Client):
    asked = "?show=Ln&flow=20"
    before, after = (
        officer.get(_at(kept, f"pictures/{name}.json{asked}")).json() for name in ("exposure_before", "exposure")
    )
    assert before["spec"]["encoding"]["y"]["scale"] == after["spec"]["encoding"]["y"]["scale"] != {}
    classes = [[bar["order"] for bar in picture["data"]["data"]] for picture in (before, after)]
    assert classes[0] == classes[1]
    heads = [sum(bar["persons"] for bar in picture["data"]["data"]) for picture in (before, after)]
    assert heads == pytest.approx([560.0, 560.0]), "280 residents, by day and by night"
    assert before["data"] != after["data"] == officer.get(_at(kept, f"pictures/exposure.json{asked}")).json()["data"]
    assert officer.get(_at(kept, "pictures/exposure_before.json")).status_code == 404, "there is no before"


def test_two_studies_stand_side_by_side(kept: Study, officer: Client, tmp_path: Any):
    from tanheng.communities.actions import do_keep_study

    study = with_traffic()
    folder = tmp_path / "quieter"
    study.with_emission(study.emission - 2.0).save(folder)
    quieter = do_keep_study(folder, acting_user=HOUSE)
    answer = officer.get(_at(quieter, f"?against={kept.digest}"))
    assert [row["change"] for row in answer.context["rows"]] == pytest.approx([-2.0] * 3)
    hot, own = answer.context["hot"], officer.get(_at(kept)).context["hot"]
    assert hot["before"].burden == pytest.approx(own["after"].burden) and hot["change"] < 0
    there = officer.get(_at(quieter, f"levels.json?against={kept.digest}")).json()["hotspots"]
    assert there == officer.get(_at(kept, "layers.json")).json()["hotspots"], "those of the other study"
    assert "kept without its traffic" in answer.content.decode()
    assert officer.get(_at(quieter, "?speed=30")).status_code == 422


def test_a_page_asks_the_database_little(kept: Study, officer: Client):
    for part in PARTS:
        with CaptureQueriesContext(connection) as asked:
            officer.get(_at(kept, part))
        assert len(asked) <= AT_MOST, (part, [each["sql"][:80] for each in asked])


def test_a_program_asks_what_a_page_asks(kept: Study, officer: Client):
    at = f"/api/quiet/studies/{kept.digest}"
    levels = officer.get(f"{at}/levels?first=3&limit=2").json()
    study = with_traffic()
    assert levels["total"] == study.receivers.num_rows and [row["id"] for row in levels["items"]] == (
        study.receivers["id"].to_pylist()[3:5])  # fmt: skip
    assert levels["items"][0]["Ln"] == pytest.approx(study.level("Ln")[3], abs=0.006)
    token = Client(enforce_csrf_checks=False)
    token.cookies = officer.cookies
    asked = {"flow": 50, "roads": ["main"], "indicator": "Ln"}
    done = token.post(f"{at}/what-if", json.dumps(asked), content_type="application/json")
    assert done.status_code == 200, done.content
    told = done.json()
    page = officer.get(_at(kept, "levels.json?show=Ln&flow=50&roads=main")).json()
    assert [round(10 * level) for level in told["levels"]] == pytest.approx(page["strips"]["Ln"], abs=1)
    assert sum(told["residents_after"]) == pytest.approx(280) and told["residents_after"] != told["residents_before"]
    hot = officer.get(_at(kept, "?show=Ln&flow=50&roads=main")).context["hot"]
    assert told["burden_after"] == pytest.approx(hot["after"].burden)
    assert told["burden_after"] < told["burden_before"]
    assert [(each["rank"], each["burden"], each["burden_before"]) for each in told["hot_spots"]] == [
        (row["spot"].rank, pytest.approx(row["spot"].burden), pytest.approx(row["before"])) for row in hot["rows"]
    ]
    reasons = officer.get(f"{at}/why/0?indicator=Ln").json()
    assert sum(share["part"] for share in reasons["sources"]) == pytest.approx(1)
    for bad in ({"speed": 900}, {"roads": ["nowhere"], "speed": 30}, {"tempo": 30}):
        refused = token.post(f"{at}/what-if", json.dumps(bad), content_type="application/json")
        assert refused.status_code in (400, 422) and refused.json()["code"], refused.content
    assert officer.get(f"{at}/why/99999").status_code == 404
    assert Client().get(f"{at}/levels").status_code == 401
