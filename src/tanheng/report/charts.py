"""Charts as pictures: a Vega-Lite specification becomes SVG, at the time the report is written.

The SVG stands in the page, so that a chart is there without JavaScript and on paper. The
specification stands beside it and makes the chart interactive where JavaScript runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

import pyarrow as pa

from tanheng.measures.assessment import Chart
from tanheng.report.look import CHART_CONFIG
from tanheng.report.typography import in_chinese, subscripts
from tanheng.text import LANGUAGES, Language, Text

VEGA_LITE = "6.4"
WIDTH = 860  # of a picture in the page, in pixels; a script fits it to a narrower screen
TIME_LOCALES: dict[Language, Literal["en-US", "zh-CN"]] = {"en": "en-US", "zh": "zh-CN"}
_MANY_VIEWS = ("facet", "hconcat", "vconcat", "concat", "repeat")


@dataclass(frozen=True)
class Picture:
    """A chart or a map, ready for the page.

    ``data`` holds rows by the name of the data set; the specifications of both languages share it.
    """

    id: str
    title: Text
    describes: Text
    note: Text | None
    specs: Mapping[Language, Mapping[str, Any]]
    data: Mapping[str, Any]

    def svg(self, language: Language) -> str:
        """The picture as an ``svg`` element, the same bytes each time, with ids of its own."""
        import vl_convert

        drawn = vl_convert.vegalite_to_svg(
            {**self.specs[language], "datasets": self.data},
            vl_version=VEGA_LITE,
            config=CHART_CONFIG,
            time_format_locale=TIME_LOCALES[language],
            allowed_base_urls=[],
        )
        return _tidy(drawn, f"{self.id}-{language}", self.describes.in_language(language))


def picture_of_chart(measure: str, chart: Chart) -> Picture:
    specs = {language: _set(_sized(chart.specs[language]), language) for language in LANGUAGES}
    return Picture(
        f"{measure}-{chart.id}", chart.title, chart.describes, chart.note, specs, {"data": rows_of(chart.data)}
    )


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as JSON values: dates as ISO text, and no number that is not finite."""
    rows: list[dict[str, Any]] = json.loads(json.dumps(table.to_pylist(), default=str, allow_nan=False))
    return rows


def _set(spec: Any, language: Language, key: str = "") -> Any:
    """The specification with its titles set as the page sets its text."""
    if isinstance(spec, Mapping):
        return {name: _set(part, language, name) for name, part in spec.items()}
    if isinstance(spec, list | tuple):
        return [_set(part, language, key) for part in spec]
    if key == "title" and isinstance(spec, str):
        return in_chinese(spec) if language == "zh" else subscripts(spec)
    return spec


def _sized(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The specification without what the page says itself (title, configuration), and with a width."""
    sized = {key: part for key, part in spec.items() if key not in ("config", "datasets", "title", "$schema")}
    if not any(key in spec for key in _MANY_VIEWS) and not isinstance(spec.get("width"), int | float):
        sized["width"] = WIDTH
    return sized


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that loads nothing."""
    import vl_convert

    names = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"
    return vl_convert.javascript_bundle(names, vl_version=VEGA_LITE)


@cache
def time_locale(language: Language) -> Mapping[str, Any]:
    import vl_convert

    locale: Mapping[str, Any] = vl_convert.get_time_format_locale(TIME_LOCALES[language])
    return locale


_NOISE = re.compile(r' (?:aria-[a-z]+|role|xmlns:xlink|version|class)="[^"]*"')
_GEOMETRY = re.compile(r'( (?:d|transform|x|y|x1|x2|y1|y2)=")([^"]*)"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_OWN_ID = re.compile(r' id="([^"]+)"')


def _tidy(svg: str, name: str, describes: str) -> str:
    """Make a drawn ``svg`` fit to stand in a page among others.

    Its ids count on within a process, so they are numbered anew; the roles of its parts are dropped,
    because the whole is one image with one description; two digits of a pixel are dropped too.
    """
    head, body = svg.split(">", 1)
    width, height = (re.search(rf'{side}="([\d.]+)"', head) for side in ("width", "height"))
    assert width is not None and height is not None
    body = _NOISE.sub("", body)
    body = _GEOMETRY.sub(lambda match: f'{match[1]}{_LONG_NUMBER.sub(_shorter, match[2])}"', body)
    for number, own in enumerate(dict.fromkeys(_OWN_ID.findall(body))):
        body = body.replace(f'id="{own}"', f'id="{name}-{number}"').replace(f"url(#{own})", f"url(#{name}-{number})")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width[1]} {height[1]}" width="{width[1]}" '
        f'height="{height[1]}" role="img" aria-label={quoteattr(describes)}>{body}'
    )


def _shorter(match: re.Match[str]) -> str:
    return f"{float(match[0]):.1f}".removesuffix(".0")
