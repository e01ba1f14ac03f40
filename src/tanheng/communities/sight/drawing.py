"""A study as one drawing from above, for where no script runs, and for paper: buildings coloured by their loudest
façade, the grid behind them, roads, barriers and function areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from tanheng.communities.sight.legend import LEVELS, NOTHING, SILENT, Scale
from tanheng.communities.sight.plane import Plane
from tanheng.communities.sight.words import WORDS
from tanheng.measures.quiet.layers import extent_of
from tanheng.measures.quiet.study import Study, heard
from tanheng.text import Language

WIDTH = 960.0
MARGIN_M = 15.0
ROW, COLUMNS = 22.0, 3
ROAD_WIDTHS = {"motorway": 7.0, "trunk": 6.0, "primary": 5.0, "secondary": 4.0, "tertiary": 3.0}
ROAD, BARRIER, AREA, EDGE = "#6b7a86", "#1d2b36", "#44546a", "#51606c"
MONITOR = "#0a58ff"


def drawing(
    study: Study,
    indicator: str,
    describes: str,
    against: Study | None = None,
    scale: Scale = LEVELS,
    marks: Sequence[Mapping[str, Any]] = (),
    language: Language = "en",
) -> str:
    """The drawing as an ``svg`` document, with its legend below in ``language``. With ``against`` the colours tell what
    this study changes of it, by the classes of ``scale``. ``marks`` are monitors with ``name``, ``lon`` and ``lat``."""
    view = _View(study)
    parts = [*_grid(study, indicator, against, scale, view), *_areas(study, view), *_roads(study, view)]
    parts += _buildings(study, indicator, against, scale, view)
    parts += [f'<g fill="none" stroke="{BARRIER}" stroke-width="2.5">', *_barriers(study, view), "</g>"]
    parts += _monitors(study, marks, view)
    legend, high = _legend(view.height + ROW / 2, scale, bool(marks), language)
    whole = view.height + ROW / 2 + high
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {whole:g}" width="{WIDTH:g}" '
        f'height="{whole:g}" role="img" aria-label={quoteattr(describes)}><title>{escape(describes)}</title>'
        f'<rect width="{WIDTH:g}" height="{whole:g}" fill="#ffffff"/>'
        f'<rect width="{WIDTH:g}" height="{view.height:g}" fill="#f4f7f8"/>{"".join(parts)}{view.ruler()}{legend}</svg>'
    )


def _legend(y: float, scale: Scale, with_monitors: bool, language: Language) -> tuple[str, float]:
    """What colours and lines mean, with the unit, and how high that is: the drawing is printed without its page."""
    box = f'<rect x="{{x:g}}" y="{{y:g}}" width="26" height="14" fill="{{colour}}" stroke="{EDGE}"/>'
    line = '<path d="M{x:g},{middle:g}h26" fill="none" stroke="{colour}" stroke-width="%s"%s/>'
    ring = f'<circle cx="{{centre:g}}" cy="{{middle:g}}" r="6" fill="#ffffff" stroke="{MONITOR}" stroke-width="3"/>'
    drawn = [(box, colour, said) for said, colour in scale.steps]
    drawn += [
        (box, NOTHING, SILENT),
        (line % (4, ""), ROAD, WORDS["roads"]),
        (line % (2.5, ""), BARRIER, WORDS["layer_barriers"]),
        (line % (1.2, ' stroke-dasharray="6 4"'), AREA, WORDS["mark_areas"]),
    ]
    if with_monitors:
        drawn.append((ring, MONITOR, WORDS["mark_monitor"]))
    title = f"{scale.title.in_language(language)}, {scale.unit}"
    parts = [f'<text x="12" y="{y + 14:g}" font-weight="bold">{escape(title)}</text>']
    for place, (mark, colour, said) in enumerate(drawn):
        x, top = 12 + (place % COLUMNS) * (WIDTH / COLUMNS), y + (1 + place // COLUMNS) * ROW
        parts.append(mark.format(x=x, y=top + 0.5, middle=top + 7.5, centre=x + 13, colour=colour))
        parts.append(f'<text x="{x + 34:g}" y="{top + 13:g}">{escape(said.in_language(language))}</text>')
    high = ROW * (2 + (len(drawn) - 1) // COLUMNS) + 6
    return f'<g font-family="sans-serif" font-size="13" fill="{BARRIER}">{"".join(parts)}</g>', high


class _View(Plane):
    """All of a study."""

    def __init__(self, study: Study) -> None:
        west, south, east, north = extent_of(study)
        super().__init__((west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M), WIDTH)


def by_building(study: Study, values: Sequence[float]) -> dict[str, float]:
    """The largest of the values of each building's receivers; those without any are left out."""
    found: dict[str, float] = {}
    for building, value in zip(study.receivers["building"].to_pylist(), values, strict=True):
        if np.isfinite(value):
            found[building] = max(value, found.get(building, -np.inf))
    return found


