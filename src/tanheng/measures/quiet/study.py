"""A study: a calculation with everything that went in and came out, as a folder that pages and assessments read.

study.json            name, crs, settings, digests, counts, versions, what was assumed
quarter/*.parquet     the tables of the quarter
receivers.parquet     façade receivers (``facades.RECEIVERS``)
columns.parquet       columns of emission and matrix
emission.npy          columns × 24 hours × 8 bands, dB
transfer.npz          the matrix
levels.parquet        LA by receiver and indicator, null where nothing is heard
grid.parquet          the same for a grid of cells, and grid_transfer.npz its matrix; where one was asked for
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.quarter import COUNT, NUMBER, TABLES, TEXT, Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.transfer.levels import INDICATORS, all_levels
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.problems import reject
from tanheng.text import Text

FORM = 1
RECEIVERS = pa.schema(
    {
        "id": TEXT,
        "building": TEXT,
        "side": COUNT,  # number of the façade part, from 0, once round the building
        "floor": COUNT,  # from 1
        "x": NUMBER,
        "y": NUMBER,
        "z": NUMBER,
        "bearing_deg": NUMBER,  # towards which the façade looks, from north clockwise
        "width_m": NUMBER,  # of the façade part
        "persons": NUMBER,  # of the building, spread over its receivers; null where nobody knows
    }
)
COLUMNS = pa.schema({"id": TEXT, "kind": TEXT, "feature": TEXT, "status": TEXT})
LEVELS = pa.schema({"receiver": TEXT, **dict.fromkeys(INDICATORS, NUMBER)})
GRID = pa.schema({"x": NUMBER, "y": NUMBER, "z": NUMBER, "cell_m": NUMBER, **dict.fromkeys(INDICATORS, NUMBER)})


@dataclass(frozen=True)
class Study:
    """``emission``: columns × 24 hours × 8 bands, dB. ``notes``: what was assumed or left out, for people."""

    name: str
    settings: Settings
    quarter: Quarter
    receivers: pa.Table
    columns: pa.Table
    emission: Array
    transfer: Transfer
    levels: pa.Table
    grid: pa.Table | None = None
    grid_transfer: Transfer | None = None
    notes: tuple[Text, ...] = ()
    made_at: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def crs(self) -> str:
        """The metric system of all coordinates."""
        return self.quarter.crs

    def level(self, indicator: str) -> Array:
        """LA of all receivers, dB(A); minus infinity where nothing is heard."""
        return heard(self.levels, indicator)

    def with_emission(self, emission: Array, notes: Sequence[Text] = ()) -> Study:
        """The same quarter with other powers: every level from the stored matrix, nothing walked again."""
        grid = self.grid
        if grid is not None and self.grid_transfer is not None:
            grid = pa.table(
                {name: grid[name] for name in ("x", "y", "z", "cell_m")}
                | told(all_levels(self.grid_transfer, emission)),
                schema=GRID,
            )
        levels = levels_table(self.receivers["id"], all_levels(self.transfer, emission))
        return replace(self, emission=emission, levels=levels, grid=grid, notes=(*self.notes, *notes))

    def digests(self) -> dict[str, str]:
        """SHA-256 of each part."""
        found = {
            "settings": sha256(json.dumps(self.settings.as_json(), sort_keys=True).encode()).hexdigest(),
            "receivers": table_digest(self.receivers),
            "columns": table_digest(self.columns),
            "emission": sha256(np.ascontiguousarray(self.emission).tobytes()).hexdigest(),
            "transfer": self.transfer.digest(),
            "levels": table_digest(self.levels),
        }
        found |= {f"quarter/{name}": table_digest(self.quarter[name]) for name in sorted(self.quarter.tables)}
        if self.grid is not None:
            found["grid"] = table_digest(self.grid)
        if self.grid_transfer is not None:
            found["grid_transfer"] = self.grid_transfer.digest()
        return found

    def digest(self) -> str:
        """One for all parts; equal calculations have equal ones, whenever and by whom they were made."""
        return sha256(json.dumps({"name": self.name, **self.digests()}, sort_keys=True).encode()).hexdigest()

    def save(self, folder: Path) -> None:
        """Write the folder. What is there of an earlier study is overwritten."""
        (folder / "quarter").mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            place = folder / "quarter" / f"{name}.parquet"
            place.unlink(missing_ok=True)
            if name in self.quarter.tables:
                pq.write_table(self.quarter[name], place)
        pq.write_table(self.receivers, folder / "receivers.parquet")
        pq.write_table(self.columns, folder / "columns.parquet")
        pq.write_table(self.levels, folder / "levels.parquet")
        np.save(folder / "emission.npy", self.emission)
        self.transfer.save(folder / "transfer.npz")
        for name in ("grid.parquet", "grid_transfer.npz"):
            (folder / name).unlink(missing_ok=True)
        if self.grid is not None:
            pq.write_table(self.grid, folder / "grid.parquet")
        if self.grid_transfer is not None:
            self.grid_transfer.save(folder / "grid_transfer.npz")
        said = json.dumps(self.described(), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "study.json").write_text(said + "\n", encoding="utf-8")

    def described(self) -> dict[str, Any]:
        """What ``study.json`` holds."""
        return {
            "form": FORM,
            "name": self.name,
            "crs": self.crs,
            "method": self.settings.method,
            "settings": self.settings.as_json(),
            "quarter": {"name": self.quarter.name, "sources": dict(self.quarter.sources)},
            "digest": self.digest(),
            "digests": self.digests(),
            "counts": {
                "receivers": self.receivers.num_rows,
                "columns": self.columns.num_rows,
                "entries": len(self.transfer.columns),
                **{name: self.quarter[name].num_rows for name in TABLES},
            },
            "versions": {name: version(name) for name in ("tanheng", "numba", "numpy")},
            "made_at": self.made_at,
            "notes": [{"en": note.en, "zh": note.zh} for note in self.notes],
            "details": dict(self.details),
        }

    @classmethod
    def load(cls, folder: Path) -> Study:
        """Read a folder. ``InputRejected`` (``noise.E026``) where a part is missing, broken or of another study."""
        try:
            said = json.loads((folder / "study.json").read_text(encoding="utf-8"))
            if said["form"] != FORM:
                raise reject("noise.E026", folder / "study.json", f"has the form {said['form']}, read is {FORM}")
            tables = {
                name: _read(place, TABLES[name])
                for name in TABLES
                if (place := folder / "quarter" / f"{name}.parquet").exists()
            }
            of = said["quarter"]
            digests = said["digests"]
            grid = folder / "grid.parquet"
            grid_transfer = folder / "grid_transfer.npz"
            study = cls(
                name=said["name"],
                settings=Settings.from_json(said["settings"], str(folder / "study.json")),
                quarter=Quarter(of["name"], said["crs"], tables, of["sources"]),
                receivers=_read(folder / "receivers.parquet", RECEIVERS),
                columns=_read(folder / "columns.parquet", COLUMNS),
                emission=np.load(folder / "emission.npy", allow_pickle=False),
                transfer=Transfer.load(folder / "transfer.npz", digests["transfer"]),
                levels=_read(folder / "levels.parquet", LEVELS),
                grid=_read(grid, GRID) if grid.exists() else None,
                grid_transfer=Transfer.load(grid_transfer) if grid_transfer.exists() else None,
                notes=tuple(Text(note["en"], note["zh"]) for note in said["notes"]),
                made_at=said["made_at"],
                details=said["details"],
            )
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise reject("noise.E026", folder, f"is no study that can be read: {error}") from error
        if study.transfer.column_count != study.columns.num_rows or len(study.emission) != study.columns.num_rows:
            raise reject("noise.E026", folder, "holds an emission or a matrix with other columns than its table")
        return study


def _read(place: Path, schema: pa.Schema) -> pa.Table:
    table = pq.ParquetFile(place).read()
    if table.schema.names != schema.names:
        raise reject("noise.E026", place, f"has the columns {', '.join(table.schema.names)}")
    return table.cast(schema)


def heard(levels: pa.Table, indicator: str) -> Array:
    """A column of levels, dB(A), minus infinity for null."""
    found = levels[indicator].to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.isnan(found), -np.inf, found)


def told(levels: Mapping[str, Array]) -> dict[str, pa.Array]:
    """Levels as columns: null where nothing is heard."""
    return {name: pa.array(levels[name], mask=~np.isfinite(levels[name])) for name in INDICATORS}


def levels_table(ids: pa.ChunkedArray | pa.Array, levels: Mapping[str, Array]) -> pa.Table:
    """``LEVELS`` of receivers in that order."""
    return pa.table({"receiver": ids, **told(levels)}, schema=LEVELS)


def table_digest(table: pa.Table) -> str:
    """SHA-256 of the rows in their order, however they are chunked and whatever lies behind a null."""
    found = sha256()
    for name in table.schema.names:
        column = table[name].combine_chunks()
        found.update(f"{name} {column.type} {len(column)}".encode())
        found.update(np.packbits(column.is_null().to_numpy(zero_copy_only=False)).tobytes())
        while pa.types.is_fixed_size_list(column.type):
            column = column.drop_null().flatten()
        if pa.types.is_floating(column.type):
            found.update(column.drop_null().to_numpy(zero_copy_only=False).tobytes())
        else:
            for value in column.to_pylist():
                if value is not None:
                    plain = value if isinstance(value, bytes) else str(value).encode()
                    found.update(f"{len(plain)}:".encode() + plain)
    return found.hexdigest()
