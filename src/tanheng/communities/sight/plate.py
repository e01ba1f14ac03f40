"""A study on paper: each façade in the colour of its loudest floor, roads by their sound power, legend and length.

Of a community what lies around it, with its outline; of a whole study all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray

from tanheng.communities.sight.legend import LEVELS, NOTHING, POWER, SILENT, Scale
from tanheng.communities.sight.plane import INK, Plane
from tanheng.communities.sight.words import WORDS
from tanheng.measures.quiet.layers import line_powers, strips_of
from tanheng.measures.quiet.study import Study
from tanheng.problems import reject
from tanheng.text import Language

WIDTH = 960.0
MARGIN_M, AROUND_M = 15.0, 80.0
# Higher than wide it is still on one page with its heading, and wide enough to hold the legend.
STEEPEST, FLATTEST = 1.15, 0.5
PAPER, HOUSE, EDGE, COMMUNITY, SOFT = "#f4f7f8", "#dfe5e9", "#8b99a4", "#8a3b12", "#51606c"
FONTS = "'Noto Sans', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
ROW = 24.0


def plate(study: Study, indicator: str, describes: str, language: Language, community: str = "") -> str:
    """The drawing as an ``svg`` element. ``community``: id of one of the quarter's communities, or none."""
    around = _outline(study, community)
    plane = Plane(_window(study, around), WIDTH)
    drawn = [
        *_houses(study, plane), *_lines(study, indicator, plane), *_barriers(study, plane),
        *_facades(study, indicator, plane), *_community(around, plane),
    ]  # fmt: skip
    legend, high = _legend(plane.height + 14, language)
    name = f"frame-{indicator}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {plane.height + 14 + high:g}" role="img" '
        f'aria-label={quoteattr(describes)}><title>{escape(describes)}</title><defs><clipPath id="{name}">'
        f'<rect width="{WIDTH:g}" height="{plane.height}"/></clipPath></defs><g clip-path="url(#{name})">'
        f'<rect width="{WIDTH:g}" height="{plane.height}" fill="{PAPER}"/>{"".join(drawn)}</g>'
        f'<rect x=".5" y=".5" width="{WIDTH - 1:g}" height="{plane.height - 1}" fill="none" stroke="{EDGE}"/>'
        f"{_north()}{_under_ruler(plane)}{plane.ruler()}{legend}</svg>"
    )


def _outline(study: Study, community: str) -> Any:
    """Its shape in the study's metres, None without one."""
    table = study.quarter["communities"]
    known = dict(zip(table["id"].to_pylist(), _shapes(table), strict=True))
    return known.get(community)


def _window(study: Study, around: Any) -> tuple[float, float, float, float]:
    margin = MARGIN_M if around is None else AROUND_M
    west, south, east, north = _built(study) if around is None else around.bounds
    wide, high = east - west + 2 * margin, north - south + 2 * margin
    wide, high = max(wide, high / STEEPEST), max(high, wide * FLATTEST)
    x, y = 0.5 * (west + east), 0.5 * (south + north)
    return x - 0.5 * wide, y - 0.5 * high, x + 0.5 * wide, y + 0.5 * high


def _built(study: Study) -> tuple[float, float, float, float]:
    """Where buildings and sources stand; function areas may reach far beyond."""
    names = ("buildings", "roads", "railways", "plants")
    bounds = shapely.total_bounds(np.concatenate([_shapes(study.quarter[name]) for name in names]))
    if np.isnan(bounds).any():
        raise reject("noise.E068", study.quarter.name, "nothing stands in the quarter, so there is no map to draw")
    west, south, east, north = bounds.tolist()
    return west, south, east, north


def _seen(shapes: NDArray[np.object_], plane: Plane) -> NDArray[np.bool_]:
    return np.asarray(shapely.intersects(shapes, shapely.box(*plane.window)), dtype=np.bool_)


def _houses(study: Study, plane: Plane) -> Iterable[str]:
    shapes = _shapes(study.quarter["buildings"])
    yield f'<g fill="{HOUSE}" stroke="{EDGE}" stroke-width=".6" fill-rule="evenodd">'
    for shape in shapes[_seen(shapes, plane)]:
        yield f'<path d="{plane.path(shape)}"/>'
    yield "</g>"