def _values(study: Study, indicator: str, against: Study | None) -> NDArray[np.float64]:
    levels = study.level(indicator)
    if against is None:
        return levels
    with np.errstate(invalid="ignore"):
        return np.asarray(levels - against.level(indicator))


def _buildings(study: Study, indicator: str, against: Study | None, scale: Scale, view: _View) -> Iterable[str]:
    loudest = by_building(study, _values(study, indicator, against).tolist())
    if against is not None:
        # Of a change the largest in either direction, or a barrier that helps would be drawn as no help.
        quietest = by_building(study, (-_values(study, indicator, against)).tolist())
        loudest = {name: high if high >= quietest[name] else -quietest[name] for name, high in loudest.items()}
    yield f'<g stroke="{EDGE}" stroke-width=".7" fill-rule="evenodd">'
    table = study.quarter["buildings"]
    for name, shape in zip(table["id"].to_pylist(), _shapes(table), strict=True):
        value = loudest.get(name)
        said = escape(f"{name}: {value:.1f} {scale.unit}" if value is not None else name)
        yield f'<path d="{view.path(shape)}" fill="{scale.colour_of(value)}"><title>{said}</title></path>'
    yield "</g>"


def _grid(study: Study, indicator: str, against: Study | None, scale: Scale, view: _View) -> Iterable[str]:
    """Neighbours of a row and of one class as one rectangle."""
    grid = study.grid
    if grid is None or not grid.num_rows or (against is not None and against.grid is None):
        return
    values = heard(grid, indicator)
    if against is not None and against.grid is not None:
        with np.errstate(invalid="ignore"):
            values = values - heard(against.grid, indicator)
    x, y, cell = (grid[name].to_numpy() for name in ("x", "y", "cell_m"))
    colours = [scale.colour_of(value) for value in values.tolist()]
    order = np.lexsort((x, y))
    yield '<g fill-opacity=".8" shape-rendering="crispEdges">'
    run: list[int] = []
    for place in [*order.tolist(), -1]:
        last = run[-1] if run else None
        joins = (
            last is not None
            and place >= 0
            and colours[place] == colours[last]
            and abs(y[place] - y[last]) < 1e-6
            and abs(x[place] - x[last] - cell[place]) < 1e-6
        )
        if run and not joins:
            half = 0.5 * cell[run[0]]
            west, north = view.at(np.array([[x[run[0]] - half, y[run[0]] + half]]))[0]
            size = cell[run[0]] * view.scale
            yield (
                f'<rect x="{west:.1f}" y="{north:.1f}" width="{len(run) * size:.1f}" height="{size:.1f}" '
                f'fill="{colours[run[0]]}"/>'
            )
            run = []
        run.append(place)
    yield "</g>"


def _areas(study: Study, view: _View) -> Iterable[str]:
    yield f'<g fill="none" stroke="{AREA}" stroke-width="1.2" stroke-dasharray="6 4">'
    table = study.quarter["areas"]
    for kind, shape in zip(table["class"].to_pylist(), _shapes(table), strict=True):
        yield f'<path d="{view.path(shape)}"><title>{escape(str(kind))}</title></path>'
    yield "</g>"


def _roads(study: Study, view: _View) -> Iterable[str]:
    yield f'<g fill="none" stroke="{ROAD}" stroke-linecap="round" stroke-linejoin="round">'
    table = study.quarter["roads"]
    rows = zip(table["name"].to_pylist(), table["class"].to_pylist(), _shapes(table), strict=True)
    for name, kind, shape in rows:
        wide = ROAD_WIDTHS.get(kind or "", 2.0)
        yield f'<path d="{view.path(shape)}" stroke-width="{wide:g}"><title>{escape(name or kind or "")}</title></path>'
    yield "</g>"


def _barriers(study: Study, view: _View) -> Iterable[str]:
    for shape in _shapes(study.quarter["barriers"]):
        yield f'<path d="{view.path(shape)}"/>'


def _monitors(study: Study, marks: Sequence[Mapping[str, Any]], view: _View) -> Iterable[str]:
    if not marks:
        return
    to_metres = Transformer.from_crs("EPSG:4326", study.crs, always_xy=True)
    places = view.at(
        np.column_stack(to_metres.transform([each["lon"] for each in marks], [each["lat"] for each in marks]))
    )
    yield f'<g fill="#ffffff" stroke="{MONITOR}" stroke-width="3">'
    for mark, (x, y) in zip(marks, places.tolist(), strict=True):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6"><title>{escape(str(mark["name"]))}</title></circle>'
    yield "</g>"


def _shapes(table: Any) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)), dtype=object)
