"""An ``Assessment`` as files, and back without loss.

``assessments/MEASURE.json`` holds everything but rows; the rows of tables, charts and maps stand in
``tables/MEASURE/ID.parquet``. Where an assessment rests on made-up rows each of its files says so.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tanheng.measures.assessment import Assessment, Chart, MapLayer, Table
from tanheng.runs.plain import from_plain, to_plain

NOTICE = b"tanheng.notice"
DEMONSTRATION_NOTICE = "demonstration data: rests on made-up rows / 演示数据:含编造的数据"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_WITH_ROWS: dict[str, type] = {"tables": Table, "charts": Chart, "maps": MapLayer}


def write_assessment(folder: Path, assessment: Assessment) -> None:
    """Write the assessment into a run folder.

    Raises
    ------
    ValueError
        When a name is no safe file name, or a figure is not a finite number.
    """
    for name in (assessment.measure, *(item.id for kind in _WITH_ROWS for item in getattr(assessment, kind))):
        if not _ID.fullmatch(name):
            raise ValueError(f"assessment {assessment.measure}: {name!r} cannot name a file")
    notice = DEMONSTRATION_NOTICE if assessment.demonstration else None
    for kind in _WITH_ROWS:
        for item in getattr(assessment, kind):
            write_rows(_rows(folder, assessment.measure, item.id), item.data, notice)
    plain = to_plain(assessment, leave_out=frozenset({pa.Table}))
    assert isinstance(plain, dict)
    write_json(folder / "assessments" / f"{assessment.measure}.json", {"notice": notice, **plain})


def read_assessment(folder: Path, measure: str) -> Assessment:
    """The assessment of ``measure`` in a run folder, equal to what was written."""
    plain: dict[str, Any] = json.loads((folder / "assessments" / f"{measure}.json").read_text("utf-8"))
    given = {
        name: tuple(
            from_plain(kind, item, {"data": read_rows(_rows(folder, measure, item["id"]))}) for item in plain.pop(name)
        )
        for name, kind in _WITH_ROWS.items()
    }
    assessment = from_plain(Assessment, plain, given)
    assert isinstance(assessment, Assessment)
    return assessment


def write_rows(path: Path, rows: pa.Table, notice: str | None = None) -> None:
    """Rows as Parquet, with the notice in the file's key-value metadata."""
    if notice is not None:
        rows = rows.replace_schema_metadata({**(rows.schema.metadata or {}), NOTICE: notice.encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path, compression="zstd")


def read_rows(path: Path) -> pa.Table:
    rows = pq.read_table(path)
    kept = {key: value for key, value in (rows.schema.metadata or {}).items() if key != NOTICE}
    return rows.replace_schema_metadata(kept or None)


def write_json(path: Path, value: Any) -> None:
    """JSON as a person reads it: UTF-8, indented, and no NaN."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _rows(folder: Path, measure: str, name: str) -> Path:
    return folder / "tables" / measure / f"{name}.parquet"
