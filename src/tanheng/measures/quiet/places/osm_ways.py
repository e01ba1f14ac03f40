"""What tags of OpenStreetMap say of ways together: tunnels, bridges, road surfaces, walls.

Each function takes the features of a layer and the caller's assumptions, and gives them back with columns of ours
(``tunnel``, ``height_m``, ``surface``), without what cannot sound or has no height, and a note on each of that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.places.assumptions import Assumptions
from tanheng.measures.quiet.places.features import Features
from tanheng.text import Text

Told = tuple[Features, tuple[Text, ...]]

# Surfaces that the mean of dense asphalt and mastic asphalt stands for, the reference of the law's table, or that say
# no more than that there is a pavement.
REFERENCE = frozenset({"asphalt", "paved"})
SURFACES: Mapping[str, str] = MappingProxyType(
    {
        "concrete": "NL06",  # brushed down concrete: the usual finish; OSM tells no texture
        "concrete:plates": "NL06",
        "paving_stones": "NL11",  # hard elements not in herring-bone; OSM tells no pattern
        "bricks": "NL11",
    }
)
"""Surfaces of the law's table by OSM's values of ``surface``."""

ROUGH = frozenset({"bad", "very_bad", "horrible", "very_horrible", "impassable"})
"""Values of ``smoothness`` that a driver hears; the table has no class of worn roads."""

WALLS = ("wall", "retaining_wall", "noise_barrier", "city_wall")
"""Values of ``barrier`` that hide what is behind; fences and hedges do not."""


def roads(features: Features, said: Assumptions) -> Told:
    """Carriageways with their tunnels, heights on bridges and surfaces."""
    found, notes = _on_bridges(features, said, Text("roads", "道路"))
    columns = {**found.columns, "tunnel": _in_tunnel(features).tolist()}
    columns["surface"], of_surface = _surfaces(features)
    return replace(found, columns=columns), (*notes, *of_surface)


def tracks(features: Features, said: Assumptions) -> Told:
    """Tracks with their heights on bridges; those in tunnels radiate nothing and are left out."""
    below = _in_tunnel(features)
    found, notes = _on_bridges(_only(features, ~below), said, Text("tracks", "轨道线"))
    if below.any():
        said_so = Text(
            f"{below.sum()} of {len(below)} tracks are in tunnels and left out: they radiate nothing",
            f"{len(below)}条轨道线中有{below.sum()}条位于隧道内，不向外辐射噪声，未计入",
        )
        notes = (*notes, said_so)
    return found, notes


def walls(features: Features, said: Assumptions) -> Told:
    """Walls with a height; without one they are left out, unless one is assumed."""
    known = np.array([height is not None for height in _tag(features, "height")], dtype=np.bool_)
    if known.all() or said.barrier_m is not None:
        return features, ()
    note = Text(
        f"{(~known).sum()} of {len(known)} walls, whose height nobody told, are left out",
        f"{len(known)}道墙体中有{(~known).sum()}道高度未知，未计入",
    )
    return _only(features, known), (note,)


def _tag(features: Features, key: str) -> Sequence[Any]:
    return features.columns.get(key, [None] * len(features.shapes))


def _says_yes(values: Sequence[Any]) -> NDArray[np.bool_]:
    """Whether a tag is there and does not say no: ``yes``, ``viaduct``, ``building_passage``."""
    return np.array([value is not None and str(value).strip().lower() not in ("no", "0") for value in values], bool)


def _in_tunnel(features: Features) -> NDArray[np.bool_]:
    return _says_yes(_tag(features, "tunnel"))


def _on_bridges(features: Features, said: Assumptions, ways: Text) -> Told:
    """Heights of bridges by their layer; a layer says what lies over what, and metres only by assumption."""
    bridges = _says_yes(_tag(features, "bridge")) & ~_in_tunnel(features)
    layers = np.array([_layer(value) for value in _tag(features, "layer")], dtype=np.float64)
    raised = bridges & (layers > 0.0)
    if said.layer_m is None:
        raised[:] = False
    step = said.layer_m or 0.0
    heights = [float(layer) * step if up else None for layer, up in zip(layers, raised, strict=True)]
    notes = []
    if raised.any():
        notes.append(
            Text(
                f"{raised.sum()} {ways.en} on bridges are assumed to lie {step:g} m above the ground for each layer "
                "of the map",
                f"{raised.sum()}条桥上{ways.zh}的高度为假定值：地图每层{step:g}米",
            )
        )
    low = int((bridges & ~raised).sum())
    if low:
        notes.append(
            Text(
                f"{low} {ways.en} on bridges have no known height and lie on the ground",
                f"{low}条桥上{ways.zh}高度未知，按地面计",
            )
        )
    return replace(features, columns={**features.columns, "height_m": heights}), tuple(notes)


def _layer(value: Any) -> float:
    """A layer; 0 where there is none or what stands there is no whole number."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0.0
    return found if found.is_integer() else 0.0


def _surfaces(features: Features) -> tuple[list[str | None], list[Text]]:
    given = [None if value is None else str(value).strip().lower() for value in _tag(features, "surface")]
    found = [None if value is None else SURFACES.get(value) for value in given]
    notes = []
    for name, words in (
        ("NL06", Text("cement concrete counts as brushed down", "水泥混凝土路面按刷纹处理")),
        ("NL11", Text("paving stones count as not laid in herring-bone", "块料路面按非人字形铺砌")),
    ):
        count = found.count(name)
        if count:
            notes.append(
                Text(
                    f"{count} roads have surface {name}: {words.en}, the map does not tell",
                    f"{count}条道路的路面为{name}：地图未说明，{words.zh}",
                )
            )
    strange = Counter(value for value in given if value is not None and value not in (*SURFACES, *REFERENCE))
    if strange:
        listed = ", ".join(f"{value} {count}" for value, count in sorted(strange.items()))
        notes.append(
            Text(
                f"{strange.total()} roads have a surface that the law's table does not know ({listed}): they count as "
                "the reference surface",
                f"{strange.total()}条道路的路面不在系数表中（{listed}），按参考路面计",
            )
        )
    rough = sum(str(value).strip().lower() in ROUGH for value in _tag(features, "smoothness"))
    if rough:
        notes.append(
            Text(
                f"{rough} roads are rough: the law's table has no worn surfaces, they count as even",
                f"{rough}条道路路面不平整：系数表没有破损路面，按平整路面计",
            )
        )
    return found, notes


def _only(features: Features, kept: NDArray[np.bool_]) -> Features:
    rows = np.flatnonzero(kept).tolist()
    columns = {name: [values[row] for row in rows] for name, values in features.columns.items()}
    return replace(features, numbers=features.numbers[kept], shapes=features.shapes[kept], columns=columns)
