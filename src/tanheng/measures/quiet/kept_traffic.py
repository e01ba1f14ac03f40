"""The traffic that a study was calculated with, in its folder: what a change of traffic starts from.

A study keeps powers, and a speed limit or a ban cannot be worked out of powers; ``traffic.npz`` holds the table of
``sources.traffic``. A study without it can be looked at and not asked what if.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.measures.quiet.sources.traffic import Traffic
from tanheng.problems import reject
from tanheng.text import Text

FILE = "traffic.npz"
# Told as JSON, since they are no arrays of numbers.
_WORDS = ("roads", "statuses", "surfaces", "notes")


def keep_traffic(folder: Path, traffic: Traffic) -> None:
    """Write it beside the study. Roads that were left out are told by the notes of the study itself."""
    arrays: dict[str, Any] = {
        each.name: getattr(traffic, each.name) for each in fields(traffic) if each.name not in (*_WORDS, "left_out")
    }
    words = json.dumps({name: getattr(traffic, name) for name in _WORDS}, ensure_ascii=False)
    np.savez_compressed(folder / FILE, words=np.array(words), **arrays)


def kept_traffic(folder: Path) -> Traffic | None:
    """What ``keep_traffic`` wrote; None where the study came without. ``InputRejected`` (``noise.E090``) if broken."""
    place = folder / FILE
    if not place.exists():
        return None
    try:
        with np.load(place, allow_pickle=False) as found:
            words = json.loads(str(found["words"]))
            arrays = {name: found[name] for name in found.files if name != "words"}
        return Traffic(
            roads=tuple(words["roads"]),
            statuses=tuple(words["statuses"]),
            surfaces=tuple(words["surfaces"]),
            notes=tuple(Text(*note) for note in words["notes"]),
            **arrays,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise reject("noise.E090", place, f"is no traffic of a study: {error}") from error
