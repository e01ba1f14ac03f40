"""A comparison kept as a run is kept: a folder named by the hash of what went in, whole or not there at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tanheng.comparison.compared import Compared
from tanheng.comparison.differences import Difference
from tanheng.comparison.variants import Variant
from tanheng.policy.rulebook import Rulebook
from tanheng.runs.address import code_digest, libraries
from tanheng.runs.assessments import DEMONSTRATION_NOTICE, write_json, write_rows
from tanheng.text import Text
from tanheng.warehouse.city import City

ABOUT = "comparison.json"


def address_of(city: City, base: Rulebook, *, year: int, on: date, asked: Mapping[str, Any]) -> str:
    """16 hexadecimal digits for what is compared with what. ``asked`` holds the rest as JSON values."""
    parts = {
        "inputs": sorted((file.path, file.sha256) for file in city.inputs),
        "rulebook": base.digest,
        "code": code_digest(),
        "libraries": libraries(),
        "year": year,
        "date": on.isoformat(),
        "asked": asked,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def write_about(folder: Path, asked: Mapping[str, Any]) -> None:
    """What was asked for, as JSON."""
    write_json(folder / ABOUT, asked)


def write_differences(folder: Path, compared: Compared) -> None:
    """Every row of every result, one Parquet file each."""
    notice = DEMONSTRATION_NOTICE if compared.demonstration else None
    for each in compared.differences:
        by = compared.matched_by[each.result.entity]
        place = folder / "differences" / compared.id / f"{each.result.id}.parquet"
        write_rows(place, rows_of(each, by), notice)


def rows_of(difference: Difference, matched_by: Sequence[str]) -> pa.Table:
    """The rows of a difference: key, both sides with cause and trust, the change, and what it is for the row."""
    result = difference.result
    columns: dict[str, Any] = {
        name: pa.array([key[place] for key in difference.keys]) for place, name in enumerate(matched_by)
    }
    kind = _KINDS[result.kind]
    columns["before"] = pa.array(list(difference.before), kind)
    columns["after"] = pa.array(list(difference.after), kind)
    if result.is_number:
        columns["change"] = pa.array(difference.change, pa.float64(), from_pandas=True)
    columns["effect"] = pa.array([difference.effect(place) for place in range(len(difference.keys))], pa.string())
    for name, causes in (("before_cause", difference.before_cause), ("after_cause", difference.after_cause)):
        columns[name] = pa.array([None if each is None else _said(each) for each in causes], pa.string())
    columns["before_trust"] = pa.array(list(difference.before_trust), pa.int8())
    columns["after_trust"] = pa.array(list(difference.after_trust), pa.int8())
    return pa.table(columns)


_KINDS = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "text": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def _said(text: Text) -> str:
    return text.en


def plain_variant(variant: Variant) -> Mapping[str, Any]:
    """A variant as JSON values."""
    return {
        "id": variant.id,
        "title": {"en": variant.title.en, "zh": variant.title.zh},
        "overlays": list(variant.overlays),
        "digest": variant.rulebook.digest,
    }