def _lines(study: Study, indicator: str, plane: Plane) -> Iterable[str]:
    """Roads and railways that sound, the quiet ones first, so that the loud ones lie on top."""
    powers = line_powers(study, indicator)
    drawn = []
    for kind, name in (("road", "roads"), ("railway", "railways")):
        table = study.quarter[name]
        shapes = _shapes(table)
        for feature, shape, seen in zip(table["id"].to_pylist(), shapes, _seen(shapes, plane), strict=True):
            if seen and (kind, feature) in powers:
                drawn.append((powers[kind, feature], plane.path(shape)))
    yield '<g fill="none" stroke-linecap="round" stroke-linejoin="round">'
    for power, path in sorted(drawn):
        wide = 2.0 + (1.4 * POWER.place_of(power) if np.isfinite(power) else 0.0)
        yield f'<path d="{path}" stroke="{POWER.colour_of(power)}" stroke-width="{wide:.1f}"/>'
    yield "</g>"


def _barriers(study: Study, plane: Plane) -> Iterable[str]:
    yield f'<g fill="none" stroke="{INK}" stroke-width="2" stroke-dasharray="5 2">'
    shapes = _shapes(study.quarter["barriers"])
    for shape in shapes[_seen(shapes, plane)]:
        yield f'<path d="{plane.path(shape)}"/>'
    yield "</g>"


def _facades(study: Study, indicator: str, plane: Plane) -> Iterable[str]:
    """The quiet ones first; of each part of a wall the loudest of its floors."""
    strips = strips_of(study)
    loudest = np.full(len(strips.outlines), -np.inf)
    np.maximum.at(loudest, strips.of, study.level(indicator))
    west, south, east, north = plane.window
    x, y = strips.outlines[:, :, 0].mean(axis=1), strips.outlines[:, :, 1].mean(axis=1)
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    wide = float(np.clip(2.5 * plane.scale, 2.0, 9.0))
    yield f'<g fill="none" stroke-width="{wide:.1f}">'
    for part in np.argsort(loudest, kind="stable"):
        if inside[part]:
            (west, north), (east, south) = plane.at(strips.outlines[part, 2:4])
            colour = LEVELS.colour_of(float(loudest[part]))
            yield f'<path d="M{west:.1f},{north:.1f} {east:.1f},{south:.1f}" stroke="{colour}"/>'
    yield "</g>"


def _community(around: Any, plane: Plane) -> Iterable[str]:
    if around is not None:
        line = f'fill="none" stroke="{COMMUNITY}" stroke-width="3" stroke-dasharray="9 5"'
        yield f'<path d="{plane.path(around)}" {line}/>'


def _north() -> str:
    return (
        f'<path d="M30,14l9,26l-9,-6l-9,6z" fill="{INK}"/><text x="30" y="56" text-anchor="middle" font-size="14" '
        f'font-family="sans-serif" fill="{INK}">N</text>'
    )


def _under_ruler(plane: Plane) -> str:
    """Paper under the length, so that it can be read on whatever lies there."""
    return f'<rect x="{WIDTH - 190:g}" y="{plane.height - 40}" width="182" height="34" fill="#fff" fill-opacity=".8"/>'


def _legend(y: float, language: Language) -> tuple[str, float]:
    """What the colours mean, below the drawing, and how high that is."""
    parts: list[str] = []
    facades = [(colour, said.in_language(language)) for said, colour in LEVELS.steps]
    facades.append((NOTHING, SILENT.in_language(language)))
    roads = [(colour, said.in_language(language)) for said, colour in POWER.steps]
    top = y
    for title, scale, entries in ((WORDS["plate_facades"], LEVELS, facades), (WORDS["plate_roads"], POWER, roads)):
        y = _entries(parts, y, f"{title.in_language(language)}, {scale.unit}", scale, entries)
    return f'<g font-family="{escape(FONTS)}" font-size="14" fill="{INK}">{"".join(parts)}</g>', y - top


def _entries(parts: list[str], y: float, title: str, scale: Scale, entries: list[tuple[str, str]]) -> float:
    parts.append(f'<text x="0" y="{y + 14:g}" font-weight="bold">{escape(title)}</text>')
    y += ROW
    for place, (colour, said) in enumerate(entries):
        x, top = (place % 6) * (WIDTH / 6), y + (place // 6) * ROW
        high, drop = (14, 0) if scale is LEVELS else (3 + place, 7 - (3 + place) / 2)
        parts.append(
            f'<rect x="{x + 0.5:g}" y="{top + drop + 0.5:g}" width="26" height="{high:g}" fill="{colour}" '
            f'stroke="{EDGE}" stroke-width=".6"/>'
            f'<text x="{x + 34:g}" y="{top + 13:g}" fill="{SOFT}">{escape(said)}</text>'
        )
    return y + (1 + (len(entries) - 1) // 6) * ROW + 4


def _shapes(table: Any) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)), dtype=object)
