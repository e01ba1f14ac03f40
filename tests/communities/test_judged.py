"""What a study says stands beside the application: as worked out, with what is missing, for who may read it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation
from tests.communities.pdf_pages import pages_of
from tests.communities.roads import DIGEST, OFFICER, a_study, applied, evaluated, titled
from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.communities.actions import do_show_study
from tanheng.communities.judging import judged
from tanheng.communities.models import Community
from tanheng.communities.paper import page_of, paper
from tanheng.communities.sight.legend import LEVELS, POWER
from tanheng.communities.sight.plate import COMMUNITY
from tanheng.measures.quiet.layers import line_powers, strips_of
from tanheng.measures.quiet.study import Study as Calculated
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected


def test_figures_of_the_study_are_kept_and_no_score_is_made_up(cast: Cast):
    case = evaluated(cast)
    assert case.study is not None and case.judged is not None
    receivers = Calculated.load(case.study.folder).receivers
    persons = case.judged["figures"]["persons"]
    lived_in = sum(each for each in receivers["persons"].to_pylist() if each is not None)
    assert persons["value"] == pytest.approx(lived_in)
    card = case.judged["card"]
    assert card["score"] is None and card["title"] is None, "nobody published weights of the city"
    assert any("noise.score_weight" in each["en"] for each in card["missing"])
    assert case.judged == judged(case.study, ""), "the same study says the same"


def test_a_community_that_the_study_does_not_have_is_told(cast: Cast):
    case = applied(cast)
    a_study()
    given = {"study": DIGEST[:8], "feature": "nowhere", "finding": "Quiet"}
    with pytest.raises(InputRejected, match=r"noise\.E086"):
        take(case, "evaluate", acting_user=cast.user(*OFFICER), given=given)
    case = Community.objects.get(pk=case.pk)
    assert (case.state, case.judged, case.study) == ("applied", None, None)


def test_the_report_is_a_file_in_both_languages_and_keeps_the_finding(cast: Cast):
    case = titled(cast)
    with translation.override("zh-hans"):
        public, own = page_of(case, whole=False), page_of(case, whole=True)
    assert "居住人口" in public and "得分:无法确定" in public
    assert "Quiet on every side" in own and "Quiet on every side" not in public
    sent = Client().get(f"{case.get_absolute_url()}report-en.pdf")
    assert sent.status_code == 200 and sent["Content-Type"] == "application/pdf"
    words = said_on(sent.content)
    assert case.name in words and "Score: undetermined" in words and "2 / 2" in words
    assert "居住人口" in said_on(paper(case, "zh", whole=True))
    page = Client().get(case.get_absolute_url()).content.decode()
    assert "Score: undetermined." in page and "calculated, not measured" in page


def said_on(file: bytes) -> str:
    return "\n".join(page.words for page in pages_of(file))


def test_the_report_has_maps_with_facades_and_roads_in_the_colours_of_their_levels(cast: Cast):
    case = titled(cast)
    assert case.study is not None
    study = Calculated.load(case.study.folder)
    maps = [page for page in pages_of(paper(case, "en", whole=True)) if "Map of the levels" in page.words]
    assert len(maps) == 2
    strips = strips_of(study)
    for page, indicator, title in zip(maps, ("Ld", "Ln"), ("day, 6 to 22 h", "night, 22 to 6 h"), strict=True):
        assert f"Map of the levels: {title}" in page.words
        assert f"Calculated by CNOSSOS-EU at {study.receivers.num_rows} façade points" in page.words
        # Legend and length; the drawing's own words are set letter by letter.
        assert "80ormore" in page.words and "dB(A)/m" in page.words
        parts = [study.level(indicator)[strips.of == part].max() for part in range(len(strips.outlines))]
        expected = {LEVELS.colour_of(level) for level in parts}
        roads = {POWER.colour_of(power) for power in line_powers(study, indicator).values()}
        assert len(expected) > 1 and {each.lower() for each in expected | roads} <= page.strokes
        assert page.lines > len(parts), "each part of a wall, roads, barriers, outlines"
        assert COMMUNITY not in page.strokes
    assert maps[0].strokes != maps[1].strokes, "nights are quieter"
    case.feature = "c"
    maps = [page for page in pages_of(paper(case, "zh", whole=True)) if "噪声地图" in page.words]
    assert len(maps) == 2
    for page in maps:
        assert COMMUNITY in page.strokes and "虚线为本小区范围" in page.words and "道路与轨道" in page.words


def test_a_study_that_is_not_public_is_not_drawn_for_the_public(cast: Cast):
    case = titled(cast)
    assert case.study is not None
    address = f"{case.get_absolute_url()}report-en.pdf"
    closed = pages_of(Client().get(address).content)
    assert "its map is left out" in said_on(Client().get(address).content)
    assert not any(page.strokes & {each.lower() for each in LEVELS.colours} for page in closed)
    do_show_study(case.study, public=True, acting_user=HOUSE)
    assert len(pages_of(Client().get(address).content)) == len(closed) + 2
    case.study.digest = "b2" * 32
    told = said_on(paper(case, "en", whole=True))
    assert "cannot be read" in told and "noise.E026" in told


def test_nobody_else_prints_an_application(cast: Cast):
    assert Client().get(f"{evaluated(cast).get_absolute_url()}report-zh.pdf").status_code == 404
