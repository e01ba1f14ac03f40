"""Which tags of OpenStreetMap make which table: for extracts (.osm.pbf, .osm) and for their layers as GeoJSON.

© OpenStreetMap contributors, Open Database Licence 1.0: who shows what was made of it says so.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tanheng.measures.quiet.places import osm_ways
from tanheng.measures.quiet.places.features import layers_in
from tanheng.measures.quiet.places.reading import Layer
from tanheng.measures.quiet.places.values import TRACKS
from tanheng.problems import reject

SOURCE = "© OpenStreetMap contributors, ODbL 1.0"
# Ways that vehicles drive on.
_MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")
DRIVEN = (
    *_MAIN,
    *(f"{name}_link" for name in _MAIN),
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
)
# G of CNOSSOS-EU table 2.5.a: parks, forests and farm land are soft.
SOFT_G = 1.0
SOFT = (
    "landuse IN ('forest', 'grass', 'meadow', 'orchard', 'farmland', 'village_green')"
    " OR leisure IN ('park', 'garden') OR natural IN ('wood', 'scrub', 'grassland')"
)
BUILDING_KEYS = {"height_m": "height", "floors": "building:levels", "use": "building"}
ROAD_KEYS = {"class": "highway", "speed_kmh": "maxspeed", "one_way": "oneway"}
"""Keys by column; ``lanes`` has the same name. Tunnels, bridges and surfaces: ``osm_ways``."""


def layers_of_extract(file: Path) -> list[Layer]:
    """Buildings, roads, tracks, walls and soft ground of an extract. Tracks come without a sound power: OSM tells none.

    Raises ``InputRejected`` (``noise.E040``) for a file that is no extract.
    """
    has = layers_in(file)
    if not {"lines", "multipolygons"} <= has:
        raise reject("noise.E040", file, "is no extract of OpenStreetMap", hint="Files end in .osm.pbf or .osm.")
    found = []
    # An outline is a closed way, or a relation of several; each has its own column of ids.
    for column, prefix in (("osm_way_id", "way/"), ("osm_id", "relation/")):
        built = f"building IS NOT NULL AND building <> 'no' AND {column} IS NOT NULL"
        soft = f"({SOFT}) AND {column} IS NOT NULL"
        areas = Layer("buildings", file, "multipolygons", BUILDING_KEYS, built, prefix, optional=True, source=SOURCE)
        ground = replace(areas, table="ground", columns={}, where=soft, constants={"ground_factor": SOFT_G})
        found += [replace(each, columns={**each.columns, "id": column}) for each in (areas, ground)]
    driven = ", ".join(f"'{name}'" for name in DRIVEN)
    tracks = ", ".join(f"'{name}'" for name in TRACKS)
    hiding = ", ".join(f"'{name}'" for name in osm_ways.WALLS)
    ways = Layer("roads", file, "lines", {**ROAD_KEYS, "id": "osm_id"}, optional=True, prefix="way/", source=SOURCE)
    found.append(replace(ways, where=f"highway IN ({driven})", prepare=osm_ways.roads))
    columns = {"id": "osm_id", "kind": "railway"}
    of_tracks = f"railway IN ({tracks})"
    found.append(replace(ways, table="railways", columns=columns, where=of_tracks, prepare=osm_ways.tracks))
    columns = {"id": "osm_id", "height_m": "height"}
    of_walls = f"barrier IN ({hiding})"
    found.append(replace(ways, table="barriers", columns=columns, where=of_walls, prepare=osm_ways.walls))
    return found
