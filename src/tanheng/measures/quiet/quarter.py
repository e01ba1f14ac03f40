"""A part of a city as tables, all in one metric coordinate system: what maps bring and calculations take.

    importing (OSM, shapefile, GeoPackage, GeoJSON) ──┐
    seeded generator of a high-rise quarter ──────────┴─> Quarter ──> scene, receivers ──> levels ──> assessment, maps

Geometry is WKB in the metres of ``crs``, so that the tables are GeoParquet and GDAL at once. Columns are those of
``TABLES``; an absent table has no rows. What nobody knows is null and stays so: a height that was assumed says so in
``height_source``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pyarrow as pa

TEXT, NUMBER, COUNT, YES_NO = pa.string(), pa.float64(), pa.int64(), pa.bool_()
BANDS = pa.list_(pa.float64(), 8)

TABLES: Mapping[str, pa.Schema] = MappingProxyType(
    {
        # Polygons. height_m above the ground at base_z; height_source: given, floors, assumed.
        "buildings": pa.schema(
            {
                "id": TEXT,
                "geometry": pa.binary(),
                "height_m": NUMBER,
                "height_source": TEXT,
                "base_z": NUMBER,
                "floors": COUNT,
                "use": TEXT,  # dwelling, school, hospital, office, shop, factory, other
                "persons": NUMBER,
                "absorption": BANDS,  # share by band; null reflects as the study's default says
            }
        ),
        # Lines of carriageways. height_m above the ground (elevated roads); class as OSM's highway.
        "roads": pa.schema(
            {
                "id": TEXT,
                "geometry": pa.binary(),
                "name": TEXT,
                "class": TEXT,
                "lanes": COUNT,
                "speed_kmh": NUMBER,
                "one_way": YES_NO,
                "surface": TEXT,  # as cnossos.emission names surfaces; null is the reference surface
                "gradient_pct": NUMBER,
                "height_m": NUMBER,
                "tunnel": YES_NO,
            }
        ),
        # Lines with a sound power by metre and band for each period (dB re 1 pW/m), null where unknown.
        "railways": pa.schema(
            {
                "id": TEXT,
                "geometry": pa.binary(),
                "name": TEXT,
                "kind": TEXT,  # rail, metro, tram
                "height_m": NUMBER,
                "power_day": BANDS,
                "power_evening": BANDS,
                "power_night": BANDS,
            }
        ),
        # Points: industry, building services, restaurants, construction sites. Hours of the day in which it sounds.
        "plants": pa.schema(
            {
                "id": TEXT,
                "geometry": pa.binary(),
                "name": TEXT,
                "kind": TEXT,  # industry, services, restaurant, construction
                "height_m": NUMBER,
                "power": BANDS,  # dB re 1 pW
                "from_hour": NUMBER,
                "to_hour": NUMBER,
                "faces_deg": NUMBER,  # bearing of the main direction; null radiates evenly
                "directivity": TEXT,
            }
        ),
        "barriers": pa.schema({"id": TEXT, "geometry": pa.binary(), "height_m": NUMBER, "absorption": BANDS}),
        "ground": pa.schema({"id": TEXT, "geometry": pa.binary(), "ground_factor": NUMBER, "kind": TEXT}),
        # Lines with z.
        "terrain": pa.schema({"id": TEXT, "geometry": pa.binary()}),
        # Function areas of GB 3096: 0, 1, 2, 3, 4a, 4b.
        "areas": pa.schema({"id": TEXT, "geometry": pa.binary(), "class": TEXT, "name": TEXT}),
        "communities": pa.schema({"id": TEXT, "geometry": pa.binary(), "name": TEXT}),
        "monitors": pa.schema({"id": TEXT, "geometry": pa.binary(), "name": TEXT, "height_m": NUMBER}),
    }
)


def no_rows(table: str) -> pa.Table:
    """An empty table of that name."""
    return TABLES[table].empty_table()


@dataclass(frozen=True)
class Quarter:
    """The tables of ``TABLES`` by name. ``sources`` says where each came from, with its licence."""

    name: str
    crs: str
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, table in self.tables.items():
            if name not in TABLES:
                raise ValueError(f"{name} is no table of a quarter; there are: {', '.join(TABLES)}")
            if not table.schema.equals(TABLES[name]):
                raise ValueError(f"table {name} has the columns {table.schema.names}, not {TABLES[name].names}")

    def __getitem__(self, table: str) -> pa.Table:
        return self.tables[table] if table in self.tables else no_rows(table)

    def with_tables(self, **tables: pa.Table) -> Quarter:
        """The same quarter with other tables of these names."""
        return replace(self, tables={**self.tables, **tables})
