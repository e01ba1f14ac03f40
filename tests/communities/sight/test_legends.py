"""Whoever sees a map of noise reads on it, in their language, what its colours and lines mean and in which unit."""

from __future__ import annotations

from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from tests.communities.sight.kept_study import with_traffic

from tanheng.communities.sight.drawing import drawing
from tanheng.communities.sight.legend import DIFFERENCE, EXCESS, LEVELS, POWER, SILENT, Scale
from tanheng.communities.sight.measured_pages import _group
from tanheng.communities.sight.measured_words import ROAD_CLASSES
from tanheng.measures.quiet.places.osm import DRIVEN
from tanheng.text import Language

SVG = "{http://www.w3.org/2000/svg}"
MARK = {"name": "gate", "lon": 114.0, "lat": 22.5}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scale", [LEVELS, DIFFERENCE])
def test_a_drawing_has_its_legend_within_itself(scale: Scale, language: Language):
    study = with_traffic()
    against = study if scale is DIFFERENCE else None
    root = ElementTree.fromstring(drawing(study, "Ln", "x", against, scale, (MARK,), language))
    told = {each.text: float(each.get("y", "0")) for each in root.iter(f"{SVG}text")}
    title = f"{scale.title.in_language(language)}, {scale.unit}"
    wanted = {title, *(step.in_language(language) for step, _colour in scale.steps), SILENT.in_language(language)}
    assert wanted <= told.keys()
    assert {"en": {"Roads", "Noise barriers", "Monitors"}, "zh": {"道路", "声屏障", "监测点"}}[language] <= told.keys()
    _x, _y, wide, high = map(float, root.get("viewBox", "").split())
    assert max(told.values()) < high, "nothing lies below the paper"
    assert all(float(each.get("x", "0")) < wide for each in root.iter(f"{SVG}text"))
    drawn = {each.get("fill") for each in root.iter(f"{SVG}rect")}
    assert {colour for _step, colour in scale.steps} <= drawn


def test_without_monitors_none_is_explained():
    assert "Monitors" not in drawing(with_traffic(), "Ld", "x")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_front_page_says_what_colours_mean(language: Language):
    page = unescape(Client(headers={"Accept-Language": language}).get(reverse("quiet")).content.decode())
    for scale in (LEVELS, DIFFERENCE, EXCESS, POWER):
        assert scale.title.in_language(language) in page and scale.unit in page
        for step, colour in scale.steps:
            assert step.in_language(language) in page and f'fill="{colour}"' in page
    assert {"en": "What the colours of the maps mean", "zh": "地图颜色的含义"}[language] in page


def test_groups_of_sources_are_told_as_a_city_calls_them() -> None:
    told = {name: _group(name) for name in ("road primary", "road trunk_link", "road track", "plant", "somewhere")}
    assert {name: text.zh for name, text in told.items()} == {
        "road primary": "主干路(primary)",
        "road trunk_link": "快速路匝道(trunk_link)",
        "road track": "道路 track",
        "plant": "固定声源",
        "somewhere": "somewhere",
    }
    assert told["road primary"].en == "road primary"
    assert ROAD_CLASSES.keys() == {each.removesuffix("_link") for each in DRIVEN}, "every class that vehicles drive on"
