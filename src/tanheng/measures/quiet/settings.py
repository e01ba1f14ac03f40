"""How a study is calculated: method, reach, weather, where façade receivers stand. Each with its meaning and unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any, Literal, get_args

from tanheng.measures.quiet.bands import BAND_COUNT
from tanheng.problems import InputRejected, Problem

MethodName = Literal["cnossos", "hj24"]
OwnFacade = Literal["left out", "counted"]
FILE = "settings"

# Least and most of each number that has a range.
RANGES: Mapping[str, tuple[float, float]] = {
    "reach_m": (10.0, 20_000.0),
    "reflection_order": (0, 3),
    "reflection_reach_m": (0.0, 2_000.0),
    "ground_factor": (0.0, 1.0),
    "temperature_c": (-30.0, 50.0),
    "humidity_pct": (1.0, 100.0),
    "favourable_share": (0.0, 1.0),
    "facade_part_m": (0.5, 1_000.0),
    "facade_distance_m": (0.01, 10.0),
    "storey_m": (2.0, 10.0),
    "above_floor_m": (0.5, 5.0),
    "every_floor": (1, 200),
    "road_source_m": (0.0, 5.0),
    "piece_share": (0.01, 1.0),
    "longest_piece_m": (1.0, 500.0),
    "grid_cell_m": (0.5, 1_000.0),
    "grid_height_m": (0.1, 300.0),
    "tile_m": (20.0, 100_000.0),
    "workers": (1, 256),
}


@dataclass(frozen=True)
class Settings:
    """Lengths are metres.

    Reach: pieces of roads and plants further in plan than ``reach_m`` are not heard. Walls reflect up to
    ``reflection_order`` times, at places within ``reflection_reach_m`` of the straight line between source and
    receiver; ``absorption`` is the share by band of walls that say none, None lets those reflect nothing. ``lateral``:
    whether paths go round the sides of obstacles.

    Façades: parts of at most ``facade_part_m``, a receiver ``facade_distance_m`` in front of the middle of each (GB
    3096, HJ 2.4: 1 m before the window, at least 1.2 m above the floor), on the lowest and on every ``every_floor``-th
    floor above it. ``own_facade``: whether the wall right behind the receiver reflects; Directive 2002/49/EC, annex I,
    and CNOSSOS-EU 2.8 ask for the incident sound alone, which leaves it out.

    Roads: the source lies ``road_source_m`` above the carriageway (CNOSSOS-EU 2.2.1: 0.05 m). They are cut into pieces
    no longer than ``longest_piece_m`` and no longer than ``piece_share`` of the distance to the receiver in question.

    ``grid_cell_m``: None for no grid of receivers. ``tile_m`` and ``workers`` say how it is worked out and change no
    result.
    """

    method: MethodName = "cnossos"
    reach_m: float = 800.0
    reflection_order: int = 1
    reflection_reach_m: float = 50.0
    lateral: bool = True
    absorption: tuple[float, ...] | None = (0.2,) * BAND_COUNT
    ground_factor: float = 0.0
    temperature_c: float = 23.0
    humidity_pct: float = 75.0
    favourable_share: float = 0.5
    facade_part_m: float = 5.0
    facade_distance_m: float = 1.0
    storey_m: float = 3.0
    above_floor_m: float = 1.5
    every_floor: int = 1
    own_facade: OwnFacade = "left out"
    road_source_m: float = 0.05
    piece_share: float = 1.0 / 3.0
    longest_piece_m: float = 50.0
    grid_cell_m: float | None = None
    grid_height_m: float = 4.0
    tile_m: float = 500.0
    workers: int = 1

    def __post_init__(self) -> None:
        problems = sorted(self._problems())
        if problems:
            raise InputRejected(problems)

    def _problems(self) -> Iterator[Problem]:
        for name, choices in (("method", get_args(MethodName)), ("own_facade", get_args(OwnFacade))):
            if getattr(self, name) not in choices:
                said = ", ".join(choices)
                yield Problem(
                    "noise.E025", FILE, column=name, value=str(getattr(self, name)), expected=f"one of {said}"
                )
        for name, (least, most) in RANGES.items():
            value = getattr(self, name)
            if value is None and name == "grid_cell_m":
                continue
            sound = isinstance(value, int | float) and isfinite(value) and least <= value <= most
            if not sound:
                said = f"a number from {least:g} to {most:g}"
                yield Problem("noise.E025", FILE, column=name, value=str(value), expected=said)
        shares = self.absorption
        if shares is not None and not (len(shares) == BAND_COUNT and all(0.0 <= share < 1.0 for share in shares)):
            said = f"{BAND_COUNT} shares from 0 to less than 1, or none"
            yield Problem("noise.E025", FILE, column="absorption", value=str(shares), expected=said)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for ``from_json``."""
        plain = asdict(self)
        plain["absorption"] = None if self.absorption is None else list(self.absorption)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any], file: str = FILE) -> Settings:
        """From plain values; what is not named keeps its default. Raises ``InputRejected`` (``noise.E025``)."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(plain) - known)
        if unknown:
            said = f"one of {', '.join(sorted(known))}"
            raise InputRejected(
                [Problem("noise.E025", file, column=name, message="is no setting", expected=said) for name in unknown]
            )
        values = dict(plain)
        if values.get("absorption") is not None:
            values["absorption"] = tuple(values["absorption"])
        return cls(**values)
